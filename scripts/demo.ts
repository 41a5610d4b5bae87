// The main job of ship-guard on a small real application, shown as a person sees it and checked at every step. Started by demo.sh.
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { captureDemo } from './demo/capture.ts'
import { bold, NotAsExpected, Sandbox, type Shown } from './demo/sandbox.ts'

const root = dirname(import.meta.dirname)
const keep = process.argv.includes('--keep')
const sandbox = new Sandbox()
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)
  process.on(signal, () => {
    sandbox.end({ keep })
    process.exit(code)
  })

try {
  await demo()
  console.log(`\n${bold('All as it should be.')}`)
} catch (error) {
  if (!(error instanceof NotAsExpected)) throw error
  console.log(`\n${bold('NOT AS IT SHOULD BE.')} ${error.message}`)
  process.exitCode = 1
} finally {
  sandbox.end({ keep })
  if (keep) console.log(`\nThe sandbox is yours: cd ${sandbox.app}`)
}

async function demo(): Promise<void> {
  const tarball = pack()
  if (process.argv.includes('--php')) return php(tarball)
  await sandbox.begin(join(root, 'scripts/demo/shop'))
  await setUp(tarball)
  const free = await featureBranch()
  await droppedColumn()
  await failingTest()
  await missingChangelog()
  await leakedToken()
  await theEnd(free)
  if (process.argv.includes('--no-server'))
    return console.log('\nThe server is left out: there is no sshd or rsync here.')
  await captureDemo(sandbox, madeUpToken())
}

/** A repository without package.json: ship-guard comes from npx, and nothing of it is in the work tree. */
async function php(tarball: string): Promise<void> {
  await sandbox.begin(join(root, 'scripts/demo/php'))
  sandbox.say('A shop in PHP: SQL migrations, tests, a changelog, no package.json')
  const npx = `npx --yes --package ../${tarball} ship-guard`
  await sandbox.type(`${npx} init --yes`, { code: 0 })
  const found = '  # tests:\n  #   run: make test\n'
  sandbox.change('.shiprc', found, '  tests:\n    run: php tests/run.php\n', '+   tests:\n+     run: php tests/run.php')
  await sandbox.type('cat .shiprc', { code: 0, says: ['postgres'] })
  await sandbox.type(`${npx} install`, { code: 0 })
  await sandbox.commit('Guard pushes to develop and main')
  await sandbox.type('git push origin develop', { code: 0, says: ['develop -> develop'] })
  await featureBranch()
  await droppedColumn()
  sandbox.say('A failing test')
  sandbox.change('src/Vat.php', "'DE' => 19", "'DE' => 91")
  await added('VAT for Germany.')
  await sandbox.commit('Change VAT for Germany')
  await refused(['VAT is rounded to whole cents'])
  sandbox.change('src/Vat.php', "'DE' => 91", "'DE' => 19")
  sandbox.change('src/Vat.php', "'SI' => 22", "'SI' => 22, 'NL' => 21")
  await sandbox.commit('Sell to the Netherlands instead')
  await accepted()
}

