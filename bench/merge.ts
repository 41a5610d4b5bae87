// `npm run bench -- merge`: the time from `git merge` to the prompt, with and without the handler, and of `check` when every answer is kept.
//   npm run bench -- merge --rounds 9 --files 30000
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Case, execute, interleave, ms, overRounds, type Timing, table } from './measure.ts'
import { application, Repository } from './repository.ts'

const root = dirname(import.meta.dirname)
const home = mkdtempSync(join(tmpdir(), 'ship-guard-bench-'))
const words = process.argv.slice(2)
const given = (name: string, otherwise: number) => Number(words[words.indexOf(name) + 1] ?? otherwise) || otherwise
const [rounds, count] = [given('--rounds', 9), given('--files', 30_000)]

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    rmSync(home, { recursive: true, force: true })
    process.exit(130)
  })

function pack(): string {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  execFileSync('npm', ['pack', '--silent', '--pack-destination', home], { cwd: root, stdio: ['ignore', 'ignore', 2] })
  return join(home, readdirSync(home).find(name => name.endsWith('.tgz'))!)
}

const config = (postMerge: string) => `protect: [main]
postMerge: ${postMerge}
gates:
  tests:
    run: node --test
  changelog: true
  secrets: true
  db: true
`

interface Guarded {
  readonly at: Repository
  shipGuard(...args: string[]): Promise<string>
}

let made = 0
async function repository(postMerge?: string, tarball?: string): Promise<Guarded> {
  made += 1
  const folder = join(home, `repository-${made}`)
  mkdirSync(folder)
  const files = postMerge === undefined ? {} : { '.shiprc': config(postMerge) }
  const at = await Repository.make(folder, { ...application, ...files }, count)
  const shipGuard = (...args: string[]) =>
    execute([process.execPath, join(at.dir, 'node_modules/ship-guard/dist/main.js'), ...args], { cwd: at.dir })
  if (tarball !== undefined) {
    await execute(['npm', 'install', '--no-save', '--no-audit', '--no-fund', '--silent', tarball], { cwd: at.dir })
    await shipGuard('install')
  }
  return { at, shipGuard }
}

/** A branch with one small commit, to be merged into main. Untimed. */
async function branchOff({ at }: Guarded): Promise<void> {
  await at.git('checkout', '--quiet', '-B', 'topic')
  await at.change()
  await at.git('checkout', '--quiet', 'main')
}

function mergeOf(name: string, guarded: Guarded): Case {
  return {
    name,
    async prepare() {
      await guarded.shipGuard('warm', '--stop').catch(() => {})
      await branchOff(guarded)
    },
    run: async () => void (await guarded.at.git('merge', '--quiet', '--no-ff', '--message', 'merge', 'topic')),
  }
}

/** A squash runs the hook and moves nothing. */
function squashOf(name: string, { at, ...rest }: Guarded): Case {
  return {
    name,
    async prepare() {
      await at.git('reset', '--quiet', '--hard')
      await branchOff({ at, ...rest })
    },
    run: async () => void (await at.git('merge', '--quiet', '--squash', 'topic')),
  }
}

function upToDateOf(name: string, { at }: Guarded): Case {
  return { name, run: async () => void (await at.git('merge', '--quiet', 'topic')) }
}

function checkOf(name: string, { at, shipGuard }: Guarded): Case {
  return {
    name,
    async prepare() {
      await at.change()
      await shipGuard('check', '--for', 'main')
    },
    run: async () => void (await shipGuard('check', '--for', 'main')),
  }
}

function ratio(timings: readonly Timing[], own: string): string {
  const [first, other] = [timings[0]!, timings.find(({ name }) => name.includes(own))!]
  return `${overRounds([other, first], (a = 0, b = 1) => a / b).toFixed(2)} x`
}

async function bench(): Promise<void> {
  const git = execFileSync('git', ['--version'], { encoding: 'utf8' }).trim()
  console.log(`${availableParallelism()} cores, Node ${process.versions.node}, ${git}, ${rounds} rounds\n`)
  const tarball = pack()
  const bare = await repository()
  const fast = await repository('fast', tarball)
  const warm = await repository('warm', tarball)
  const files = count.toLocaleString('en')

  const moved = await interleave(
    [
      mergeOf('no hook', bare),
      mergeOf('**ship-guard**, `postMerge: fast`', fast),
      mergeOf('**ship-guard**, `postMerge: warm`', warm),
    ],
    rounds,
  )
  await warm.shipGuard('warm', '--stop')
  console.log(`${table(`\`git merge\` of one small commit, ${files} files`, moved)}\n`)

  for (const [what, make] of [
    ['merge --squash', squashOf],
    ['merge of what is there already', upToDateOf],
  ] as const) {
    const still = await interleave([make('no hook', bare), make('**ship-guard**', fast)], rounds)
    console.log(`${table(`\`git ${what}\`: nothing changed, ${files} files`, still)}\n`)
    console.log(`Nothing changed: ${ratio(still, 'ship-guard')} without the handler (budget 1.20).\n`)
    await Promise.all([bare, fast].map(({ at }) => at.git('reset', '--quiet', '--hard')))
  }

  const empty: Case = { name: '`node -e 0`', run: async () => void (await execute(['node', '-e', '0'], { cwd: home })) }
  const checks = await interleave([empty, checkOf('**ship-guard check**, every answer kept', fast)], rounds)
  console.log(`${table(`\`check\`, ${files} files`, checks)}\n`)
  const slowest = Math.max(...moved.slice(1).map(({ times }) => overRounds([{ name: '', times }], (own = 0) => own)))
  console.log(`From merge to prompt: ${ms(slowest)} (budget 1000 ms at 30,000 files).`)
}

try {
  await bench()
} finally {
  rmSync(home, { recursive: true, force: true, maxRetries: 5 })
}
