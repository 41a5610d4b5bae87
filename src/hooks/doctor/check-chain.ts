import { basename, dirname } from 'node:path'
import { type Check, fine, problem, told } from '../../core/diagnosis.ts'
import type { HookEvent } from '../shim.ts'
import type { Chain, Link } from './chain.ts'
import type { HookFile } from './hook-file.ts'
import { mendFolder, noFolder } from './hooks-path.ts'
import { install, typedIn, word } from './words.ts'
import type { SeenWorkTree } from './work-tree.ts'

interface Fault {
  readonly what: string
  /** The command that mends it, alone on its last line. */
  readonly instead: string
}

/** What git would really run for one event in one work tree. `here`: the top of the work tree in which a remedy will be typed. */
export function checkChain(event: HookEvent, seen: SeenWorkTree, here: string | undefined): Check {
  const chain = seen.chains[event]
  const fault = faultOf(chain, seen, here)
  const way = chain.links.map(({ file }) => file.path).join(', which starts ')
  if (fault === undefined) return fine(event, event, `git starts ${way}.`)
  // Only pre-push keeps anything back; without the others nothing is said after a merge.
  if (event === 'pre-push') return problem(event, event, `${fault.what} A push is not guarded.`, fault.instead)
  return told(event, event, `${fault.what} Nothing is said after a merge.`, fault.instead)
}

/** Whether git would not come back from a push: it waits for a hook that it could not start. */
export function hangs({ chains }: SeenWorkTree): boolean {
  const { file } = chains['pre-push'].links[0]
  return file.is === 'folder' || (file.executable && file.interpreter?.crlf === true)
}

function faultOf(chain: Chain, seen: SeenWorkTree, here: string | undefined): Fault | undefined {
  const folder = chain.links[0].by === 'git' ? noFolder(seen.facts) : undefined
  if (folder !== undefined) return { what: `${folder} git runs no hooks.`, instead: mendFolder(seen, here) }
  const again = typedIn(seen.folder, here, install)
  for (const link of chain.links) {
    const fault = fileFault(link, chain, seen, here)
    if (fault !== undefined) return fault
  }
  if (!chain.reaches) return notOurs(chain, seen, here)
  return chain.chained === undefined ? undefined : chainedFault(chain.chained, again)
}

function fileFault({ by, file }: Link, chain: Chain, seen: SeenWorkTree, here: string | undefined): Fault | undefined {
  const path = word(file.path)
  const again = typedIn(seen.folder, here, install)
  const aside = `mv ${path} ${word(`${file.path}.aside`)} && ${again}`
  switch (file.is) {
    case 'missing':
      return missing(by, file, chain, seen, here)
    case 'folder':
    case 'device':
      return { what: `${file.path} is a ${file.is}, which git cannot start; a push may hang on it.`, instead: aside }
    case 'dangling':
      return {
        what: `${file.path} is a link to ${file.link}, and nothing is there; git passes over it in silence.`,
        instead: `rm ${path} && ${again}`,
      }
    case 'file':
      return scriptFault(by, file, again)
  }
}

// A file that is only read, as by husky's `sh -e` and by the block, needs neither mode nor interpreter.
function scriptFault(by: Link['by'], file: HookFile, again: string): Fault | undefined {
  const path = word(file.path)
  const { interpreter } = file
  if (by === 'husky' || by === 'call' || by === 'git-config') {
    if (!/^[^\n]*\r\n/.test(file.text)) return undefined
    return { what: `${file.path} has Windows line endings, and sh stumbles over them.`, instead: withLf(path) }
  }
  if (!file.executable)
    return { what: `${file.path} is not executable; git passes over it.`, instead: `chmod +x ${path}` }
  if (interpreter?.crlf === true)
    return {
      what: `${file.path} has Windows line endings: git looks for the program \`${interpreter.name}\` with a carriage return behind its name, and a push may hang on it.`,
      instead: withLf(path),
    }
  if (interpreter?.found === false)
    return {
      what: `${file.path} is for ${interpreter.name}, which is not installed; every push fails.`,
      instead: `Install ${interpreter.name}, or put the hook aside:\nmv ${path} ${word(`${file.path}.aside`)} && ${again}`,
    }
  return undefined
}

// sed -i differs between systems; writing through `cat` keeps the mode and a link.
function withLf(path: string): string {
  return `tr -d '\\r' <${path} >${path}.lf && cat ${path}.lf >${path} && rm ${path}.lf`
}

function missing(
  by: Link['by'],
  file: HookFile,
  { aside, links }: Chain,
  seen: SeenWorkTree,
  here: string | undefined,
): Fault {
  if (by === 'husky')
    return { what: `husky finds no ${file.path}, and passes.`, instead: typedIn(seen.folder, here, install) }
  if (by === 'git-config')
    return {
      what: `git's config starts ${file.path}, which is not there.`,
      instead: typedIn(seen.folder, here, install),
    }
  if (by === 'call')
    return {
      what: `${links[0].file.path} calls ${file.path}, which is not there.`,
      instead: typedIn(seen.folder, here, install),
    }
  const set = seen.facts.hooksPath.at(-1)
  const because = set === undefined ? '' : ` core.hooksPath is ${set.value} (${set.scope}, ${set.origin}).`
  const moved = aside === undefined ? '' : ` Another tool put ours aside as ${aside.path}.`
  return { what: `There is no ${file.path}.${because}${moved}`, instead: mendFolder(seen, here) }
}

function notOurs(chain: Chain, seen: SeenWorkTree, here: string | undefined): Fault {
  const { file } = chain.links.at(-1)!
  const moved = chain.aside === undefined ? '' : ` Another tool put ours aside as ${chain.aside.path}.`
  const what = `git starts ${chain.links.map(link => link.file.path).join(', which starts ')}, and that does not start ship-guard.${moved}`
  const spot = seen.facts.inFolder[chain.event]
  // install throws neither of two foreign hooks away, and asks.
  const asideFirst =
    spot.chained.kind !== 'none' && dirname(file.path) === seen.facts.folder && basename(file.path) === chain.event
      ? `mv ${word(spot.chainedPath)} ${word(`${file.path}.before`)} && `
      : ''
  return { what, instead: `${asideFirst}${mendFolder(seen, here)}` }
}

function chainedFault(file: HookFile, again: string): Fault | undefined {
  const path = word(file.path)
  if (file.is === 'dangling')
    return { what: `${file.path}, the hook from before, is a link to nothing and does not run.`, instead: `rm ${path}` }
  if (file.is !== 'file')
    return { what: `${file.path}, the hook from before, is a ${file.is}.`, instead: `mv ${path} ${path}.aside` }
  return scriptFault('git', file, again)
}