function pack(): string {
  console.log('Building and packing ship-guard …')
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  execFileSync('npm', ['pack', '--silent', '--pack-destination', sandbox.home], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return readdirSync(sandbox.home).find(name => name.endsWith('.tgz'))!
}

async function setUp(tarball: string): Promise<void> {
  sandbox.say('A shop: SQL migrations, tests, a changelog. Once a clone:')
  await sandbox.type(`npm install --save-dev --no-audit --no-fund ../${tarball}`, {
    code: 0,
    says: ['added 1 package'],
  })
  await sandbox.type('npx ship-guard init --yes', { code: 0 })
  await sandbox.type('cat .shiprc', { code: 0, says: ['npm test'] })
  await sandbox.type('npx ship-guard install', { code: 0 })
  await sandbox.type('npx ship-guard changelog add added "Pushes to develop are judged before they leave."', {
    code: 0,
  })
  await sandbox.commit('Guard pushes to develop and main')
  await sandbox.type('git push origin develop', { code: 0, says: ['develop -> develop'] })
}

async function featureBranch(): Promise<Shown> {
  sandbox.say('A feature branch is not held up, whatever is on it')
  await sandbox.quietly('git', 'switch', '--quiet', '--create', 'feature/no-phone')
  sandbox.edit('migrations/0003_drop_phone.sql', 'ALTER TABLE customers DROP COLUMN phone;\n')
  await sandbox.commit('Nobody calls anyone')
  const shown = await sandbox.type('git push origin feature/no-phone', { code: 0, says: ['new branch'] })
  console.log(`\n(${Math.round(shown.tookMs)} ms for the whole push)`)
  return shown
}

async function droppedColumn(): Promise<void> {
  sandbox.say('A migration that drops a column')
  await sandbox.quietly('git', 'switch', '--quiet', 'develop')
  await sandbox.quietly('git', 'merge', '--quiet', '--ff-only', 'feature/no-phone')
  await added('Customers are no longer asked for their phone number.')
  await sandbox.commit('Tell of the phone number')
  await refused(['DS103', 'customers.phone', 'migrations/0003_drop_phone.sql'])
  sandbox.remove('migrations/0003_drop_phone.sql')
  sandbox.edit(
    'migrations/0003_note_unused_phone.sql',
    "COMMENT ON COLUMN customers.phone IS 'no longer written since 1.4; to be dropped in 1.5';\n",
  )
  await sandbox.commit('Stop using the phone number first')
  await accepted()
}

async function failingTest(): Promise<void> {
  sandbox.say('A failing test')
  sandbox.change('test/basket.test.js', '9500', '9400')
  sandbox.change('src/basket.js', '* 0.05)', '* 0.6)')
  await added('Ten pieces of an article are 6 % cheaper.')
  await sandbox.commit('Give 6 % from ten pieces on')
  await refused(['ten pieces of an article are', 'test/basket.test.js'])
  sandbox.change('src/basket.js', '* 0.6)', '* 0.06)')
  await sandbox.commit('Give 6 %, not 60 %')
  await accepted()
}

async function missingChangelog(): Promise<void> {
  sandbox.say('A change that nobody is told of')
  sandbox.change('src/vat.js', 'DE: 19,', 'DE: 19, NL: 21,')
  await sandbox.commit('Sell to the Netherlands')
  await refused(['CHANGELOG.md'])
  await sandbox.type('npx ship-guard changelog add added "Prices with VAT for the Netherlands."', { code: 0 })
  await sandbox.commit('Tell of the Netherlands')
  await accepted()
}

async function leakedToken(): Promise<void> {
  sandbox.say('A token in a commit, removed by the next commit')
  const token = madeUpToken()
  sandbox.edit('src/stock.js', `export const token = '${token}'\n`, "export const token = 'ghp_…'")
  await added('The stock is shown.')
  await sandbox.commit('Show the stock')
  sandbox.edit('src/stock.js', 'export const token = process.env.STOCK_TOKEN\n')
  await sandbox.commit('Read the token from the environment')
  await refused(['src/stock.js', '1'], [token, token.slice(4, 30)])
  await sandbox.type('git reset --soft origin/develop', { code: 0 })
  await sandbox.commit('Show the stock')
  await accepted()
}

/** Made here, so that no token stands in this repository either. */
function madeUpToken(): string {
  const random = randomBytes(40).toString('base64')
  return `${['g', 'h', 'p'].join('')}_${random
    .replace(/[^a-zA-Z0-9]/g, '')
    .slice(0, 36)
    .padEnd(36, 'x7Q')}`
}

async function theEnd(free: Shown): Promise<void> {
  sandbox.say('The same push again is judged by what is stored')
  await sandbox.quietly('git', 'push', '--quiet', '--no-verify', '--force', 'origin', 'develop~1:develop')
  await sandbox.quietly('git', 'fetch', '--quiet')
  const again = await accepted()
  console.log(
    `\n(${Math.round(again.tookMs)} ms; the feature branch, where nothing is judged, took ${Math.round(free.tookMs)} ms)`,
  )
}

/** Writes a line under Unreleased, as a person would in an editor. */
async function added(line: string): Promise<void> {
  const open = sandbox.read('CHANGELOG.md').includes('## [Unreleased]\n\n### Added\n')
  const heading = open ? '### Added\n\n' : '## [Unreleased]\n'
  const entry = open ? `- ${line}\n` : `\n### Added\n\n- ${line}\n`
  sandbox.change('CHANGELOG.md', heading, heading + entry, `+ - ${line}`)
}

async function refused(says: readonly string[], saysNot: readonly string[] = []): Promise<void> {
  const before = await sandbox.quietly('git', '-C', sandbox.origin, 'rev-parse', 'develop')
  await sandbox.type('git push origin develop', { code: 1, says, saysNot })
  const after = await sandbox.quietly('git', '-C', sandbox.origin, 'rev-parse', 'develop')
  if (before !== after) throw new NotAsExpected('The refused commit is on the server.')
}

async function accepted(): Promise<Shown> {
  const shown = await sandbox.type('git push origin develop', { code: 0, says: ['develop -> develop'] })
  const [here, there] = [
    await sandbox.quietly('git', 'rev-parse', 'HEAD'),
    await sandbox.quietly('git', '-C', sandbox.origin, 'rev-parse', 'develop'),
  ]
  if (here !== there) throw new NotAsExpected('The accepted commit is not on the server.')
  return shown
}
