import { join } from 'node:path'
import type { Files } from '../../core/world.ts'
import type { Runner } from './runner.ts'
import { runners } from './runners/all.ts'
import { type Part, readShellLine, type Word } from './shell-line.ts'

/** Where in the user's command lines a test runner is started. */
export interface Located {
  /** More than one where a command may be any of them, such as `artisan test`. */
  readonly runners: readonly Runner[]
  /** The words up to the runner's name, and those behind it. */
  readonly command: readonly Word[]
  readonly rest: readonly Word[]
  /** What must be said first in each run: `cd app`, `export X=1`. */
  readonly setting: readonly string[]
  /** The other commands in front of it, such as a build: done once in a folder. */
  readonly before: readonly string[]
  /** What the line runs when the tests have passed. */
  readonly after: readonly string[]
  /** Whether the line fails only when one of its commands does: `a && b`, but not `a; b` or `a | b`. */
  readonly chained: boolean
  /** Folder that it is run in, relative to the top. */
  readonly cwd: string
  /** Folders of programs that a package manager puts in front of PATH, relative to the top. */
  readonly programs: readonly string[]
}

interface Step {
  readonly kind: 'setting' | 'runner' | 'other'
  readonly text: string
  readonly words: readonly Word[]
  readonly named: number
  readonly runners: readonly Runner[]
  readonly cwd: string
}

interface Steps {
  readonly steps: readonly Step[]
  readonly chained: boolean
  readonly programs: readonly string[]
}

/** The runners that a line starts, also those behind a script of package.json or composer.json. Empty: none can be told. */
export async function locate(line: string, folder: string, files: Pick<Files, 'text'>): Promise<readonly Located[]> {
  const found = await stepsOf(line, { folder, cwd: '', depth: 0, files })
  if (found === undefined) return []
  const { steps, chained, programs } = found
  return steps.flatMap((step, index) => {
    if (step.kind !== 'runner') return []
    const settings = (until: number) => steps.slice(0, until).filter(one => one.kind === 'setting')
    const texts = (some: readonly Step[]) => some.map(one => one.text)
    const later = steps.slice(index + 1)
    const after = later.length === 0 ? [] : [texts([...settings(index), ...later]).join(' && ')]
    return [
      {
        runners: step.runners,
        command: step.words.slice(0, step.named),
        rest: step.words.slice(step.named),
        setting: texts(settings(index)),
        before: texts(steps.slice(0, index).filter(one => one.kind === 'other')),
        after,
        chained,
        cwd: step.cwd,
        programs,
      },
    ]
  })
}

interface Where {
  readonly folder: string
  readonly cwd: string
  readonly depth: number
  readonly files: Pick<Files, 'text'>
}

const deepest = 6

async function stepsOf(line: string, where: Where): Promise<Steps | undefined> {
  const parts = where.depth > deepest ? undefined : readShellLine(line)
  if (parts === undefined) return undefined
  let chained = parts.every(part => part.joint === '' || part.joint === '&&')
  let cwd = where.cwd
  const steps: Step[] = []
  const programs: string[] = []
  for (const part of parts) {
    const [first, second] = part.words.map(word => word.value)
    if (first === 'cd') {
      if (second === undefined || second.startsWith('/')) return undefined
      cwd = join(cwd, second)
    }
    const inner = await scriptSteps(part, { ...where, cwd })
    if (inner === undefined) steps.push(stepOf(part, cwd))
    else {
      steps.push(...inner.steps)
      programs.push(...inner.programs)
      // A script is left for the folder and the variables that were there before it.
      const leaves = inner.steps.some(step => step.kind === 'setting') && part !== parts.at(-1)
      chained = chained && inner.chained && !leaves
    }
  }
  return { steps, chained, programs }
}

const starters = new Set(
  (
    'npx bunx yarn pnpm bun npm bundle poetry uv pipenv hatch rye pdm php node tsx python python3 python3.11 ruby env cross-env cross-env-shell ' +
    'nice xvfb-run dotenv c8 nyc exec command timeout sail lando ddev docker docker-compose podman'
  ).split(' '),
)
const containers = new Set(['docker', 'docker-compose', 'podman', 'ddev'])

