import { UsageError } from '../../core/errors.ts'
import type { Finding } from '../../core/finding.ts'
import { globMatcher } from '../../core/glob.ts'
import { nearest } from '../../core/nearest.ts'
import { printable } from '../../core/printable.ts'
import type { Change, Tree, TreeEntry } from '../../core/tree.ts'
import { codeFindings } from '../../db/code-migrations.ts'
import { knownRuleNames, levelled, rulesNamed } from '../../db/levels.ts'
import { dialectOf, lint } from '../../db/lint.ts'
import type { DialectId } from '../../db/statement.ts'
import type { TextFile } from '../../db/tool.ts'
import { Blobs } from './blobs.ts'
import { dialectsOf, type Server } from './dialect.ts'
import { goneFindings, historyOf, orderOf, type ProjectHistory, type Standing } from './history-of.ts'
import { lintSettings, type Options } from './options.ts'
import { type Claim, claimsOf, factGlobs, migrationMatcher, possibleGlobs, strangerGlobs } from './projects.ts'
import { sequenceOf } from './sequence.ts'

/** What of a tree is read: that of a pushed commit, or one made from folders by `db lint`. */
export type Source = Pick<Tree, 'list' | 'baseList' | 'changes' | 'blobs'>

export interface Question {
  readonly source: Source
  readonly options: Options
  /** The branch it is meant for, as people call it. */
  readonly branch: string
  readonly signal: AbortSignal
  progress(line: string): void
  /** Name and mail address of who brings each of these files; asked for only when owners are set. */
  authors?(paths: readonly string[]): Promise<ReadonlyMap<string, string>>
}

/** One project that has migrations to judge, as they were read. */
export interface JudgedProject {
  readonly claim: Claim
  readonly server: Server
  readonly history: ProjectHistory
  /** What the tool calls each migration, in the order in which they run. */
  readonly names: readonly string[]
  readonly findings: readonly Finding[]
}

export interface Judgement {
  /** All of them, also those of the projects. */
  readonly findings: readonly Finding[]
  readonly projects: readonly JudgedProject[]
  /** Those that belong to no project: what was deleted, and code of tools that are not known. */
  readonly others: readonly Finding[]
}

/** Findings about every migration that is added, edited, renamed or deleted. Static: runs nothing. */
export async function judgeMigrations(question: Question): Promise<Judgement> {
  const { source, options } = question
  const globs = possibleGlobs(options)
  const touched = await source.changes([...globs])
  if (touched.length === 0) return { findings: [], projects: [], others: [] }
  checkRuleNames(options)
  const listed = await source.list([...globs])
  const blobs = new Blobs(source)
  const evidence = await factsOf(source, blobs)
  const isMigration = migrationMatcher(
    listed.map(entry => entry.path),
    evidence,
    options,
  )
  const changes = touched.filter(one => isMigration(one.path) || (one.kind === 'renamed' && isMigration(one.from)))
  const strange = told(strangers(touched, isMigration), options)
  if (changes.length === 0) return { findings: strange, projects: [], others: strange }
  const entries = new Map(listed.filter(entry => isMigration(entry.path)).map(entry => [entry.path, entry]))
  const { claims, unclaimed } = claimsOf([...entries.keys()], evidence, options)
  const facts: Facts = { question, entries, changes, blobs, evidence, isMigration }
  const projects: JudgedProject[] = []
  for (const claim of claims) projects.push(...(await judgedProject(claim, facts)))
  const rest = await inCode(changes, new Set(unclaimed), blobs)
  const gone = await deleted(facts, claims)
  const others = [...strange, ...told([...gone, ...rest], options)]
  return { findings: [...others, ...projects.flatMap(project => project.findings)], projects, others }
}

const isStrange = globMatcher(strangerGlobs)

/** What lies among migrations and is not read is said: its silence would look like a pass. */
function strangers(changes: readonly Change[], isMigration: (path: string) => boolean): Finding[] {
  return changes
    .filter(one => one.kind !== 'deleted' && isStrange(one.path) && !isMigration(one.path))
    .map(({ path }) => ({
      rule: 'migration-not-read',
      severity: 'warning',
      what: `${path} lies among migrations and is not read.`,
      why: 'What it does to the data is not known, and nobody has looked at it.',
      instead: 'Read it for drops before you push, or write it in SQL (in a file that ends in .sql).',
      at: { file: path },
    }))
}

interface Facts {
  readonly question: Question
  readonly entries: ReadonlyMap<string, TreeEntry>
  readonly changes: readonly Change[]
  readonly blobs: Blobs
  readonly evidence: readonly TextFile[]
  readonly isMigration: (path: string) => boolean
}

const factBytes = 1024 * 1024

/** Files that tell about tools and databases. They are small; one that is not is no such file. */
export async function factsOf(source: Source, blobs: Blobs): Promise<TextFile[]> {
  const entries = (await source.list([...factGlobs])).filter(entry => entry.mode !== '120000')
  await blobs.load(entries.map(entry => entry.oid))
  return entries.flatMap(({ path, oid }) => {
    const content = blobs.text(oid)
    return 'text' in content && content.text.length <= factBytes ? [{ path, text: content.text }] : []
  })
}

