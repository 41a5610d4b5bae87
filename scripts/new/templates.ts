// How a new unit begins: one file that passes the type check, the linter and the conformance suite, and says what to replace.

export interface Kind {
  readonly folder: string
  /** The unit's file as text. */
  write(name: string): string
  /** What to do next, one line each. */
  readonly next: readonly string[]
  /** A union of names that the new one must join before its file passes the type check. */
  readonly joins?: { readonly path: string; readonly after: RegExp }
  /** What its conformance suite reads, begun as a copy. */
  /** Further files that its conformance suite needs, by path. */
  besides?(name: string): Readonly<Record<string, string>>
  readonly copies?: { readonly from: string; to(name: string): string }
}

export const kinds: Readonly<Record<string, Kind>> = {
  gate: { folder: 'src/gates', write: gate, next: ['Put a unit test beside it.'] },
  report: { folder: 'src/report', write: report, next: ['Look at its snapshot: npx vitest run test/conformance -u'] },
  command: { folder: 'src/cli', write: command, next: ['Put its story into test/scenarios.'] },
  tool: {
    folder: 'src/db/tools',
    write: tool,
    next: [
      'Replace its sample in test/fixtures/tools by a small real project, with a drop in the tool’s usual disguise.',
    ],
    besides: sampleProject,
  },
  dialect: {
    folder: 'src/db/dialects',
    write: dialect,
    next: [
      'It reads as SQLite does until you replace parse; its statements for the tests are in test/fixtures/db.',
      'Teach src/db/detect-dialect.ts what tells of it.',
      'npm run typecheck names every table of dialects that must know it.',
    ],
    joins: { path: 'src/db/statement.ts', after: /^export type DialectId = .*/m },
    copies: { from: 'test/fixtures/db/sqlite.sql', to: name => `test/fixtures/db/${name}.sql` },
  },
  engine: {
    folder: 'src/db/replay/engines',
    write: engine,
    next: ['Give it its turn in src/db/replay/choose.ts, and a row in test/conformance/engines.test.ts.'],
  },
  rule: { folder: 'src/db/rules', write: rule, next: ['Its examples are its tests: begin with those.'] },
}

/** `freeze-window` -> `Freeze window`. */
function sentence(name: string): string {
  const words = name.replaceAll('-', ' ')
  return words[0]!.toUpperCase() + words.slice(1)
}

function gate(name: string): string {
  return `import type { Finding } from '../core/finding.ts'
import { defineGate } from '../core/gate.ts'
import { z } from '../core/schema.ts'

const options = z.strictObject({
  paths: z.array(z.string().min(1)).default(['**']).describe('Globs of the files that are looked at.'),
})

export default defineGate<z.output<typeof options>>({
  id: '${name}',
  title: '${sentence(name)}',
  why: 'Say what happens to people when nobody asks this.',
  version: 1,
  fast: true,
  options,
  reads: ({ paths }) => [{ files: paths }, 'base'],
  async check({ tree, options, signal }) {
    const findings: Finding[] = []
    for (const change of await tree.changes(options.paths)) {
      signal.throwIfAborted()
      if (isWrong(change.path)) findings.push(refusal(change.path))
    }
    return findings
  },
})

function isWrong(path: string): boolean {
  return path.endsWith('.${name}-example')
}

function refusal(path: string): Finding {
  return {
    rule: '${name}',
    severity: 'error',
    what: \`\${path} is not as it should be.\`,
    why: 'Say why it matters.',
    instead: 'Say what to type or to decide now.',
    at: { file: path },
  }
}
`
}

function rule(name: string): string {
  const table = name.replaceAll('-', '_')
  return `import { defineRule } from '../rule.ts'

export default defineRule({
  id: '${name}',
  title: '${sentence(name)}',
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'Say what happens to the data or to running code.',
  instead: 'Say what to write in its place.',
  examples: [{ bad: 'CREATE TABLE ${table}_example (id integer);', good: 'CREATE TABLE users (id integer);' }],
  *check(statement) {
    if (statement.kind !== 'create-table' || statement.table.name !== '${table}_example') return
    yield { what: \`Creates \${statement.table.name}.\` }
  },
})
`
}

