import type { Finding } from '../../core/finding.ts'
import type { GateContext } from '../../core/gate.ts'
import { globMatcher } from '../../core/glob.ts'
import { type Oid, shortRef } from '../../core/push.ts'
import type { Change, TreeEntry } from '../../core/tree.ts'
import { deletedFinding, editedFinding, renamedFinding, sameSql, unreadableFile } from '../../db/changed-files.ts'
import { codeFindings } from '../../db/code-migrations.ts'
import { evidenceGlobs, type Guess, guessDialect } from '../../db/detect-dialect.ts'
import { dialectOf, lint, type MigrationFile } from '../../db/lint.ts'
import type { DialectId } from '../../db/statement.ts'
import sql from '../../db/tools/sql.ts'
import { Blobs } from './blobs.ts'
import type { Options } from './options.ts'

type Context = Pick<GateContext<Options>, 'tree' | 'options' | 'push' | 'signal' | 'progress'>
type Standing = Exclude<Change, { kind: 'deleted' }>

/** Findings about every migration that the push adds, edits, renames or deletes. */
export async function judge(
  context: Context,
  changed: readonly Change[],
  code: readonly Change[],
): Promise<readonly Finding[]> {
  const blobs = new Blobs(context.tree)
  const found = await sqlFindings(context, changed, blobs)
  return [...found, ...(await inCode(code, blobs))]
}

async function sqlFindings(context: Context, changed: readonly Change[], blobs: Blobs): Promise<readonly Finding[]> {
  if (changed.length === 0) return []
  const { tree, options, push, signal, progress } = context
  const branch = shortRef(push.ref)
  const listed = await tree.list(options.migrations)
  const order = sql.migrations(listed.map(entry => entry.path))
  const isUp = new Set(order)
  const standing = changed.filter((change): change is Standing => change.kind !== 'deleted' && isUp.has(change.path))
  const seenPaths = new Set(standing.map(change => change.path))
  await blobs.load(standing.flatMap(change => ('baseOid' in change ? [change.oid, change.baseOid] : [change.oid])))
  signal.throwIfAborted()

  const earlier = listed.filter(entry => !seenPaths.has(entry.path) && isUp.has(entry.path))
  const guess = await dialectsOf(context, standing, earlier, blobs)
  const isMigration = globMatcher(options.migrations)
  const facts = { branch, blobs, isMigration, splitting: dialectOf(guess.dialects[0]).splitting }
  const seen = new Map(standing.map(change => [change.path, look(change, facts)]))
  const files = await withEarlier(context, order, seen, blobs)
  progress(`reading ${seen.size} of ${order.length} migrations`)
  signal.throwIfAborted()
  const { findings, readAs } = await lint({ files, dialects: guess.dialects })
  const whole = [...seen.values()].flatMap(one => ('findings' in one ? one.findings : []))
  return [...(await gone(context, changed, branch)), ...whole, ...findings, ...guessFindings(guess, readAs)]
}

interface Facts {
  readonly branch: string
  readonly blobs: Blobs
  readonly isMigration: (path: string) => boolean
  readonly splitting: Parameters<typeof sameSql>[2]
}

type Looked = { readonly file: MigrationFile } | { readonly findings: readonly Finding[] }

/** One migration of the push: to be judged by its content, or told as a whole. */
function look(change: Standing, { branch, blobs, isMigration, splitting }: Facts): Looked {
  const { path } = change
  if (change.mode === '120000') return { findings: [unreadableFile(path, 'it is a symbolic link')] }
  const content = blobs.text(change.oid)
  if ('because' in content) return { findings: [unreadableFile(path, content.because)] }
  const text = sql.sql!(path, content.text)
  const file = { path, text, isNew: true }
  if (change.kind === 'added' || (change.kind === 'renamed' && !isMigration(change.from)) || sql.isRepeatable(path))
    return { file }
  const before = blobs.text(change.baseOid)
  const oldPath = change.kind === 'renamed' ? change.from : path
  const same = 'text' in before && sameSql(sql.sql!(oldPath, before.text), text, splitting)
  if (change.kind === 'renamed' && same) return { findings: [renamedFinding({ path, branch }, change.from)] }
  // What both have in the part that runs on the way up is no edit at all.
  if (same && 'text' in before && sql.sql!(oldPath, before.text).trimEnd() === text.trimEnd()) return { findings: [] }
  const edited = editedFinding({ path, branch }, same)
  return same ? { findings: [edited] } : { file: { ...file, raised: [edited] } }
}

