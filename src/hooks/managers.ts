import { join } from 'node:path'
import type { World } from '../core/world.ts'
import { allEvents, type HookEvent } from './shim.ts'

export const managerIds = ['husky', 'lefthook', 'pre-commit', 'simple-git-hooks', 'overcommit', 'git-lfs'] as const
export type ManagerId = (typeof managerIds)[number]

/** A tool that puts hooks into this repository, or will when it is run. */
export interface Manager {
  readonly id: ManagerId
  /** The file that says so, from the top of the work tree; for husky its folder. */
  readonly config: string
  /** Hooks in which this config starts a shim of ours. */
  readonly calls: readonly HookEvent[]
  /** Those of `calls` that this tool passes over at times, so that something is pushed or committed unguarded. */
  readonly skips?: readonly HookEvent[]
  /** Where lefthook looks for scripts, from the top of the work tree. */
  readonly scripts?: string
  /** Hooks of ours that this tool's next run takes the place of. */
  readonly takes: readonly HookEvent[]
}

export type Manifest = Readonly<Record<string, unknown>>

const lefthookConfig = /^\.?lefthook(-local)?\.(ya?ml|toml|jsonc?)$/
const simpleConfig = /^\.?simple-git-hooks\.(json|c?js|mjs)$/
const preCommitConfig = /^\.pre-commit-config\.ya?ml$/

/** The hook managers that have something to say here, told by their own configs. Nothing is run. */
export async function managersHere(
  world: Pick<World, 'files'>,
  top: string,
  manifest: Manifest | undefined,
): Promise<readonly Manager[]> {
  const names = await world.files.list(top)
  const hidden = names.includes('.config') ? await world.files.list(join(top, '.config')) : []
  const found: (Manager | undefined)[] = [
    names.includes('.husky') && asksFor(manifest, 'husky') ? manager('husky', '.husky', []) : undefined,
    await lefthook(world, top, [
      ...names.filter(name => lefthookConfig.test(name)),
      ...hidden.filter(name => lefthookConfig.test(name)).map(name => `.config/${name}`),
    ]),
    ...names.filter(name => preCommitConfig.test(name)).map(name => manager('pre-commit', name, [])),
    await simpleGitHooks(world, top, names, manifest),
    await overcommit(world, top, names),
    /filter=lfs\b/.test((await world.files.text(join(top, '.gitattributes'))) ?? '')
      ? manager('git-lfs', '.gitattributes', [])
      : undefined,
  ]
  return found.filter(one => one !== undefined)
}

export function asksFor(manifest: Manifest | undefined, name: string): boolean {
  return ['dependencies', 'devDependencies', 'optionalDependencies'].some(key => {
    const list = manifest?.[key]
    return typeof list === 'object' && list !== null && Object.hasOwn(list, name)
  })
}

function manager(id: ManagerId, config: string, takes: readonly HookEvent[], text = ''): Manager {
  const active = withoutComments(text)
  return { id, config, calls: allEvents.filter(event => active.includes(`ship-guard/hooks/${event}`)), takes }
}

