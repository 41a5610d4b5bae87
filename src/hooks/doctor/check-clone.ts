import { basename, join } from 'node:path'
import { type Check, fine, problem, told } from '../../core/diagnosis.ts'
import type { Git, World } from '../../core/world.ts'
import { gatherFacts } from '../facts.ts'
import { endangeredBy } from '../manager-config.ts'
import { authorOf, type ManagerId } from '../managers.ts'
import { isInside } from '../record.ts'
import { configName, isOurs } from '../shim.ts'
import { followHook } from './chain.ts'
import { lookAtHook } from './hook-file.ts'
import { install, typedIn, word } from './words.ts'
import type { SeenWorkTree } from './work-tree.ts'

/** What concerns the clone as a whole. `here`: the work tree that doctor was started in. */
export async function checkClone(here: SeenWorkTree, git: Git, world: World): Promise<readonly Check[]> {
  const lists = await Promise.all([
    Promise.resolve(environment(here)),
    switchedOff(here, world),
    Promise.resolve(otherManagers(here)),
    inConfig(here, git),
    deadHooks(here, world),
    aliases(git),
    submodules(here, git, world),
  ])
  const found = lists.flat()
  return found.length > 0
    ? found
    : [fine('around', 'around the hook', 'nothing here switches it off or takes its place')]
}

function environment({ facts }: SeenWorkTree): readonly Check[] {
  if (!facts.hooksPathInEnvironment) return []
  const what =
    'The environment sets core.hooksPath (GIT_CONFIG_COUNT or `git -c`): git takes its hooks from there as long as it is set.'
  return [problem('environment', 'environment', what, 'unset GIT_CONFIG_COUNT GIT_CONFIG_PARAMETERS')]
}

const switches: Readonly<Partial<Record<ManagerId, { name: string; off: RegExp }>>> = {
  husky: { name: 'HUSKY', off: /^0$/ },
  lefthook: { name: 'LEFTHOOK', off: /^(0|false)$/ },
  'simple-git-hooks': { name: 'SKIP_SIMPLE_GIT_HOOKS', off: /^1$/ },
  overcommit: { name: 'OVERCOMMIT_DISABLE', off: /./ },
}

async function switchedOff({ chains }: SeenWorkTree, { env, files }: World): Promise<readonly Check[]> {
  const { links } = chains['pre-push']
  const ids = new Set(
    links.flatMap(({ by, file }) => (by === 'husky' ? 'husky' : (authorOf(bytesOf(file.text)) ?? []))),
  )
  const off = [...ids].flatMap(id => {
    const { name, off } = switches[id] ?? {}
    if (name === undefined || !off?.test(env[name] ?? '')) return []
    return problem(
      'switched-off',
      id,
      `${name} is ${env[name]} in this shell, and ${id} then starts no hook.`,
      `unset ${name}`,
    )
  })
  const start = join(env.XDG_CONFIG_HOME ?? join(env.HOME ?? '', '.config'), 'husky', 'init.sh')
  if (ids.has('husky') && /^\s*(export\s+)?HUSKY=0\s*$/m.test((await files.text(start)) ?? ''))
    off.push(
      problem(
        'switched-off',
        'husky',
        `${start} sets HUSKY=0, and husky then starts no hook.`,
        `sed -i.bak '/HUSKY=0/d' ${word(start)}`,
      ),
    )
  const own = ['SHIP_GUARD', 'SHIP_GUARD_SKIP'].filter(name => (name === 'SHIP_GUARD' ? env[name] === '0' : env[name]))
  if (own.length > 0)
    off.push(
      told(
        'bypass',
        'bypass',
        `${own.join(' and ')} is set in this shell: every push from it skips gates.`,
        `unset ${own.join(' ')}`,
      ),
    )
  return off
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1')
}

function otherManagers({ facts, chains }: SeenWorkTree): readonly Check[] {
  // Nothing that a tool does to the hooks folder concerns what git's config starts.
  const { links, reaches } = chains['pre-push']
  if (links[0].by === 'git-config') return []
  const author = authorOf(bytesOf(links[0].file.text))
  const lefthook = facts.managers.find(({ id }) => id === 'lefthook')
  if (author === 'lefthook' && lefthook?.skips?.includes('pre-push')) return [lefthookSkips(lefthook.config)]
  return facts.managers
    .filter(manager => endangeredBy(manager, ['pre-push']).length > 0 && !(reaches && manager.id === author))
    .map(({ id, config }) =>
      told(
        'manager',
        id,
        `${id} takes the place of our pre-push when it is installed or run again, and ${config} does not call ship-guard.`,
        `Let it call ship-guard:\n${install} --write-manager-config`,
      ),
    )
}