async function gone({ tree, options }: Context, changed: readonly Change[], branch: string): Promise<Finding[]> {
  const deleted = changed.filter(change => change.kind === 'deleted').map(change => change.path)
  if (deleted.length === 0) return []
  const before = await tree.baseList(options.migrations)
  const ran = new Set(sql.migrations(before.map(entry => entry.path)))
  return deleted.filter(path => ran.has(path)).map(path => deletedFinding({ path, branch }))
}

/** Every migration in the order in which it runs. Those of the branch are read only when a new one could ask for what they made. */
async function withEarlier(
  { tree, options }: Context,
  order: readonly string[],
  seen: ReadonlyMap<string, Looked>,
  blobs: Blobs,
): Promise<MigrationFile[]> {
  const judged = order.flatMap(path => {
    const one = seen.get(path)
    return one !== undefined && 'file' in one ? [one.file] : []
  })
  const asks = judged.some(file => /\b(?:drop|call|select|perform|execute)\b/i.test(file.text))
  if (!asks) return judged
  const entries = new Map((await tree.list(options.migrations)).map(entry => [entry.path, entry]))
  const earlier = order.flatMap(path => entries.get(path) ?? []).filter(entry => entry.mode !== '120000')
  await blobs.load(earlier.map(entry => entry.oid))
  return order.flatMap(path => {
    const one = seen.get(path)
    if (one !== undefined && 'file' in one) return [one.file]
    const entry = entries.get(path)
    const content = entry === undefined || entry.mode === '120000' ? undefined : blobs.text(entry.oid)
    return content === undefined || 'because' in content
      ? []
      : [{ path, text: sql.sql!(path, content.text), isNew: false }]
  })
}

const telling = 50

async function dialectsOf(
  { tree, options }: Context,
  standing: readonly Standing[],
  earlier: readonly TreeEntry[],
  blobs: Blobs,
): Promise<Guess> {
  if (options.dialect !== 'auto') {
    const dialect: DialectId = options.dialect === 'mariadb' ? 'mysql' : options.dialect
    return { dialects: [dialect], because: 'the config' }
  }
  const entries = await tree.list(evidenceGlobs)
  await blobs.load(entries.map(entry => entry.oid))
  const evidence = entries.flatMap(({ path, oid }) => {
    const content = blobs.text(oid)
    return 'text' in content ? [{ path, text: content.text }] : []
  })
  const before = earlier.slice(-telling)
  await blobs.load(before.map(entry => entry.oid))
  const textsOf = (files: readonly { readonly oid: Oid }[]) =>
    files.flatMap(({ oid }) => {
      const content = blobs.text(oid)
      return 'text' in content ? [content.text.slice(0, 100_000)] : []
    })
  return guessDialect(evidence, textsOf(standing), textsOf(before))
}

/** Said only when nothing in the repository names the database: a guess that nobody hears of is a trap. */
function guessFindings({ because }: Guess, readAs: ReadonlyMap<string, DialectId>): Finding[] {
  if (because !== undefined || readAs.size === 0) return []
  const used = [...new Set(readAs.values())].map(id => dialectOf(id).title).join(' and ')
  return [
    {
      rule: 'guessed-dialect',
      severity: 'info',
      what: `No file says which database runs the migrations; they were read as ${used}.`,
      why: 'The same text can mean other things to another database.',
      instead: 'Set `dialect` of the gate `db` in .shiprc.',
    },
  ]
}

async function inCode(changes: readonly Change[], blobs: Blobs): Promise<Finding[]> {
  const standing = changes.filter(
    change => change.kind !== 'deleted' && change.mode !== '120000',
  ) as readonly Standing[]
  await blobs.load(standing.flatMap(change => ('baseOid' in change ? [change.oid, change.baseOid] : [change.oid])))
  const files = standing.flatMap(change => {
    const now = blobs.text(change.oid)
    if (!('text' in now)) return []
    const before = 'baseOid' in change ? blobs.text(change.baseOid) : undefined
    return [
      { path: change.path, text: now.text, before: before !== undefined && 'text' in before ? before.text : undefined },
    ]
  })
  return codeFindings(files)
}