// What is commented out is not called.
function withoutComments(text: string): string {
  return text.replaceAll(/^\s*(#|\/\/).*$/gm, '')
}

// It renames only hooks that its config speaks of (v2.2): a post-merge of ours stays where it says nothing of post-merge.
async function lefthook(world: Pick<World, 'files'>, top: string, configs: readonly string[]) {
  // What a team shares is the better place for our call than what one person adds.
  const config = configs.find(name => !name.includes('-local')) ?? configs[0]
  if (config === undefined) return undefined
  const texts = await Promise.all(configs.map(name => world.files.text(join(top, name))))
  const text = texts.map(one => one ?? '').join('\n')
  const found = manager('lefthook', config, namedIn(text), text)
  const scripts = /^\s*"?source_dir"?\s*[:=]\s*["']?([^"',#\s]+)/m.exec(text)?.[1] ?? '.lefthook'
  const inScripts = await calledByScripts(world, join(top, scripts), withoutComments(text))
  return {
    ...found,
    calls: allEvents.filter(event => found.calls.includes(event) || inScripts.includes(event)),
    skips: found.calls.filter(event => passedOver.has(event) && !inScripts.includes(event)),
    scripts,
  }
}

// Seen with lefthook 2.2: a `run` is skipped in pre-push when HEAD has nothing that its upstream lacks, whatever is pushed and whatever `files` says, and
// in pre-commit when nothing but deletions is staged. A script is never skipped.
export const passedOver: ReadonlySet<HookEvent> = new Set(['pre-push', 'pre-commit'])

// Files in `.lefthook/<hook>/` run when the config names them.
async function calledByScripts(
  world: Pick<World, 'files'>,
  folder: string,
  text: string,
): Promise<readonly HookEvent[]> {
  const calls = async (event: HookEvent) => {
    const names = (await world.files.list(join(folder, event))).filter(name => text.includes(name))
    const scripts = await Promise.all(names.map(name => world.files.text(join(folder, event, name))))
    return scripts.some(script => withoutComments(script ?? '').includes(`ship-guard/hooks/${event}`))
  }
  const named = namedIn(text)
  const called = await Promise.all(named.map(calls))
  return named.filter((_, at) => called[at])
}

function namedIn(text: string): readonly HookEvent[] {
  return allEvents.filter(event => new RegExp(`^\\s*["'[]?${event}["'\\]]?\\s*[:.\\]]`, 'm').test(text))
}

async function simpleGitHooks(
  world: Pick<World, 'files'>,
  top: string,
  names: readonly string[],
  manifest: Manifest | undefined,
) {
  const key = manifest?.['simple-git-hooks']
  const file = names.find(name => simpleConfig.test(name))
  if (file === undefined && key === undefined) return undefined
  const text = file === undefined ? JSON.stringify(key) : ((await world.files.text(join(top, file))) ?? '')
  // It removes every hook that it does not know but those under preserveUnused (2.14), and writes its own over ours.
  const kept = /"?preserveUnused"?\s*:\s*(true|\[[^\]]*\])/.exec(text)?.[1] ?? ''
  const own = text.replace(/"?preserveUnused"?\s*:\s*\[[^\]]*\]/, '')
  const takes = allEvents.filter(event => own.includes(event) || (kept !== 'true' && !kept.includes(event)))
  return manager('simple-git-hooks', file ?? 'package.json', takes, plain(text))
}

// In JSON the quotes of a shell command are escaped.
function plain(text: string): string {
  return text.replaceAll('\\"', '"')
}

// It copies itself to every hook it knows, whatever its config says.
async function overcommit(world: Pick<World, 'files'>, top: string, names: readonly string[]) {
  const config = ['.overcommit.yml', '.local-overcommit.yml'].find(name => names.includes(name))
  if (config === undefined) return undefined
  return manager('overcommit', config, allEvents, (await world.files.text(join(top, config))) ?? '')
}

const marks: Readonly<Record<ManagerId, RegExp>> = {
  'pre-commit': /File generated by pre-commit|hook-impl --config/,
  lefthook: /call_lefthook\b|\bLEFTHOOK\b/,
  'simple-git-hooks': /SKIP_SIMPLE_GIT_HOOKS/,
  overcommit: /OVERCOMMIT_DISABLE/,
  husky: /dirname -- "\$0"\)\/_\/husky\.sh|\/h"$|\bhusky\b/m,
  'git-lfs': /git lfs (pre-push|post-merge|post-checkout|post-commit)\b/,
}

/** Which tool wrote this hook file; undefined when a person did, or a tool that is not known. */
export function authorOf(file: Uint8Array): ManagerId | undefined {
  const text = Buffer.from(file.subarray(0, 20_000)).toString('latin1')
  // Last, because other tools' hooks may start git-lfs.
  const known = ['pre-commit', 'lefthook', 'simple-git-hooks', 'overcommit', 'husky', 'git-lfs'] as const
  return known.find(id => marks[id].test(text))
}