async function judgedProject(claim: Claim, facts: Facts): Promise<JudgedProject[]> {
  const { question, blobs } = facts
  const { signal, progress, options } = question
  const own = new Set(claim.paths)
  const standing = facts.changes.filter((one): one is Standing => one.kind !== 'deleted' && own.has(one.path))
  if (standing.length === 0) return []
  const texts = await textsOf(claim, standing, facts)
  signal.throwIfAborted()
  const order = orderOf(claim, texts)
  const runs = new Set(order)
  const fresh = new Map(standing.filter(one => runs.has(one.path)).map(one => [one.path, one]))
  const server = await dialectsOf({
    claim,
    options,
    evidence: facts.evidence,
    fresh,
    order,
    entries: facts.entries,
    blobs,
  })
  const history = await historyOf(
    { ...facts, claim, changes: fresh, branch: question.branch, dialect: server.dialects[0] },
    order,
  )
  progress(`reading ${fresh.size} of ${order.length} migrations`)
  signal.throwIfAborted()
  const authors = options.owners.length > 0 ? await question.authors?.([...fresh.keys()]) : undefined
  const files = history.files.map(file => withAuthor(file, authors?.get(file.path)))
  const settings = lintSettings(options, server.flavour)
  const { findings, readAs } = await lint({ files, dialects: server.dialects, ...settings })
  const whole = [
    ...sequenceOf(claim, order, fresh, texts, question.branch),
    ...ledgerFindings(claim, texts),
    ...history.findings,
  ]
  const names = order.map(path => claim.tool.nameOf(path, texts.get(path)))
  return [{ claim, server, history, names, findings: [...whole, ...findings, ...guessFindings(server, readAs)] }]
}

/** Findings about whole files, as loud as the team wants them. */
function told(findings: readonly Finding[], { rules }: Options): Finding[] {
  return findings.flatMap(finding => levelled(finding, rules) ?? [])
}

/** A misspelt name would silence nothing, or raise nothing, without anybody hearing of it. */
function checkRuleNames({ rules }: Options): void {
  const known = knownRuleNames()
  for (const name of Object.keys(rules)) {
    if (rulesNamed(name) !== undefined) continue
    const meant = nearest(name, known)
    throw new UsageError(
      `\`rules\` of the gate \`db\` names "${printable(name)}", which is no rule.`,
      `${meant === undefined ? '' : `Did you mean ${meant}? `}See them all: npx ship-guard explain`,
    )
  }
}

function withAuthor<File extends object>(file: File, author: string | undefined): File {
  return author === undefined ? file : { ...file, author }
}

/** Contents of a project's migrations. Those of the branch are read too: rules ask what they made. */
async function textsOf(claim: Claim, standing: readonly Standing[], { blobs, entries, evidence }: Facts) {
  const oids = claim.paths.flatMap(path => {
    const entry = entries.get(path)
    return entry === undefined || entry.mode === '120000' ? [] : [entry.oid]
  })
  await blobs.load([...oids, ...standing.flatMap(one => ('baseOid' in one ? [one.oid, one.baseOid] : [one.oid]))])
  const texts = new Map<string, string>()
  for (const path of claim.paths) {
    const entry = entries.get(path)
    const content = entry === undefined || entry.mode === '120000' ? undefined : blobs.text(entry.oid)
    if (content !== undefined && 'text' in content) texts.set(path, content.text)
  }
  const isLedger = globMatcher(claim.tool.ledgers ?? [])
  for (const { path, text } of evidence) if (claim.tool.ledgers !== undefined && isLedger(path)) texts.set(path, text)
  return texts
}

function ledgerFindings({ tool, project }: Claim, texts: ReadonlyMap<string, string>): readonly Finding[] {
  return tool.verify?.(project, texts) ?? []
}

async function deleted(
  { question: { source, branch, options }, changes, evidence, isMigration }: Facts,
  claims: readonly Claim[],
) {
  const gone = changes.flatMap(change => goneFrom(change, isMigration))
  if (gone.length === 0) return []
  const before = (await source.baseList([...possibleGlobs(options)])).map(entry => entry.path).filter(isMigration)
  const known = claims.length > 0 ? claimsOf(before, evidence, options).claims : claimsOf(before, [], options).claims
  return known.flatMap(({ tool, paths }) => {
    const own = new Set(paths)
    return goneFindings(
      gone.filter(path => own.has(path)),
      tool,
      paths,
      branch,
    )
  })
}

function goneFrom(change: Change, isMigration: (path: string) => boolean): string[] {
  if (change.kind === 'deleted') return [change.path]
  return change.kind === 'renamed' && !isMigration(change.path) ? [change.from] : []
}

/** Said only when nothing in the repository names the database: a guess that nobody hears of is a trap. */
function guessFindings({ because }: Server, readAs: ReadonlyMap<string, DialectId>): Finding[] {
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

/** Migrations in code of tools that are not known: their calls are looked at by name. */
async function inCode(changes: readonly Change[], paths: ReadonlySet<string>, blobs: Blobs): Promise<Finding[]> {
  const standing = changes.filter(
    (change): change is Standing => change.kind !== 'deleted' && change.mode !== '120000' && paths.has(change.path),
  )
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
