// One project's migrations: in their order, those of the push told apart from those that the branch already has.
import type { Finding } from '../../core/finding.ts'
import type { Change, TreeEntry } from '../../core/tree.ts'
import { deletedFinding, editedFinding, renamedFinding, sameSql, unreadableFile } from '../../db/changed-files.ts'
import { parseScript } from '../../db/code/languages.ts'
import type { Script } from '../../db/code/script.ts'
import { dialectOf, type MigrationFile } from '../../db/lint.ts'
import type { DialectId } from '../../db/statement.ts'
import type { Tool } from '../../db/tool.ts'
import type { Blobs } from './blobs.ts'
import { migrationFile } from './migration-file.ts'
import type { Claim } from './projects.ts'

export type Standing = Exclude<Change, { kind: 'deleted' }>

export interface HistoryQuestion {
  readonly claim: Claim
  /** Entries of the claim's paths in the pushed commit. */
  readonly entries: ReadonlyMap<string, TreeEntry>
  /** What the push changes among the migrations, by path. */
  readonly changes: ReadonlyMap<string, Standing>
  /** As people call it, for example `main`. */
  readonly branch: string
  readonly dialect: DialectId
  readonly blobs: Blobs
  readonly isMigration: (path: string) => boolean
}

export interface ProjectHistory {
  /** Every migration that can be read, in the order in which they run. */
  readonly files: readonly MigrationFile[]
  /** Findings about whole files that are not judged by their content. */
  readonly findings: readonly Finding[]
}

/** Migrations of a project that run on the way up, in their order. Their contents must have been loaded where the tool orders by content. */
export function orderOf({ tool, paths }: Pick<Claim, 'tool' | 'paths'>, texts: ReadonlyMap<string, string>): string[] {
  return tool.migrations(paths, texts)
}

export async function historyOf(question: HistoryQuestion, order: readonly string[]): Promise<ProjectHistory> {
  const files: MigrationFile[] = []
  const findings: Finding[] = []
  const all = new Set(question.claim.paths)
  for (const path of order) {
    const change = question.changes.get(path)
    const looked = change === undefined ? await earlier(path, question, all) : await look(change, question, all)
    if (looked === undefined) continue
    if ('path' in looked) files.push(looked)
    else findings.push(...looked)
  }
  return { files, findings }
}

async function earlier(path: string, question: HistoryQuestion, all: ReadonlySet<string>) {
  const entry = question.entries.get(path)
  const content = entry === undefined || entry.mode === '120000' ? undefined : question.blobs.text(entry.oid)
  if (content === undefined || 'because' in content) return undefined
  return migrationFile({ path, text: content.text, isNew: false, all, ...toolOf(question) })
}

/** One migration of the push: to be judged by its content, or told as a whole. */
async function look(
  change: Standing,
  question: HistoryQuestion,
  all: ReadonlySet<string>,
): Promise<MigrationFile | readonly Finding[]> {
  const { claim, branch, blobs, isMigration } = question
  const { path } = change
  if (change.mode === '120000') return [unreadableFile(path, 'it is a symbolic link')]
  const content = blobs.text(change.oid)
  if ('because' in content) return [unreadableFile(path, content.because)]
  const file = await migrationFile({ path, text: content.text, isNew: true, all, ...toolOf(question) })
  const isFresh = change.kind === 'added' || (change.kind === 'renamed' && !isMigration(change.from))
  if (isFresh || claim.tool.isRepeatable(path)) return file
  const oldPath = change.kind === 'renamed' ? change.from : path
  const before = blobs.text(change.baseOid)
  const difference =
    'because' in before ? 'edited' : await differenceOf(oldPath, before.text, file, content.text, question)
  if (change.kind === 'renamed' && difference !== 'edited')
    return [renamedFinding({ path, branch }, change.from, isRenumbered(claim.tool, change.from, path))]
  if (difference === 'none') return []
  const edited = editedFinding({ path, branch }, difference === 'comments')
  return difference === 'comments' ? [edited] : { ...file, raised: [edited] }
}

function toolOf({ claim: { tool }, dialect }: HistoryQuestion) {
  return { tool, dialect }
}

function isRenumbered(tool: Tool, from: string, path: string): boolean {
  return tool.versionOf(from) !== tool.versionOf(path)
}

type Difference = 'none' | 'comments' | 'edited'

/** Whether an edit changes what runs on the way up, or only what stands around it. */
async function differenceOf(
  oldPath: string,
  before: string,
  file: MigrationFile,
  after: string,
  { claim: { tool }, dialect }: HistoryQuestion,
): Promise<Difference> {
  if (file.code === undefined) {
    const [old, now] = [sqlOf(tool, oldPath, before), sqlOf(tool, file.path, after)]
    // What both have in the part that runs on the way up is no edit at all.
    if (old.trimEnd() === now.trimEnd()) return 'none'
    return sameSql(old, now, dialectOf(dialect).splitting) ? 'comments' : 'edited'
  }
  const old = await parseScript(oldPath, before)
  if (old === undefined || tool.read === undefined) return 'edited'
  if (bare(old) === bare(file.code.script)) return 'comments'
  return JSON.stringify(doings(tool.read(old, dialect))) === JSON.stringify(doings(file.code.read(dialect)))
    ? 'comments'
    : 'edited'
}

function sqlOf(tool: Tool, path: string, text: string): string {
  return tool.sql?.(path, text) ?? text
}

/** A program without its comments and white space. */
function bare({ text, comments }: Script): string {
  const parts: string[] = []
  let from = 0
  for (const { offset, endOffset } of comments) {
    parts.push(text.slice(from, offset))
    from = endOffset
  }
  return [...parts, text.slice(from)].join('').replace(/\s+/g, ' ')
}

/** What a migration does, without where it says so. */
function doings({ statements, unread }: ReturnType<NonNullable<MigrationFile['code']>['read']>): unknown {
  return [
    statements.map(({ offset: _, endOffset: __, line: ___, atColumn: ____, endLine: _____, ...doing }) => doing),
    unread.map(({ because }) => because),
  ]
}

/** Migrations of the branch that the push takes away. */
export function goneFindings(
  deleted: readonly string[],
  tool: Tool,
  before: readonly string[],
  branch: string,
): Finding[] {
  const ran = new Set(tool.migrations(before))
  return deleted.filter(path => ran.has(path)).map(path => deletedFinding({ path, branch }))
}
