import { dirname, join } from 'node:path'
import { printable } from '../core/printable.ts'
import type { Files, Git, World } from '../core/world.ts'
import { withIndex } from '../gates/secrets/staged.ts'

/** The user's own lint-staged, as it would be started. */
export interface LintStaged {
  /** Absolute path of its program. */
  readonly program: string
}

/**
 * lint-staged of this work tree, or of the main one when a linked one has no `node_modules`. Undefined when it is not installed, when nothing says
 * what it should do (it fails then), or when another hook of this commit runs it already.
 */
export async function usersLintStaged(
  { files }: Pick<World, 'files'>,
  git: Git,
  paths: readonly string[],
): Promise<LintStaged | undefined> {
  const top = git.top ?? git.dir
  if (!(await isConfigured(files, top, paths))) return undefined
  const program = await programIn([top, dirname(git.commonDir)], files)
  if (program === undefined || (await runsAnyway(files, git, top))) return undefined
  return { program }
}

async function programIn(folders: readonly string[], files: Pick<Files, 'text'>): Promise<string | undefined> {
  for (const folder of folders) {
    const own = join(folder, 'node_modules', 'lint-staged')
    const { bin } = jsonOf(await files.text(join(own, 'package.json')))
    const path = typeof bin === 'string' ? bin : recordOf(bin)['lint-staged']
    if (typeof path === 'string') return join(own, path)
  }
  return undefined
}

// It looks beside each staged file and upwards (its README, "Configuration").
async function isConfigured(
  files: Pick<Files, 'list' | 'text'>,
  top: string,
  paths: readonly string[],
): Promise<boolean> {
  for (const folder of foldersOf(paths)) {
    const names = await files.list(join(top, folder)).catch((): readonly string[] => [])
    if (names.some(name => /^(?:\.lintstagedrc(?:\.\w+)?|lint-staged\.config\.[cm]?[jt]s)$/.test(name))) return true
    if (names.includes('package.json') && 'lint-staged' in jsonOf(await files.text(join(top, folder, 'package.json'))))
      return true
    for (const name of ['package.yaml', 'package.yml'])
      if (names.includes(name) && /^lint-staged:/m.test((await files.text(join(top, folder, name))) ?? '')) return true
  }
  return false
}

function foldersOf(paths: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>(['.'])
  for (const path of paths)
    for (let folder = dirname(path); !folders.has(folder); folder = dirname(folder)) folders.add(folder)
  return folders
}

/** Running it twice would only cost time, but a hook of the user's own may give it other arguments: theirs counts. */
async function runsAnyway(files: Pick<Files, 'text'>, git: Git, top: string): Promise<boolean> {
  const hooks = await git.answer(['rev-parse', '--path-format=absolute', '--git-path', 'hooks'])
  const scripts = recordOf(jsonOf(await files.text(join(top, 'package.json'))).scripts)
  const places = [
    ...(hooks === undefined ? [] : [join(hooks, 'pre-commit'), join(hooks, 'pre-commit.chained')]),
    ...(hooks?.endsWith('/_') ? [join(dirname(hooks), 'pre-commit')] : []),
    ...['.husky/pre-commit', '.pre-commit-config.yaml', '.overcommit.yml'].map(name => join(top, name)),
    ...['lefthook', '.lefthook'].flatMap(name =>
      ['yml', 'yaml', 'toml', 'json'].map(end => join(top, `${name}.${end}`)),
    ),
  ]
  for (const place of places) if (startsIt((await files.text(place)) ?? '', scripts)) return true
  return false
}

function startsIt(hook: string, scripts: Readonly<Record<string, unknown>>): boolean {
  const said = hook.replace(/^\s*#.*$/gm, '')
  if (/\blint-staged\b/.test(said)) return true
  return [...said.matchAll(/\b(?:npm|pnpm|yarn|bun)(?: run)?(?: -\S+)* ([\w:.-]+)/g)].some(([, name]) =>
    /\blint-staged\b/.test(String(scripts[name!] ?? '')),
  )
}

/**
 * Runs it on the index that the commit is made from. What it prints goes to stderr as it comes. Says whether it let the commit through.
 * It may change files and stage the changes: that is its work, none of ours.
 */
export async function runLintStaged(
  { program }: LintStaged,
  { run, terminal, signal, env }: Pick<World, 'run' | 'terminal' | 'signal' | 'env'>,
  { top, index }: { readonly top: string; readonly index: string },
): Promise<boolean> {
  const say = lineByLine(line => terminal.error(printable(line)))
  const node = process.execPath
  const result = await run(
    // Tools that it starts look for `node` by name, and a graphical client may have none in its PATH.
    {
      argv: withIndex(index, [node, program]),
      cwd: top,
      env: { PATH: `${env.PATH ?? ''}:${dirname(node)}`, NO_COLOR: '1', FORCE_COLOR: undefined },
    },
    { signal, onOutput: say.add },
  )
  say.rest()
  return result.ended === 'exit' && result.code === 0
}

function lineByLine(show: (line: string) => void) {
  const decoder = new TextDecoder()
  let rest = ''
  return {
    add(chunk: Uint8Array) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = lines.pop()!
      for (const line of lines) show(line)
    },
    rest() {
      if (rest !== '') show(rest)
    },
  }
}

function jsonOf(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    return recordOf(JSON.parse(text ?? '{}'))
  } catch {
    return {}
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