function tool(name: string): string {
  return `import { basename } from 'node:path/posix'
import { byName, leadingNumber } from '../sql-parts.ts'
import { defineTool } from '../tool.ts'

export default defineTool({
  id: '${name}',
  title: '${sentence(name)}',
  why: 'Say whose migrations these are.',
  globs: ['${name}/migrations/*.sql'],
  evidence: ['${name}.conf'],
  detect: evidence => (evidence.some(file => file.path === '${name}.conf') ? [{ tool: '${name}', root: '', flavour: 'postgres' }] : []),
  migrations: paths => [...paths].sort(byName),
  nameOf: path => basename(path, '.sql'),
  versionOf: leadingNumber,
  isRepeatable: () => false,
  running: () => ({ transaction: 'unknown', down: 'not-expected' }),
  sql: (_path, text) => text,
})
`
}

/** A small project of the tool, and an overlay that drops something: what the conformance suite asks of every tool. */
function sampleProject(name: string): Record<string, string> {
  const home = `test/fixtures/tools/${name}`
  const migrations = `${name}/migrations`
  const order = [`${migrations}/1_users.sql`, `${migrations}/2_orders.sql`]
  const expected = {
    flavour: 'postgres',
    base: [`${name}.conf`, order[0]],
    order,
    names: ['1_users', '2_orders'],
    drop: [`DS102 ${migrations}/3_drop.sql:1`],
  }
  return {
    [`${home}/expected.json`]: `${JSON.stringify(expected, undefined, 2)}\n`,
    [`${home}/project/${name}.conf`]: 'database = postgres\n',
    [`${home}/project/${order[0]}`]: 'CREATE TABLE users (id bigint PRIMARY KEY);\n',
    [`${home}/project/${order[1]}`]: 'CREATE TABLE orders (id bigint PRIMARY KEY);\n',
    [`${home}/drop/${migrations}/3_drop.sql`]: 'DROP TABLE users;\n',
  }
}

function engine(name: string): string {
  return `import { defineEngine } from '../engine.ts'

export default defineEngine({
  id: '${name}',
  title: '${sentence(name)}',
  why: 'Say what it can show that others cannot.',
  dialect: 'postgres',
  find: async () => ({ absent: 'say how it can be had' }),
})
`
}

function dialect(name: string): string {
  return `import { defineDialect } from '../dialect.ts'
import { type Statement, statementOf } from '../statement.ts'
import sqlite from './sqlite/index.ts'

export default defineDialect({
  id: '${name}',
  title: '${sentence(name)}',
  why: 'Say by what it is read, and what is called unreadable.',
  splitting: sqlite.splitting,
  parse: sql => sqlite.parse(sql).map((read): Statement => statementOf({ ...read, dialect: '${name}' }, read)),
})
`
}

function report(name: string): string {
  return `import type { Finding } from '../core/finding.ts'
import { printable } from '../core/printable.ts'
import { nameOf } from '../core/remote.ts'
import { defineReport } from '../core/report.ts'
import { type Decision, overallResult, resultOf, type Verdict } from '../core/verdict.ts'

export default defineReport({
  id: '${name}',
  title: '${sentence(name)}',
  why: 'Say who reads this format and what for.',
  render({ decisions }) {
    const lines = decisions.flatMap(decision => [headline(decision), ...decision.findings.map(line), ...decision.verdicts.flatMap(told)])
    return \`\${[...lines, overallResult(decisions)].map(text => printable(text)).join('\\n')}\\n\`
  },
})

function headline(decision: Decision): string {
  return \`\${nameOf(decision.push)}: \${resultOf(decision)}\`
}

function told(verdict: Verdict): string[] {
  const head = \`\${verdict.gate}: \${verdict.outcome}\`
  if ('findings' in verdict) return [head, ...verdict.findings.map(line)]
  return [\`\${head}: \${verdict.because}\`, ...('instead' in verdict ? [verdict.instead] : [])]
}

function line({ rule, code = '', at, what, why, instead }: Finding): string {
  return \`\${at?.file ?? ''}:\${at?.line ?? ''} \${rule} \${code} \${what} \${why} \${instead}\`
}
`
}

function command(name: string): string {
  return `import { exit } from '../core/exit.ts'
import { defineCommand } from './command.ts'

export default defineCommand({
  id: '${name}',
  summary: 'say in a few words what it does',
  examples: [{ run: 'npx ship-guard ${name}', about: 'what a person gets by it' }],
  async run({ world }) {
    const git = await world.git()
    world.terminal.print(git.top ?? git.dir)
    return exit.passed
  },
})
`
}
