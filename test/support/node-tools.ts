import { existsSync } from 'node:fs'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Row } from '../../src/core/database.ts'
import { parseScript } from '../../src/db/code/languages.ts'
import { dialectOf } from '../../src/db/lint.ts'
import { type DialectId, type Statement, shown } from '../../src/db/statement.ts'
import type { Project, ScratchEnvironment, Status, Tool } from '../../src/db/tool.ts'
import { tools } from '../../src/db/tools/registry.generated.ts'
import { run } from '../../src/io/process.ts'
import { sourceRoot } from './package-root.ts'
import { ran, write } from './php-tools.ts'
import { type ScratchForTest, startScratch } from './scratch.ts'
import { type ToolFixture, toolFixtures } from './tool-fixtures.ts'

const packages = join(sourceRoot, 'test/tools/javascript/node_modules')

/** A sample project on disk with its real tool, and a real server for it. */
export class NodeProject implements AsyncDisposable {
  readonly folder: string
  readonly fixture: ToolFixture
  readonly tool: Tool
  readonly project: Project
  readonly scratch: ScratchForTest

  private constructor(folder: string, fixture: ToolFixture, tool: Tool, project: Project, scratch: ScratchForTest) {
    this.folder = folder
    this.fixture = fixture
    this.tool = tool
    this.project = project
    this.scratch = scratch
  }

