// Migrations that are named one by one rather than found in a commit: some are there already, the others are judged.
import { UsageError } from '../../core/errors.ts'
import { unreadableFile } from '../../db/changed-files.ts'
import { guessDialect } from '../../db/detect-dialect.ts'
import { lint, type MigrationFile } from '../../db/lint.ts'
import type { TextFile, Tool } from '../../db/tool.ts'
import { tools } from '../../db/tools/registry.generated.ts'
import type { Content } from './blobs.ts'
import type { Server } from './dialect.ts'
import type { JudgedProject, Judgement } from './judge.ts'
import { migrationFile } from './migration-file.ts'
import { lintSettings, type Options } from './options.ts'
import { claimsOf, isInLanguageOf } from './projects.ts'

export interface GivenFile {
  readonly path: string
  readonly content: Content
}

export interface Given {
  /** Migrations that have run before, in any order. */
  readonly before: readonly GivenFile[]
  readonly fresh: readonly GivenFile[]
  readonly options: Options
  /** Files that tell about the project: which database, which tool. */
  readonly evidence: readonly TextFile[]
}

/** Findings about the fresh ones, in the order of their tool: those before first. Static: runs nothing. */
export async function judgeGiven({ before, fresh, options, evidence }: Given): Promise<Judgement> {
  const tool = toolFor([...before, ...fresh], options, evidence)
  const old = ordered(before, tool)
  const now = ordered(fresh, tool)
  if (now.length === 0) refuseNothing(fresh, tool)
  const server = serverOf(options, evidence, now, old)
  const [dialect] = server.dialects
  const all = new Set([...old, ...now].map(file => file.path))
  const files: MigrationFile[] = []
  for (const file of [...old, ...now])
    files.push(await migrationFile({ ...file, isNew: now.includes(file), tool, dialect, all }))
  const unread = fresh.flatMap(({ path, content }) =>
    'because' in content ? [unreadableFile(path, content.because)] : [],
  )
  const { findings } = await lint({ files, dialects: server.dialects, ...lintSettings(options, server.flavour) })
  const everything = [...unread, ...findings]
  const names = files.map(file => tool.nameOf(file.path, file.text))
  const claim = { tool, project: { tool: tool.id, root: '' }, paths: [...all] }
  const project: JudgedProject = { claim, server, history: { files, findings: unread }, names, findings: everything }
  return { findings: everything, projects: [project], others: [] }
}

function toolFor(files: readonly GivenFile[], options: Options, evidence: readonly TextFile[]): Tool {
  const named = tools.find(tool => tool.id === options.tool)
  if (named !== undefined) return named
  const paths = files.map(file => file.path)
  const found = owner(paths, evidence, options) ?? user(paths, evidence)
  const code = paths.find(path => !path.endsWith('.sql'))
  if (found !== undefined) return found
  if (code === undefined) return tools.find(tool => tool.id === 'sql')!
  throw new UsageError(
    `Which tool runs ${code} cannot be told.`,
    `Name it: npx ship-guard db lint --tool ${tools.map(tool => tool.id).join('|')} ${code}`,
  )
}

/** The tool in whose projects most of them lie. */
function owner(paths: readonly string[], evidence: readonly TextFile[], options: Options): Tool | undefined {
  const claims = claimsOf(paths, evidence, options).claims.filter(({ tool }) => tool.id !== 'sql')
  return claims.sort((left, right) => right.paths.length - left.paths.length)[0]?.tool
}

/** Wherever they lie: a tool that the repository says it uses, and that runs such files. */
function user(paths: readonly string[], evidence: readonly TextFile[]): Tool | undefined {
  return tools.find(
    tool =>
      tool.id !== 'sql' && paths.every(path => isInLanguageOf(tool, path)) && tool.detect(evidence, []).length > 0,
  )
}

function refuseNothing(fresh: readonly GivenFile[], tool: Tool): void {
  const readable = fresh.find(({ content }) => 'text' in content)
  if (readable === undefined) return
  throw new UsageError(
    `${readable.path} is no migration that ${tool.title} runs on the way up: nothing was judged.`,
    `Name the tool that runs it: npx ship-guard db lint --tool ${tools.map(one => one.id).join('|')} ${readable.path}`,
  )
}

function ordered(files: readonly GivenFile[], tool: Tool): TextFile[] {
  const readable = files.flatMap(({ path, content }) => ('text' in content ? [{ path, text: content.text }] : []))
  const byPath = new Map(readable.map(file => [file.path, file]))
  const texts = new Map(readable.map(({ path, text }) => [path, text]))
  return tool.migrations([...byPath.keys()], texts).map(path => byPath.get(path)!)
}

function serverOf(
  { dialect }: Options,
  evidence: readonly TextFile[],
  fresh: readonly TextFile[],
  old: readonly TextFile[],
): Server {
  if (dialect !== 'auto')
    return { dialects: [dialect === 'mariadb' ? 'mysql' : dialect], flavour: dialect, because: 'the config' }
  const textsOf = (files: readonly TextFile[]) => files.slice(-50).map(file => file.text.slice(0, 100_000))
  return guessDialect(evidence, textsOf(fresh), textsOf(old))
}
