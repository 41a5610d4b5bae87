import { basename, dirname } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { explained } from '../../src/cli/explain/explained.ts'
import { CannotTell, Skipped } from '../../src/core/errors.ts'
import { type Finding, stops } from '../../src/core/finding.ts'
import type { Gate, GateContext } from '../../src/core/gate.ts'
import { printable } from '../../src/core/printable.ts'
import { z } from '../../src/core/schema.ts'
import { gates as registry } from '../../src/gates/registry.generated.ts'
import { type FakeTree, type FileSet, fakeTree, gateContext } from '../support/fake-tree.ts'
import { recordedTree } from '../support/recorded-tree.ts'
import { unitFiles } from '../support/unit-files.ts'

const gates = registry as unknown as readonly Gate[]
const known = explained.map(topic => topic.id)

/** Options with which a gate that needs some has something to do; every gate is also asked with its defaults. */
const written: Readonly<Record<string, readonly unknown[]>> = {
  tests: [{ run: 'true' }, { run: 'cat * 2>&1; echo "1) A::b"; exit 1', reads: ['src/**'], junit: '**/*.xml' }],
  command: [{ run: 'cat * 2>&1; exit 1', title: 'Is it \u001b[31mred?', why: 'Because\u0007.' }],
  changelog: [
    { format: 'any' },
    { except: [], file: 'docs/*?[x].md' },
    { format: 'changesets', except: [] },
    { format: 'fragments', except: [] },
    { format: 'gnu', except: [] },
  ],
}

/** Every gate with every set of options that it takes. */
const cases = gates.flatMap(gate =>
  [{}, ...(written[gate.id] ?? [])].flatMap(options =>
    gate.options.safeParse(options).success ? [{ name: `${gate.id} ${JSON.stringify(options)}`, gate, options }] : [],
  ),
)

/** The same as they are asked after a merge: gates that are said to be fast start nothing then. */
const passing = cases.flatMap(({ gate, options }) => {
  if (!gate.fast) return []
  const hurried = gate.inPassing?.(gate.options.parse(options)) ?? options
  return [{ name: `${gate.id} ${JSON.stringify(options)}, in passing`, gate, options: hurried as object }]
})

const before: FileSet = {
  'package.json': '{ "name": "app" }\n',
  'CHANGELOG.md': '# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2024-01-31\n\n### Added\n\n- First.\n',
  'migrations/1_users.sql': 'CREATE TABLE users (id int, email text);\n',
  'src/a.js': 'export const a = 1\n',
}
const after: FileSet = {
  ...before,
  'CHANGELOG.md': '# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2024-13-40\n\n### Added\n\n- First.\n- Late.\n',
  'migrations/2_drop.sql': 'ALTER TABLE users DROP COLUMN email;\n',
  'migrations/3_odd.sql': 'CREATE TABEL x (;\n',
  'src/a.js': `export const key = '${['AKIA', 'IOSFODNN7', 'QRSTUVW'].join('')}'\n`,
  '.env': 'PASSWORD=hunter2hunter2\n',
}

type Answer = { findings: readonly Finding[] } | { because: CannotTell | Skipped }

async function ask(
  gate: Gate,
  tree: FakeTree,
  options: unknown,
  more: Partial<GateContext<unknown>> = {},
): Promise<Answer> {
  try {
    return { findings: await gate.check(gateContext(gate, tree, options, more)) }
  } catch (error) {
    if (error instanceof CannotTell || error instanceof Skipped) return { because: error }
    throw error
  }
}