function lefthookSkips(config: string): Check {
  return told(
    'lefthook-skips',
    'lefthook',
    `lefthook skips a job with \`run\` when HEAD has nothing that its upstream lacks, whatever is pushed: git push origin other:main is then not guarded.`,
    `Let a script call ship-guard, which lefthook never skips; this changes ${config}, where it can, or prints the lines:\n${install} --write-manager-config`,
  )
}

/** Hooks that git's config starts can be switched off there. */
async function inConfig({ chains }: SeenWorkTree, git: Git): Promise<readonly Check[]> {
  if (chains['pre-push'].links[0].by !== 'git-config') return []
  const name = `hook.${configName('pre-push')}`
  const [enabled, events] = await Promise.all([
    git.answer(['config', '--type=bool', '--get', `${name}.enabled`]),
    git.answer(['config', '--get-all', `${name}.event`]),
  ])
  if (enabled === 'false')
    return [
      problem(
        'config-hook',
        'config hook',
        `${name}.enabled is false: git passes over it.`,
        `git config ${name}.enabled true`,
      ),
    ]
  if (events?.split('\n').includes('pre-push') === true) return []
  return [problem('config-hook', 'config hook', `${name}.event does not say pre-push: git never starts it.`, install)]
}

// Hooks of git itself, not those that a server runs.
const clientHooks = /^(pre|post|prepare|commit|applypatch)-[a-z-]+$/

async function deadHooks({ facts }: SeenWorkTree, { files, env }: World): Promise<readonly Check[]> {
  const own = join(facts.commonDir, 'hooks')
  if (facts.folder === own) return []
  const names = (await files.list(own)).filter(name => clientHooks.test(name) && !/-(receive|update)$/.test(name))
  const looked = await Promise.all(names.map(name => lookAtHook(join(own, name), { files, env })))
  const dead = looked.filter(file => file.executable && !isOurs(file.text)).map(file => basename(file.path))
  if (dead.length === 0) return []
  const set = facts.hooksPath.at(-1)
  return [
    told(
      'dead-hooks',
      'dead hooks',
      `git does not run ${dead.join(', ')} in ${own}: core.hooksPath is ${set?.value} (${set?.scope}, ${set?.origin}).`,
      'Take them away when nobody misses them, or call them from there.',
    ),
  ]
}

async function aliases(git: Git): Promise<readonly Check[]> {
  const listed = (await git.answer(['config', '--show-scope', '-z', '--get-regexp', '^alias\\.'])) ?? ''
  const words = listed.split('\0')
  const found: Check[] = []
  for (let at = 0; at + 1 < words.length; at += 2) {
    const [scope, [name = '', value = '']] = [words[at]!, words[at + 1]!.split('\n', 2)]
    if (!/\bpush\b/.test(value) || !/--no-verify|core\.hookspath/i.test(value)) continue
    const short = name.replace(/^alias\./, '')
    found.push(
      told(
        'alias',
        'alias',
        `git ${short} is \`git ${value}\` (${scope}): it pushes without any hook.`,
        `git config --${scope} --unset ${word(name)}`,
      ),
    )
  }
  return found
}

async function submodules({ facts }: SeenWorkTree, git: Git, world: World): Promise<readonly Check[]> {
  const { top } = facts
  if (top === undefined) return []
  const args = ['config', '-z', '--file', join(top, '.gitmodules'), '--get-regexp', '^submodule\\..*\\.path$']
  const listed = ((await git.answer(args)) ?? '').split('\0').filter(Boolean)
  const folders = listed.map(entry => join(top, entry.slice(entry.indexOf('\n') + 1)))
  const found: Check[] = []
  for (const folder of folders.filter(folder => isInside(folder, top))) {
    if ((await world.files.look(join(folder, '.git'))) === undefined) continue
    const inside = await gatherFacts({ ...world, cwd: folder, git: () => world.git(folder) })
    if ((await followHook('pre-push', inside, world)).reaches) continue
    const what = `The submodule ${folder} has hooks of its own, and a push in it is not guarded.`
    found.push(told('submodule', 'submodule', what, typedIn(folder, top, install)))
  }
  return found
}
