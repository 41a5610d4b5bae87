import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Finding } from '../../src/core/finding.ts'
import gate from '../../src/gates/tests/index.ts'
import { fakeTree, gateContext } from '../support/fake-tree.ts'
import { type FlakyProject, flakyProjects } from '../support/flaky-projects.ts'
import { sourceRoot } from '../support/package-root.ts'
import { tempRepo } from '../support/temp-repo.ts'

interface Judged {
  readonly findings: readonly Finding[]
  /** Which of the two tests ran, in order. */
  readonly ran: readonly string[]
  readonly fleeting: boolean
}

/** Judges a project whose flaky test has these outcomes, one run after the other; the last green commit has the same files. */
async function judged(project: FlakyProject, outcomes: string, options: Record<string, unknown> = {}): Promise<Judged> {
  await using tree = fakeTree({ files: project.files, base: {} })
  const home = await mkdtemp(join(tmpdir(), 'ship-guard-flaky-'))
  try {
    const folder = await tree.checkout()
    const green = join(home, 'green')
    const [ran, left] = [join(home, 'ran'), join(home, 'outcomes')]
    await cp(folder, green, { recursive: true })
    for (const one of [folder, green])
      for (const [name, target] of Object.entries(project.links ?? {}))
        await symlink(join(sourceRoot, target), join(one, name))
    await writeFile(ran, '')
    await writeFile(left, outcomes)
    let fleeting = false
    const written = { run: project.run, env: { RAN: ran, OUTCOMES: left }, tailLines: 60, ...options }
    const context = gateContext(gate, tree, written, {
      checkoutOf: async () => green,
      dependsOn: () => {
        fleeting = true
      },
    })
    const findings = await gate.check(context)
    return { findings, ran: (await readFile(ran, 'utf8')).trim().split('\n'), fleeting }
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

const entryOf = ({ name }: FlakyProject) => ({
  test: name,
  issue: 'https://example.test/issues/7',
  owner: 'Ada',
  expires: '2027-01-31',
})
const sorted = (names: readonly string[]) => [...names].sort()
const whole = ['flaky', 'steady']

test.each(flakyProjects)('$id: what fails alone too is a regression, and only that test runs again', async project => {
  const { findings, ran } = await judged(project, 'FF', { reruns: 1 })
  expect(findings.map(one => one.rule)).toEqual(['tests-failed', 'failed-test'])
  expect(findings[1]!.what).toContain('Run alone it failed once too.')
  expect(sorted(ran.slice(0, 2))).toEqual(whole)
  expect(ran.slice(2)).toEqual(['flaky'])
})

test.each(flakyProjects)('$id: a flake passes with its entry, and is not kept', async project => {
  const { findings, ran, fleeting } = await judged(project, 'FPFP', { flakes: [entryOf(project)] })
  expect(findings.map(one => [one.rule, one.severity])).toEqual([['known-flake', 'warning']])
  expect(findings[0]!.what).toContain('Run alone it passed once, and on the last green commit it failed 1 of 2 times.')
  expect(sorted(ran.slice(0, 2))).toEqual(whole)
  expect(ran.slice(2)).toEqual(['flaky', 'flaky', 'flaky'])
  expect(fleeting).toBe(true)
})

const nodeTest = flakyProjects.find(one => one.id === 'node-test')!

test('a flake without an entry is refused with the entry to write, an expired one with its day', async () => {
  const undocumented = await judged(nodeTest, 'FPFP')
  expect(undocumented.findings.map(one => one.rule)).toEqual(['tests-failed', 'flaky-test'])
  expect(undocumented.findings[1]!.instead).toContain(`- test: ${JSON.stringify(nodeTest.name)}`)
  const expired = await judged(nodeTest, 'FPFP', { flakes: [{ ...entryOf(nodeTest), expires: '2026-01-01' }] })
  expect(expired.findings.map(one => one.rule)).toEqual(['tests-failed', 'expired-flake'])
})

test('an entry lets nothing pass that this push broke, or of which it cannot be told', async () => {
  const flakes = [entryOf(nodeTest)]
  const broken = await judged(nodeTest, 'FFFF', { flakes })
  expect(broken.findings[1]).toMatchObject({ rule: 'failed-test', severity: 'error' })
  const neverBefore = await judged(nodeTest, 'FPPPP', { flakes })
  expect(neverBefore.findings[1]!.what).toContain('what is new makes it fail')
  const neverAgain = await judged(nodeTest, 'FPFP', { flakes, reruns: 0 })
  expect(neverAgain.findings[1]).toMatchObject({ rule: 'failed-test', severity: 'error' })
  expect(neverAgain.ran).toHaveLength(2)
})

test('a known flake does not hide what else the line does', async () => {
  const flakes = [entryOf(nodeTest)]
  const later = await judged({ ...nodeTest, run: `${nodeTest.run} && echo checked; test -e no-such-file` }, 'FPFFPF', {
    flakes,
  })
  expect(later.findings[0]).toMatchObject({ rule: 'tests-failed', severity: 'error' })
  const chained = await judged({ ...nodeTest, run: `${nodeTest.run} && test -e no-such-file` }, 'FPFP', { flakes })
  expect(chained.findings.map(one => one.severity)).toEqual(['error'])
  expect(chained.findings[0]!.what).toContain('`test -e no-such-file` failed (exit 1)')
})

test('a failure that the runner does not account for makes everything run once more', async () => {
  const flakes = [entryOf(nodeTest)]
  const twice = await judged({ ...nodeTest, run: `${nodeTest.run} || exit 1` }, 'FPFPP', { flakes })
  expect(twice.findings.map(one => one.severity)).toEqual(['warning'])
  expect(sorted(twice.ran.slice(-2))).toEqual(whole)
})

test('`rerun` says how one test of any other runner is run, with names that are never a shell line', async () => {
  const files = {
    'run.sh': [
      'echo flaky >> "$RAN"',
      'first=$(head -c 1 "$OUTCOMES"); tail -c +2 "$OUTCOMES" > "$OUTCOMES.new"; mv "$OUTCOMES.new" "$OUTCOMES"',
      '[ $# = 0 ] && [ "$first" = P ] && echo "<testsuite><testcase name=\'a\'/></testsuite>" > r.xml',
      '[ $# = 0 ] && [ "$first" = F ] && cp failed.xml r.xml',
      '[ $# = 0 ] || printf "%s\\n" "$@" >> "$RAN"',
      '[ "$first" != F ]',
    ].join('\n'),
    'failed.xml':
      '<testsuite><testcase name="adds &quot;$(touch pwned)&quot;" file="run.sh"><failure message="no"/></testcase></testsuite>',
  }
  const project = { id: 'own', run: 'sh run.sh', files, name: 'adds "$(touch pwned)" (run.sh)' }
  const options = { junit: 'r.xml', rerun: "sh run.sh '{file}' --only={name}", flakes: [entryOf(project)] }
  const { findings, ran } = await judged(project, 'FPFPP', options)
  expect(findings.map(one => one.rule)).toEqual(['known-flake'])
  expect(ran).toEqual(['flaky', ...Array(3).fill(['flaky', 'run.sh', '--only=adds "$(touch pwned)"']).flat(), 'flaky'])
})

test('git push: what passes alone has a history only on commits that the remote has, and `flakes` lists it', async () => {
  const config = (home: string, more = '') =>
    `gates: { db: false, muted-tests: false, secrets: false, changelog: false, tests: { run: node --test, env: { RAN: ${home}/ran, OUTCOMES: ${home}/outcomes }${more} } }\n`
  await using repo = await tempRepo({ ...nodeTest.files })
  await repo.commit({ '.shiprc': config(repo.home) })
  await repo.ok('push', '-q', 'origin', 'main')
  const outcomes = (text: string) => writeFile(join(repo.home, 'outcomes'), text)
  await outcomes('')
  await repo.shipGuard(['install'])
  const name = nodeTest.name

  await repo.commit({ 'a.txt': '1' })
  await outcomes('FPPPP')
  const first = await repo.git('push', 'origin', 'main')
  expect(first.stderr).toContain('what is new makes it fail')
  await outcomes('FPPPP')
  expect((await repo.git('push', 'origin', 'main')).stderr).toContain('what is new makes it fail')
  await outcomes('P')
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)

  await repo.commit({
    'a.txt': '2',
    '.shiprc': config(
      repo.home,
      `, flakes: [${JSON.stringify({ ...entryOf({ ...nodeTest, name }), expires: '2999-01-01' })}]`,
    ),
  })
  await outcomes('FP')
  const known = await repo.git('push', 'origin', 'main')
  expect(known.stderr).toContain('known-flake')
  expect(known.code).toBe(0)
  const listed = JSON.parse((await repo.shipGuard(['flakes', '--json'])).stdout)
  expect(listed.flakes).toMatchObject([{ test: name, state: 'fine', owner: 'Ada' }])
  expect(listed.flakes[0].seen.map((one: { call: string }) => one.call)).toEqual(['regression', 'regression', 'flake'])
  expect((await repo.shipGuard(['flakes'])).stdout).toContain('looked after by Ada')
})
