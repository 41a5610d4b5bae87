import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Finding } from '../../src/core/finding.ts'
import gate from '../../src/gates/tests/index.ts'
import { fakeTree, gateContext } from '../support/fake-tree.ts'
import { type FlakyProject, flakyProjects } from '../support/flaky-projects.ts'
import { sourceRoot } from '../support/package-root.ts'

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
    const written = { run: project.run, env: { RAN: ran, OUTCOMES: left }, tailLines: 60, muted: off, ...options }
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

const off = { focused: 'off', skipped: 'off', deleted: 'off' }
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
  const { findings, ran, fleeting } = await judged(project, 'FPF', { flakes: [entryOf(project)] })
  expect(findings.map(one => [one.rule, one.severity])).toEqual([['known-flake', 'warning']])
  expect(findings[0]!.what).toContain('Run alone it passed once, and on the last green commit it failed once.')
  expect(sorted(ran.slice(0, 2))).toEqual(whole)
  expect(ran.slice(2)).toEqual(['flaky', 'flaky'])
  expect(fleeting).toBe(true)
})