  static async of(id: string, flavour: 'postgres' | 'mariadb'): Promise<NodeProject> {
    if (!existsSync(packages))
      throw new Error('The JavaScript tools are not installed. Run scripts/tools/javascript.sh.')
    const fixture = toolFixtures.find(one => one.id === id)!
    const tool: Tool = tools.find(one => one.id === id)!
    const files = Object.entries(fixture.project).map(([path, text]) => ({ path, text }))
    const [project] = tool.detect(files, Object.keys(fixture.project))
    const folder = await mkdtemp(join(tmpdir(), `ship-guard-${id}-`))
    await write(folder, fixture.project)
    await symlink(packages, join(folder, 'node_modules'))
    return new NodeProject(folder, fixture, tool, project!, await startScratch({ flavour }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.scratch.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  get dialect(): DialectId {
    return this.scratch.environment.flavour === 'postgres' ? 'postgres' : 'mysql'
  }

  /** Names of the migrations, with those of the overlay. */
  names(files: Readonly<Record<string, string>> = this.fixture.project): string[] {
    const texts = new Map(Object.entries(files))
    return this.order(files).map(path => this.tool.nameOf(path, texts.get(path)))
  }

  order(files: Readonly<Record<string, string>>): string[] {
    const known = new Set([...this.fixture.order, ...Object.keys(this.fixture.drop)])
    const paths = Object.keys(files).filter(path => known.has(path) && /\.(?:sql|[jt]s)$/.test(path))
    return this.tool.migrations(paths, new Map(Object.entries(files)))
  }

  async status(known: readonly string[], database: ScratchEnvironment = this.scratch.environment): Promise<Status> {
    const commands = this.tool.commands!
    const command = commands.status(this.project)
    // vitest sets NODE_ENV to test, which no sample project has a database for.
    const env = { ...command.env, ...commands.migrate(this.project, undefined, database).env, NODE_ENV: 'production' }
    return commands.readStatus(await run({ ...command, cwd: this.folder, env }, { timeoutMs: 50_000 }), known)
  }

  async migrate(upTo?: string): Promise<void> {
    await ran(this.tool.commands!.migrate(this.project, upTo, this.scratch.environment), this.folder)
  }

  async revert(path: string): Promise<void> {
    await ran(this.tool.commands!.revert!(this.project, path, this.scratch.environment), this.folder)
  }

  async addDrop(): Promise<void> {
    await write(this.folder, this.fixture.drop)
  }

  async forgetDrop(): Promise<void> {
    for (const path of Object.keys(this.fixture.drop)) await rm(join(this.folder, path))
    await write(this.folder, this.fixture.project)
  }

  async rows(sql: string): Promise<readonly Row[]> {
    const database = await this.scratch.scratch.connect()
    try {
      return await database.query(sql)
    } finally {
      await database.close()
    }
  }

  /** `table carts`, `column users.email`: what the server has. */
  async has(): Promise<Set<string>> {
    const own = this.dialect === 'postgres' ? "'public'" : 'DATABASE()'
    const rows = await this.rows(
      `SELECT table_name AS "t", column_name AS "c" FROM information_schema.columns WHERE table_schema = ${own}`,
    )
    return new Set(rows.flatMap(row => [`table ${row.t}`, `column ${row.t}.${row.c}`]))
  }

  /** Those of the columns (`column users.bio`) that hold nothing. */
  async empty(columns: readonly string[]): Promise<string[]> {
    const found: string[] = []
    for (const one of columns) {
      const [table, column] = one.slice('column '.length).split('.')
      const [row] = await this.rows(`SELECT count(${column}) AS n FROM ${table}`)
      if (Number(row!.n) === 0) found.push(one)
    }
    return found
  }

  /** What the overlay's migrations drop, as they are read without running them. */
  async read(): Promise<string[]> {
    await dialectOf(this.dialect).load?.()
    const read = await Promise.all(
      Object.entries(this.fixture.drop)
        .filter(([path]) => this.order({ [path]: '' }).length > 0)
        .map(([path, text]) => this.#statements(path, text)),
    )
    return [...new Set(read.flat().flatMap(dropped))].sort()
  }

  async #statements(path: string, text: string): Promise<readonly Statement[]> {
    if (path.endsWith('.sql')) return bodies(dialectOf(this.dialect).parse(this.tool.sql!(path, text)))
    const script = await parseScript(path, text)
    return this.tool.read!(script!, this.dialect).statements
  }
}

/** A routine that the same file calls does what stands in it. */
function bodies(statements: readonly Statement[]): Statement[] {
  return statements.flatMap(one => (one.kind === 'create-routine' ? [one, ...one.body()] : [one]))
}

function dropped(one: Statement): string[] {
  if (one.kind === 'drop-table') return one.tables.map(table => `table ${shown(table)}`)
  return one.kind === 'drop-column' ? one.columns.map(column => `column ${shown(one.table)}.${column}`) : []
}

/** What was there and is gone; columns of a table that is gone are not told again. */
export function gone(before: ReadonlySet<string>, after: ReadonlySet<string>): string[] {
  const lost = [...before].filter(one => !after.has(one))
  const tables = lost.filter(one => one.startsWith('table ')).map(one => one.slice('table '.length))
  return lost.filter(one => !tables.some(table => one.startsWith(`column ${table}.`))).sort()
}

/** The same server at a port where nobody listens. */
export function nowhere(database: ScratchEnvironment): ScratchEnvironment {
  const url = database.url.replace(`:${database.port}/`, ':1/')
  return { ...database, port: 1, url }
}

interface Life {
  /** Whether its status can say that the database has more than the code. */
  readonly toldApart?: boolean
  /** SQL that runs before the drop, and the columns that are empty after it although they are still there. */
  readonly seed?: string
  readonly emptied?: readonly string[]
}

/** Migrates step by step up to the overlay's drop, and looks at what the tool says at each step and at what the server lost. */
export async function lived(one: NodeProject, { toldApart = true, seed, emptied = [] }: Life = {}): Promise<void> {
  const { fixture, scratch } = one
  const names = one.names()
  expect(await one.status(names), 'before the first').toEqual({ state: 'pending', pending: names })
  await one.migrate()
  expect(await one.status(names), 'after the last').toEqual({ state: 'clean' })

  await one.addDrop()
  const all = one.names({ ...fixture.project, ...fixture.drop })
  expect(await one.status(all), 'with a new one').toEqual({ state: 'pending', pending: all.slice(-1) })
  if (seed !== undefined) await one.rows(seed)
  const before = await one.has()
  await one.migrate()
  const lost = [...gone(before, await one.has()), ...(await one.empty(emptied))].sort()
  expect(lost, 'what was dropped').toEqual(await one.read())
  expect(await one.status(all), 'after the new one').toEqual({ state: 'clean' })

  await one.forgetDrop()
  if (toldApart) expect(await one.status(names), 'without the new one').toMatchObject({ state: 'diverged' })
  expect(await one.status(names, nowhere(scratch.environment)), 'nobody there').toMatchObject({ state: 'unreachable' })
}