function stepOf({ words }: Part, cwd: string): Step {
  const text = words.map(word => word.text).join(' ')
  const values = words.map(word => word.value ?? '$')
  const start = values.findIndex((value, index) => !/^\w+=/.test(words[index]!.text) && value !== '')
  const program = (values[start] ?? '').replace(/^.*\//, '')
  const common = { text, words, cwd }
  if (/^(?:cd|export|set|unset)$/.test(program) || start < 0)
    return { ...common, kind: 'setting', named: 0, runners: [] }
  const inContainer = !containers.has(program) || values.some(value => value === 'exec' || value === 'run')
  for (let at = start; at < values.length && inContainer; at++) {
    const named = runners.map(runner => runner.named(values.slice(at)))
    const most = Math.max(...named)
    if (most > 0)
      return { ...common, kind: 'runner', named: at + most, runners: runners.filter((_, index) => named[index]! > 0) }
    if (at === start && !starters.has(program)) break
  }
  return { ...common, kind: 'other', named: 0, runners: [] }
}

/** The script's own commands when this is the call of one, with what is added to the call. */
async function scriptSteps({ words }: Part, where: Where): Promise<Steps | undefined> {
  const [manager = '', ...rest] = words.map(word => word.value ?? '$')
  if (/^(?:npm|pnpm|yarn|bun)$/.test(manager)) {
    const runs = /^(?:run|run-script)$/.test(rest[0] ?? '')
    const name = runs ? rest[1] : /^(?:t|tst)$/.test(rest[0] ?? '') && manager !== 'bun' ? 'test' : rest[0]
    // `bun test` is a runner of its own; other verbs of npm start no script.
    if (
      name === undefined ||
      name.startsWith('-') ||
      (!runs && (manager === 'bun' || (manager !== 'yarn' && name !== 'test')))
    )
      return undefined
    const extra = words.slice(runs ? 3 : 2)
    const own = extra[0]?.value === '--' ? extra.slice(1) : extra
    if (manager === 'npm' && own.length === extra.length && extra.length > 0) return undefined
    return packageScript(name, own, { ...where, pre: manager === 'npm' || manager === 'bun' })
  }
  if (manager !== 'composer') return undefined
  const runs = /^(?:run|run-script)$/.test(rest[0] ?? '')
  const name = runs ? rest[1] : rest[0]
  if (name === undefined || name.startsWith('-')) return undefined
  const extra = words.slice(runs ? 3 : 2)
  return composerScript(name, extra[0]?.value === '--' ? extra.slice(1) : extra, where)
}

async function packageScript(
  name: string,
  extra: readonly Word[],
  where: Where & { pre: boolean },
): Promise<Steps | undefined> {
  const scripts = await scriptsIn('package.json', where)
  const lines = where.pre ? [scripts[`pre${name}`], scripts[name], scripts[`post${name}`]] : [scripts[name]]
  if (typeof scripts[name] !== 'string') return undefined
  return joined(
    lines.flatMap(line => (typeof line !== 'string' ? [] : [line === scripts[name] ? withWords(line, extra) : line])),
    'node_modules/.bin',
    where,
  )
}

async function composerScript(name: string, extra: readonly Word[], where: Where): Promise<Steps | undefined> {
  const script = (await scriptsIn('composer.json', where))[name]
  const listed = typeof script === 'string' ? [script] : Array.isArray(script) ? script : []
  const lines = listed.filter((line): line is string => typeof line === 'string')
  // A callback of a class, or what only Composer can do.
  if (lines.length === 0 || lines.some(line => /::|^@putenv /.test(line.trim()) && !line.includes(' --')))
    return undefined
  const readable = lines
    .map(line =>
      line
        .replace(/^@php /, 'php ')
        .replace(/^@composer /, 'composer ')
        .replace(/^@/, 'composer run '),
    )
    // Of no meaning but to Composer.
    .filter(line => !/^Composer\\Config/.test(line))
  return joined(
    readable.map((line, index) => (index === readable.length - 1 ? withWords(line, extra) : line)),
    'vendor/bin',
    where,
  )
}

function withWords(line: string, words: readonly Word[]): string {
  return [line, ...words.map(word => word.text)].join(' ')
}

async function joined(lines: readonly string[], bin: string, where: Where): Promise<Steps | undefined> {
  const all: Steps[] = []
  for (const line of lines) {
    const found = await stepsOf(line, { ...where, depth: where.depth + 1 })
    if (found === undefined) return undefined
    all.push(found)
  }
  return {
    steps: all.flatMap(one => one.steps),
    chained: all.every(one => one.chained),
    programs: [join(where.cwd, bin), ...all.flatMap(one => one.programs)],
  }
}

async function scriptsIn(name: string, { folder, cwd, files }: Where): Promise<Readonly<Record<string, unknown>>> {
  const text = await files.text(join(folder, cwd, name)).catch(() => undefined)
  try {
    const scripts = (JSON.parse(text ?? '{}') as { scripts?: unknown } | null)?.scripts
    return typeof scripts === 'object' && scripts !== null ? (scripts as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
