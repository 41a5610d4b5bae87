// `npm run bench`: whole pushes to a local bare repository, ours beside our peers, in one run. Prints the tables of bench/README.md.
//   npm run bench -- hooks|refs|files|size    only this part
//   npm run bench -- --rounds 15              how often each case is timed
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Case, execute, interleave, ms, overRounds, table } from './measure.ts'
import { fetchPeers, peers, sizeOf } from './peers.ts'
import { application, Repository } from './repository.ts'

const root = dirname(import.meta.dirname)
const home = mkdtempSync(join(tmpdir(), 'ship-guard-bench-'))
const words = process.argv.slice(2)
const rounds = Number(words[words.indexOf('--rounds') + 1] ?? 15) || 15
const parts = ['hooks', 'refs', 'files', 'size'].filter(part => words.includes(part))
const wanted = (part: string) => parts.length === 0 || parts.includes(part)

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    rmSync(home, { recursive: true, force: true })
    process.exit(130)
  })
async function bench(): Promise<void> {
  const git = execFileSync('git', ['--version'], { encoding: 'utf8' }).trim()
  console.log(`${availableParallelism()} cores, Node ${process.versions.node}, ${git}, ${rounds} rounds\n`)
  const tarball = pack()
  const folders = wanted('hooks') || wanted('size') ? await fetchPeers(home) : {}
  if (wanted('hooks')) await hooks(tarball, folders)
  if (wanted('refs')) await refs(tarball)
  if (wanted('files')) await files(tarball)
  if (wanted('size')) await size(tarball, folders)
}

function pack(): string {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  execFileSync('npm', ['pack', '--silent', '--pack-destination', home], { cwd: root, stdio: ['ignore', 'ignore', 2] })
  return join(home, readdirSync(home).find(name => name.endsWith('.tgz'))!)
}

const config = `protect: [main]
gates:
  tests:
    run: node --test
  changelog: true
  secrets: true
  db: true
`

let made = 0
async function repository(files: Readonly<Record<string, string>> = {}, count = 200): Promise<Repository> {
  made += 1
  const folder = join(home, `repository-${made}`)
  mkdirSync(folder)
  return Repository.make(folder, { ...application, ...files }, count)
}

async function ours(tarball: string, count = 200): Promise<Repository> {
  const guarded = await repository({ '.shiprc': config }, count)
  await execute(['npm', 'install', '--no-save', '--no-audit', '--no-fund', '--silent', tarball], { cwd: guarded.dir })
  await execute(shipGuard(guarded, 'install'), { cwd: guarded.dir })
  return guarded
}

function shipGuard(guarded: Repository, ...args: string[]): string[] {
  return [process.execPath, join(guarded.dir, 'node_modules/ship-guard/dist/main.js'), ...args]
}

/** One tiny commit pushed to a branch that nobody protects. */
function pushOf(name: string, at: Repository): Case {
  return {
    name,
    prepare: () => at.change(),
    run: async () => void (await at.git('push', '--quiet', 'origin', 'main:feature')),
  }
}

/** One tiny commit pushed to the protected branch after `ship-guard check` has judged it. */
function storedPushOf(name: string, at: Repository): Case {
  return {
    name,
    prepare: async () => {
      await at.change()
      await execute(shipGuard(at, 'check', '--for', 'main'), { cwd: at.dir })
    },
    run: async () => void (await at.git('push', '--quiet', 'origin', 'main')),
  }
}

/** The very push that passed a moment ago, as a second pushurl or a lost connection brings it. */
function repeatedPushOf(name: string, at: Repository): Case {
  return {
    name,
    prepare: async () => {
      const before = (await at.git('rev-parse', 'HEAD')).trim()
      await at.change()
      await at.git('push', '--quiet', 'origin', 'main')
      at.rewindOrigin('main', before)
    },
    run: async () => void (await at.git('push', '--quiet', 'origin', 'main')),
  }
}

