import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { shimRules } from '../../src/cli/shim-rules.ts'
import type { Check, Diagnosis } from '../../src/core/diagnosis.ts'
import { version } from '../../src/core/version.generated.ts'
import { diagnoseHooks } from '../../src/hooks/doctor/diagnose.ts'
import { openWorld } from '../../src/io/world.ts'
import { packageFolder, shipGuardBin, sourceRoot } from './package-root.ts'
import { type Ended, type ExecOptions, exec, type TempRepo } from './temp-repo.ts'

export interface Diagnosed {
  readonly code: number
  readonly looked: readonly Diagnosis[]
  readonly problems: readonly Check[]
  readonly told: readonly Check[]
}

/** What doctor finds out about the hooks, in this process: the same functions on the real machine, without a start of Node for each look. */
export async function hooksOf(
  repo: TempRepo,
  { cwd = repo.dir, ...options }: Pick<ExecOptions, 'cwd' | 'env'> = {},
): Promise<Omit<Diagnosed, 'code'>> {
  const env = { ...process.env, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', ...options.env }
  const world = openWorld({ cwd, env, signal: new AbortController().signal, packageFolder })
  const git = await world.git()
  const rules = await shimRules(world, git)
  const { diagnoses } = await diagnoseHooks(git, world, { rules, version })
  return sorted(diagnoses)
}

function sorted(looked: readonly Diagnosis[]): Omit<Diagnosed, 'code'> {
  const of = (state: Check['state']) => looked.flatMap(({ checks }) => checks.filter(check => check.state === state))
  return { looked, problems: of('problem'), told: of('told') }
}

/** What `doctor --json` says. */
export async function diagnosed(
  repo: TempRepo,
  options: ExecOptions & { readonly args?: readonly string[] } = {},
): Promise<Diagnosed> {
  const { args = [], ...rest } = options
  const { code, stdout, stderr } = await repo.shipGuard(['doctor', '--json', ...args], rest)
  if (stdout === '') throw new Error(`doctor ended with ${code}\n${stderr}`)
  const { looked } = JSON.parse(stdout) as { looked: readonly Diagnosis[] }
  return { code, ...sorted(looked) }
}

/** An environment in which `npx` starts the built package, or a package of our own node_modules, and never the network. */
export async function asNpx(repo: TempRepo): Promise<Record<string, string>> {
  const folder = join(repo.home, 'npx')
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, 'npx'),
    `#!/bin/sh\nname=$1\nshift\ncase $name in\nship-guard) exec '${process.execPath}' '${shipGuardBin}' "$@" ;;\nhusky) exec '${process.execPath}' '${join(sourceRoot, 'node_modules/husky/bin.js')}' "$@" ;;\nesac\nexit 127\n`,
  )
  await chmod(join(folder, 'npx'), 0o755)
  return { PATH: `${folder}:${process.env.PATH}` }
}

/** Types the last line of a remedy into sh, as a person would who reads it. */
export async function typed(
  repo: TempRepo,
  { instead }: Check,
  cwd: string,
  env: ExecOptions['env'] = {},
): Promise<Ended> {
  const command = instead!.split('\n').at(-1)!
  return exec('sh', ['-c', command], { cwd, env: { ...(await asNpx(repo)), ...env } })
}
