// Which migration tool looks after which files of a repository.
import { globMatcher } from '../../core/glob.ts'
import { codeGlobs } from '../../db/code-migrations.ts'
import { evidenceGlobs } from '../../db/detect-dialect.ts'
import type { Project, TextFile, Tool } from '../../db/tool.ts'
import { tools } from '../../db/tools/registry.generated.ts'
import type { Options } from './options.ts'

/** One history of migrations: of one project of one tool. */
export interface Claim {
  readonly tool: Tool
  readonly project: Project
  /** In no order yet; also files that only run on the way down. */
  readonly paths: readonly string[]
}

export interface Claims {
  readonly claims: readonly Claim[]
  /** Migrations in code that no known tool looks after. */
  readonly unclaimed: readonly string[]
}

type Chosen = Pick<Options, 'migrations' | 'tool'>

/** Everything that can be a migration. */
export function migrationGlobs({ migrations }: Chosen): readonly string[] {
  return migrations ?? [...new Set([...tools.flatMap(tool => tool.globs), ...codeGlobs])].sort(negativesLast)
}

/** Files that lie where migrations lie, in what is not read: other languages, other endings. */
export const strangerGlobs: readonly string[] = [
  '**/{migrations,Migrations,migration,migrate,alembic/versions}/**/*.{SQL,psql,pgsql,ddl,go,java,kt,cs,fs,ex,exs,scala,rs,pl,sh,tsx,coffee,xml,gz}',
  '!**/{node_modules,vendor,fixtures,testdata}/**',
]

/** Every file in a language of migrations: a project may keep its own in any folder, and only its config says in which. */
export function possibleGlobs({ migrations }: Chosen): readonly string[] {
  return (
    migrations ?? ['**/*.{sql,php,py,rb,js,cjs,mjs,ts,cts,mts,go}', ...strangerGlobs, '!**/{node_modules,vendor}/**']
  )
}

/** Tells the migrations among all files: where tools keep theirs by default, and where the repository's projects say. */
export function migrationMatcher(
  paths: readonly string[],
  evidence: readonly TextFile[],
  chosen: Chosen,
): (path: string) => boolean {
  const usual = globMatcher(migrationGlobs(chosen))
  if (chosen.migrations !== undefined) return usual
  const own = tools
    .filter(tool => tool.id !== 'sql')
    .flatMap(tool => tool.detect(evidence, paths.filter(globMatcher(tool.globs))))
    .flatMap(project => project.globs ?? [])
  const said = own.length === 0 ? () => false : globMatcher(own)
  return path => usual(path) || said(path)
}

/** What tells which tools and which databases a repository uses, and what they keep beside their migrations. */
export const factGlobs: readonly string[] = [
  ...new Set([...evidenceGlobs, ...tools.flatMap(tool => [...tool.evidence, ...(tool.ledgers ?? [])])]),
].sort(negativesLast)

function negativesLast(left: string, right: string): number {
  return Number(left.startsWith('!')) - Number(right.startsWith('!'))
}

/** Deepest project first; a tool that the repository names before plain SQL. */
export function claimsOf(paths: readonly string[], evidence: readonly TextFile[], chosen: Chosen): Claims {
  const projects = chosen.tool === 'auto' ? detected(paths, evidence) : named(chosen.tool, paths, evidence)
  const owned = new Map<Owner, string[]>()
  const unclaimed: string[] = []
  for (const path of paths) {
    const owner = projects.find(one => one.owns(path)) ?? fallback(path, chosen)
    if (owner === undefined) unclaimed.push(path)
    else if (owned.get(owner)?.push(path) === undefined) owned.set(owner, [path])
  }
  return { claims: [...owned].map(([{ tool, project }, own]) => ({ tool, project, paths: own })), unclaimed }
}

interface Owner {
  readonly tool: Tool
  readonly project: Project
  owns(path: string): boolean
}

const languages = new Map<Tool, (path: string) => boolean>()

/** Whether a file's ending is one of the tool's. A reader of Ruby finds nothing in JavaScript, and that must be no pass. */
export function isInLanguageOf(tool: Tool, path: string): boolean {
  const known = languages.get(tool)
  if (known !== undefined) return known(path)
  const endings = tool.globs.flatMap(glob => /\.(?:\w+|\{[\w,]+\})(?:\{[^{}]*\})?$/.exec(glob)?.[0] ?? [])
  languages.set(tool, globMatcher(endings.map(ending => `**/*${ending}`)))
  return isInLanguageOf(tool, path)
}

const plainSql = tools.find(tool => tool.id === 'sql')!
let matchesPlain: ReturnType<typeof globMatcher> | undefined

function isPlain(path: string): boolean {
  matchesPlain ??= globMatcher(plainSql.globs)
  return matchesPlain(path)
}

const plainOwner: Owner = { tool: plainSql, project: { tool: 'sql', root: '' }, owns: () => true }

// Plain SQL is what is left when no tool speaks up; the user's own globs may name any file in it.
function fallback(path: string, { migrations }: Chosen): Owner | undefined {
  if (!path.endsWith('.sql')) return undefined
  return migrations !== undefined || isPlain(path) ? plainOwner : undefined
}

function detected(paths: readonly string[], evidence: readonly TextFile[]): Owner[] {
  return tools
    .filter(tool => tool.id !== 'sql')
    .flatMap(tool => {
      const isOwn = globMatcher(tool.globs)
      const projects = tool.detect(evidence, paths.filter(isOwn))
      return projects.map(project => ownerOf(tool, project))
    })
    .sort((left, right) => right.project.root.length - left.project.root.length)
}

function ownerOf(tool: Tool, project: Project): Owner {
  const matches = globMatcher(project.globs ?? tool.globs)
  const inside = project.root === '' ? '' : `${project.root}/`
  return { tool, project, owns: path => path.startsWith(inside) && matches(path) }
}

function named(id: string, paths: readonly string[], evidence: readonly TextFile[]): Owner[] {
  const tool = tools.find(one => one.id === id)!
  const found = tool.detect(evidence, paths)
  const projects = found.length > 0 ? found : [{ tool: id, root: '' }]
  return projects.map(project => ({ ...ownerOf(tool, project), owns: path => path.startsWith(project.root) }))
}
