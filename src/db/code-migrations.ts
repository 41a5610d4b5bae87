// Migrations written in a programming language are not run or parsed yet. What is looked for here are calls whose name says that they
// drop something, outside the part that undoes the migration. That finds the usual drop, not a hidden one, and the findings say so.
import type { Finding } from '../core/finding.ts'
import { applyAllowances, type Raised } from './allowances.ts'
import { blanked, withoutBlocks } from './code-text.ts'
import type { Allowance } from './directives.ts'
import { howToAllow } from './lint.ts'
import { rules } from './rules/registry.generated.ts'

interface Language {
  readonly name: string
  readonly files: RegExp
  /** A file in such a folder that has none of this is no migration. */
  readonly isMigration: RegExp
  /** Comments, which are blanked out. */
  readonly comments: RegExp
  /** Where a part begins that only runs on the way back; and how it ends. */
  readonly down: RegExp
  readonly ends: 'braces' | 'indent'
  readonly drops: readonly [rule: 'drop-schema' | 'drop-table' | 'drop-column', call: RegExp][]
}

export const codeGlobs = [
  '**/migrations/**/*.{php,py,js,cjs,mjs,ts,cts,mts}',
  '**/migrate/**/*.rb',
  '**/alembic/**/versions/*.py',
  '!**/{node_modules,vendor,fixtures,testdata}/**',
]