// Control characters in what a finding quotes are the reports' business (see test/conformance/reports.test.ts).
function expectWellFormed(answer: Answer): void {
  if ('because' in answer) {
    expect(answer.because.message.trim()).not.toBe('')
    if (answer.because instanceof CannotTell) expect(answer.because.instead.trim()).not.toBe('')
    return
  }
  for (const { rule, what, why, instead, severity, at } of answer.findings) {
    expect(rule).toMatch(/^[a-z][a-z0-9-]*$/)
    expect(known).toContain(rule)
    expect(['error', 'warning', 'info']).toContain(severity)
    for (const part of [what, why, instead]) expect(printable(part, { lines: true }).trim()).not.toBe('')
    expect(what).not.toMatch(/undefined|\[object |NaN/)
    if (at === undefined) continue
    expect(at.file).not.toBe('')
    for (const number of [at.line, at.column, at.endLine]) if (number !== undefined) expect(number).toBeGreaterThan(0)
  }
}

test('every gate file is in the registry under its own name', () => {
  const files = unitFiles('src/gates')
  expect(gates.map(gate => gate.id).sort()).toEqual(
    files.map(path => (basename(path) === 'index.ts' ? basename(dirname(path)) : basename(path, '.ts'))).sort(),
  )
})

describe.each(gates.map(gate => ({ id: gate.id, gate })))('the gate $id', ({ gate }) => {
  test('says what it is and why it matters', () => {
    expect(gate.title).toMatch(/^[A-Z].*[^.]$/)
    expect(gate.why).toMatch(/^[A-Z].*\.$/s)
    expect(gate.version).toBeGreaterThan(0)
  })

  test('takes no options, or says clearly which it needs', () => {
    for (const nothing of [undefined, {}]) {
      const parsed = gate.options.safeParse(nothing)
      if (!parsed.success) for (const issue of parsed.error.issues) expect(issue.message).not.toBe('')
      else expect(() => gate.reads(parsed.data)).not.toThrow()
    }
    expect(gate.options.safeParse({ noSuchOption: true }).success).toBe(false)
  })

  test('describes every option', () => {
    const schema = z.toJSONSchema(gate.options, { io: 'input', unrepresentable: 'any' }) as JsonSchema
    const branches = [schema, ...(schema.anyOf ?? [])].filter(branch => branch.properties !== undefined)
    for (const branch of branches)
      for (const [name, option] of Object.entries(branch.properties!)) {
        expect(option.description, `${gate.id}.${name}`).toMatch(/^[A-Z`].*[.”"]$/s)
        expect(name).toMatch(/^[a-z][A-Za-z]*$/)
      }
  })
})

test('what a gate reads without declaring it is noticed', async () => {
  await using tree = fakeTree({ base: before, files: after })
  const recorded = recordedTree(tree, [{ files: ['src/**'] }])
  const [env] = await tree.list(['.env'])
  await recorded.list(['src/*'])
  await recorded.text('src/a.js')
  expect(recorded.undeclared).toEqual([])
  await recorded.text('.env')
  await recorded.changes(['src/**'])
  await recorded.baseText('src/a.js')
  recorded.addedBlobs()
  for await (const _ of recorded.blobs([env!.oid])) expect(recorded.undeclared).toHaveLength(5)
  expect(recorded.undeclared.slice(0, 4)).toEqual(['text(.env)', 'changes', 'baseText', 'addedBlobs'])
})

interface JsonSchema {
  readonly description?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly anyOf?: readonly JsonSchema[]
}

describe.each([
  ...cases.map(one => ({ ...one, isPassing: false })),
  ...passing.map(one => ({ ...one, isPassing: true })),
])('$name', ({ gate, options, isPassing }) => {
  test('an empty push is not refused for anything in it', async () => {
    await using tree = fakeTree({ base: before, files: before })
    const answer = await ask(gate, tree, options)
    expectWellFormed(answer)
    const runsCommand = 'run' in (options as object)
    if ('findings' in answer && !runsCommand) expect(answer.findings.filter(stops)).toEqual([])
  })

  test('reads nothing that it does not declare', async () => {
    await using tree = fakeTree({ base: before, files: after, passing: { 'old.txt': 'gone again\n' } })
    const sources = gate.reads(gate.options.parse(options))
    const recorded = recordedTree(tree, sources)
    const context = gateContext(gate, { ...recorded, push: tree.push }, options)
    const undeclared = recorded.undeclared
    const world: GateContext<unknown>['world'] = {
      ...context.world,
      run: async (command, how) => {
        if (isPassing) undeclared.push(`run(${command.argv.join(' ')})`)
        return context.world.run(command, how)
      },
      now: () => {
        if (!sources.includes('clock')) undeclared.push('now()')
        return context.world.now()
      },
    }
    await Promise.resolve(gate.check({ ...context, world })).catch((error: unknown) => {
      if (!(error instanceof CannotTell || error instanceof Skipped)) throw error
    })
    expect(undeclared).toEqual([])
  })

  test('the same push is judged the same twice', async () => {
    await using tree = fakeTree({ base: before, files: after })
    const first = await ask(gate, tree, options)
    expectWellFormed(first)
    expect(await ask(gate, tree, options)).toEqual(first)
  })

  test('an aborted signal ends it at once', async () => {
    await using tree = fakeTree({ base: before, files: after })
    const controller = new AbortController()
    controller.abort()
    const started = performance.now()
    await Promise.resolve(ask(gate, tree, options, { signal: controller.signal })).catch(() => {})
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  test('hostile names and contents end in well-formed findings', async () => {
    await using tree = fakeTree({ base: before, files: { ...after, ...hostileFiles } })
    expectWellFormed(await ask(gate, tree, options))
  })
})

describe.each(passing)('$name', ({ gate, options }) => {
  test('whatever the files hold, it answers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...watched), content, { maxKeys: 4 }), async files => {
        await using tree = fakeTree({ base: before, files: { ...before, ...files } })
        expectWellFormed(await ask(gate, tree, options))
      }),
      { numRuns: 40 },
    )
  })
})

const watched = [
  'CHANGELOG.md',
  'migrations/4_new.sql',
  'src/a.js',
  '.env',
  'package.json',
  'db/migrate/5.sql',
  'id_rsa',
]

const content = fc.oneof(
  fc.string(),
  fc.uint8Array({ maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        '# C',
        '## [Unreleased]',
        '## [1.0.0] - 2024-13-40',
        '### Fixed',
        '- x',
        'DROP TABLE users;',
        "'",
        '/*',
        '$$',
        '--',
        '\u0000',
        '\u001b[31m',
        '```',
        '<!--',
        '-----BEGIN RSA PRIVATE KEY-----',
      ),
      { maxLength: 12 },
    )
    .map(lines => lines.join('\n')),
)

const nasty = 'x\u001b[2J\u202e\u0007y'
const hostileFiles: FileSet = {
  [`migrations/4_${nasty}.sql`]: `DROP TABLE "${nasty}";\n`,
  [`src/-rf $(touch pwned) \`id\` ${nasty}.js`]: 'x',
  'src/*?[a]{b,c}!(d).js': 'x',
  '"caf\\351.sql"': 'DROP TABLE users;\n',
  'migrations/"caf\\351.sql"': 'DROP TABLE users;\n',
  'migrations/5_binary.sql': Buffer.from([0, 0xff, 0xfe, 0x80, 10, 0]),
  'migrations/6_long.sql': `SELECT '${'x'.repeat(200_000)}';\n`,
  'CHANGELOG.md': `# ${nasty}\r\n\r\n## [${nasty}]\r## [1.${nasty}] - ${nasty}\n\n### ${nasty}\n\n- ${nasty}\n`,
  'package.json': '{ "name": ',
  [`.env.${nasty}`]: `PASSWORD=${nasty}hunter2hunter2\n`,
  'report.xml': '<!DOCTYPE t [<!ENTITY a "b">]><testsuite>&a;',
}