async function hooks(tarball: string, folders: Readonly<Record<string, string>>): Promise<void> {
  const cases: Case[] = [pushOf('no hook', await repository())]
  for (const peer of peers(folders)) {
    const at = await repository()
    await peer.install(at)
    cases.push(pushOf(peer.name, at))
  }
  cases.push(
    pushOf('**ship-guard, unprotected branch**', await ours(tarball)),
    storedPushOf('**ship-guard, protected branch, verdicts stored by `check`**', await ours(tarball)),
    repeatedPushOf('**ship-guard, protected branch, the same push again**', await ours(tarball)),
    { name: '`node -e 0` by itself', run: async () => void (await execute(['node', '-e', '0'], { cwd: home })) },
  )
  const timings = await interleave(cases, rounds)
  console.log(`${table('whole `git push` of one small commit, 200 files', timings)}\n`)

  const named = (part: string) => timings.find(({ name }) => name.includes(part))!
  const [none, node] = [named('no hook'), named('by itself')]
  const free = overRounds([named('unprotected'), none], (own = 0, bare = 1) => own / bare)
  console.log(`Unprotected: ${free.toFixed(2)} x no hook (budget 1.10).`)
  for (const part of ['stored by', 'same push again']) {
    const onTop = overRounds([named(part), none, node], (own = 0, bare = 0, empty = 1) => (own - bare) / empty)
    console.log(`On top of the push, ${part}: ${onTop.toFixed(2)} x \`node -e 0\` (budget 2.5).`)
  }
  console.log('')
}

async function refs(tarball: string): Promise<void> {
  for (const count of [1, 100, 1000]) {
    const many = async (name: string, at: Repository): Promise<Case> => {
      const head = (await at.git('rev-parse', 'HEAD')).trim()
      const update = (folder: string, verb: (ref: string) => string) =>
        execFileSync('git', ['-C', folder, 'update-ref', '--stdin'], {
          input: Array.from({ length: count }, (_, n) => verb(`refs/heads/many/${n}`)).join(''),
        })
      update(at.dir, ref => `create ${ref} ${head}\n`)
      return {
        name,
        prepare: async () => void update(at.origin, ref => `delete ${ref}\n`),
        run: async () => void (await at.git('push', '--quiet', 'origin', 'refs/heads/many/*:refs/heads/many/*')),
      }
    }
    const cases = [await many('no hook', await repository()), await many('ship-guard', await ours(tarball))]
    console.log(
      `${table(`push of ${count} new unprotected ref${count === 1 ? '' : 's'}`, await interleave(cases, rounds))}\n`,
    )
  }
}

async function files(tarball: string): Promise<void> {
  for (const count of [1_000, 30_000, 100_000]) {
    const cases = [
      pushOf('no hook', await repository({}, count)),
      pushOf('ship-guard, unprotected', await ours(tarball, count)),
      storedPushOf('ship-guard, verdicts stored by `check`', await ours(tarball, count)),
      repeatedPushOf('ship-guard, the same push again', await ours(tarball, count)),
    ]
    const fewer = Math.max(3, Math.round(rounds / 3))
    console.log(
      `${table(`push from a repository of ${count.toLocaleString('en')} files`, await interleave(cases, fewer))}\n`,
    )
  }
}

async function size(tarball: string, folders: Readonly<Record<string, string>>): Promise<void> {
  const own = join(home, 'peers', 'ship-guard')
  mkdirSync(own, { recursive: true })
  const started = performance.now()
  await execute(['npm', 'install', '--prefix', own, '--no-audit', '--no-fund', '--silent', tarball], { cwd: own })
  console.log(`npm install of the tarball: ${ms(performance.now() - started)}\n`)
  console.log('| installed | kB | packages |\n| --- | ---: | ---: |')
  for (const [name, folder] of Object.entries({ 'ship-guard': own, ...folders })) {
    const modules = join(folder, 'node_modules')
    const packages = readdirSync(modules).filter(entry => !entry.startsWith('.')).length
    console.log(`| ${name} | ${Math.round(sizeOf(modules) / 1000).toLocaleString('en')} | ${packages} |`)
  }
}

try {
  await bench()
} finally {
  rmSync(home, { recursive: true, force: true, maxRetries: 5 })
}