const slashComments = /\/\*[\s\S]*?\*\/|(?<![:'"])\/\/[^\n]*/g
const hashComments = /(?<=^|\s)#[^\n]*/g

const languages: readonly Language[] = [
  {
    name: 'PHP',
    files: /\.php$/,
    isMigration: /extends\s+\\?[\w\\]*Migration\b|\bSchema::|->addSql\(/,
    comments: new RegExp(`${slashComments.source}|${hashComments.source}`, 'g'),
    down: /\bfunction\s+down\s*\(/g,
    ends: 'braces',
    drops: [
      [
        'drop-column',
        /->(?:dropColumns?|removeColumn|dropTimestamps(?:Tz)?|dropSoftDeletes(?:Tz)?|dropMorphs|dropRememberToken|dropConstrainedForeignId(?:For)?)\s*\(/g,
      ],
      ['drop-table', /(?:Schema::|->)(?:drop|dropIfExists|dropTable|dropAllTables)\s*\(/g],
      ['drop-schema', /(?:Schema::|->)(?:dropDatabaseIfExists|dropDatabase|dropSchema)\s*\(/g],
    ],
  },
  {
    name: 'Python',
    files: /\.py$/,
    isMigration: /\bmigrations\.Migration\b|\balembic\b|\bop\.\w+\(/,
    comments: hashComments,
    down: /^[ \t]*def\s+downgrade\b|\breverse_sql\s*=\s*/gm,
    ends: 'indent',
    drops: [
      ['drop-column', /\bRemoveField\s*\(|\.drop_column\s*\(/g],
      ['drop-table', /\bDeleteModel\s*\(|\.drop_table\s*\(/g],
    ],
  },
  {
    name: 'Ruby',
    files: /\.rb$/,
    isMigration: /\bMigration\b|\bSequel\.migration\b/,
    comments: hashComments,
    down: /^[ \t]*(?:def\s+down\b|(?:\w+\.)?down\s+do\b)/gm,
    ends: 'indent',
    drops: [
      [
        'drop-column',
        /\b(?:remove_columns?|remove_timestamps|remove_reference|remove_belongs_to|drop_column)\b|\bt\.remove\b/g,
      ],
      ['drop-table', /\b(?:drop_table|drop_join_table)\b|\bforce:\s*(?:true|:cascade)/g],
      ['drop-schema', /\bdrop_schema\b/g],
    ],
  },
  {
    name: 'JavaScript or TypeScript',
    files: /\.[cm]?[jt]s$/,
    isMigration:
      /\b(?:knex|queryInterface|QueryRunner|MigrationInterface|MigrationBuilder|Kysely|pgm)\b|\bup\b\s*[(=:]/i,
    comments: slashComments,
    down: /\bexports\.down\s*=|\b(?:async\s+)?(?:function\s+)?down\s*\(|\bdown\s*[:=]/g,
    ends: 'braces',
    drops: [
      ['drop-column', /\.(?:dropColumns?|removeColumn|dropTimestamps)\s*\(/g],
      ['drop-table', /\.(?:dropTable|dropTableIfExists|dropAllTables)\s*\(/g],
      ['drop-schema', /\.(?:dropSchema|dropSchemaIfExists|dropDatabase)\s*\(/g],
    ],
  },
]

/** SQL in strings, in any of the languages. */
const inStrings: Language['drops'] = [
  ['drop-schema', /\bDROP\s+(?:SCHEMA|DATABASE)\b/gi],
  ['drop-table', /\bDROP\s+TABLE\b/gi],
  [
    'drop-column',
    /\bALTER\s+TABLE\b[^;]{0,500}?\bDROP\s+(?!(?:CONSTRAINT|INDEX|KEY|PRIMARY|FOREIGN|CHECK|DEFAULT|NOT|EXPRESSION|IDENTITY|PARTITION|TABLE|SCHEMA|DATABASE)\b)[\w"`[]/gi,
  ],
]

export interface CodeFile {
  readonly path: string
  readonly text: string
  /** What the branch has under this path, if it has. */
  readonly before: string | undefined
}

/** An error for each call that drops by its name, and one warning a language that says how little was read. */
export function codeFindings(files: readonly CodeFile[]): Finding[] {
  return languages.flatMap(language => {
    const own = files.filter(file => language.files.test(file.path) && language.isMigration.test(file.text))
    const first = own[0]
    if (first === undefined) return []
    return [unread(language, own.length, first.path), ...own.flatMap(file => dropsIn(file, language))]
  })
}

function unread({ name }: Language, count: number, file: string): Finding {
  return {
    rule: 'migration-in-code',
    severity: 'warning',
    what: count === 1 ? `A new migration is written in ${name}.` : `${count} new migrations are written in ${name}.`,
    why: 'Only migrations in SQL are read whole; of these the calls that drop by name are seen, and a drop made in another way is not.',
    instead: 'Read them for drops before you push.',
    at: { file },
  }
}

function dropsIn(file: CodeFile, language: Language): Finding[] {
  const known = new Set((file.before ?? '').split('\n').map(line => line.trim()))
  const lines = file.text.split('\n')
  const raised = [...language.drops, ...inStrings].flatMap(([rule, call]) =>
    callsOf(file.text, language, call).flatMap(({ line, column, said }) =>
      known.has(lines[line - 1]!.trim()) ? [] : [raise(rule, { file: file.path, line, column }, said)],
    ),
  )
  const active = new Map(rules.map(rule => [rule.id, rule]))
  const comment = /\.(py|rb)$/.test(file.path) ? '#' : '//'
  return applyAllowances(unique(raised), allowancesAbove(lines), { file: file.path, comment, active })
}

function callsOf(text: string, language: Language, call: RegExp): { line: number; column: number; said: string }[] {
  const code = withoutBlocks(blanked(text, language.comments), language.down, language.ends)
  return [...code.matchAll(call)].map(match => {
    const end = match.index + match[0].length
    // `ALTER TABLE … DROP x` may run over several lines: the place is the DROP's.
    const start = match.index + Math.max(0, match[0].search(/\bDROP\b(?!.*\bDROP\b)/is))
    const inLine = code.slice(code.lastIndexOf('\n', start) + 1, start)
    const isSql = /^drop\s/i.test(code.slice(start, end))
    const said = isSql ? /^[^'"`;\n]*/.exec(code.slice(start))![0] : code.slice(start, end).replace(/\s*\($/, '')
    return { line: code.slice(0, start).split('\n').length, column: [...inLine].length + 1, said: said.trim() }
  })
}

function raise(id: string, at: { file: string; line: number; column: number }, said: string): Raised {
  const rule = rules.find(one => one.id === id)!
  const finding: Finding = {
    rule: rule.id,
    ...(rule.code === undefined ? {} : { code: rule.code }),
    severity: 'error',
    what: `Runs \`${said}\` on the way up.`,
    why: rule.why,
    instead: `${rule.instead} ${howToAllow(rule.id, /\.(py|rb)$/.test(at.file) ? '#' : '//')}`,
    at,
  }
  return { finding, offset: at.line }
}

function unique(raised: readonly Raised[]): Raised[] {
  return [...new Map(raised.map(one => [`${one.finding.rule} ${one.offset}`, one])).values()]
}

/** Here a comment answers for the next line that is no comment; a line's number stands for its offset. */
function allowancesAbove(lines: readonly string[]): Allowance[] {
  return lines.flatMap((line, index) => {
    const said = /^\s*(?:\/\/|#|--|\/?\*+)\s*ship-guard:allow(?:\s+(\S+))?(.*?)(?:\*\/)?\s*$/.exec(line)
    if (said === null) return []
    const below = lines.slice(index + 1).findIndex(next => !/^\s*(?:\/\/|#|--|\/?\*)/.test(next))
    const [, name, reason = ''] = said
    return [
      {
        by: 'ship-guard' as const,
        names: name === undefined ? [] : [name],
        reason: reason.trim(),
        line: index + 1,
        column: 1,
        covers: below < 0 ? undefined : (offset: number) => offset === index + 2 + below,
      },
    ]
  })
}
