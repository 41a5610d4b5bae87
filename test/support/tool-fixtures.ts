import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { sourceRoot } from './package-root.ts'

const home = join(sourceRoot, 'test/fixtures/tools')

/** A small project of one migration tool, and an overlay that hides a drop in it. */
export interface ToolFixture {
  readonly id: string
  readonly flavour: 'postgres' | 'mysql' | 'mariadb' | 'sqlite'
  /** What the branch has already. */
  readonly base: Readonly<Record<string, string>>
  /** With one new migration that is clean. */
  readonly project: Readonly<Record<string, string>>
  /** The files that bring the drop. */
  readonly drop: Readonly<Record<string, string>>
  /** Every migration of the project in the order in which they run, and what the tool calls them. */
  readonly order: readonly string[]
  readonly names: readonly string[]
  /** `DS103 database/migrations/4_drop.php:14`, sorted. */
  readonly found: readonly string[]
}

export const toolFixtures: readonly ToolFixture[] = readdirSync(home)
  .filter(id => existsSync(join(home, id, 'expected.json')))
  .map(fixture)

function fixture(id: string): ToolFixture {
  const folder = join(home, id)
  const { flavour, base, order, names, drop } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'))
  const project = filesOf(join(folder, 'project'))
  const has = new Set<string>(base)
  return {
    id,
    flavour,
    base: Object.fromEntries(Object.entries(project).filter(([path]) => has.has(path) || !order.includes(path))),
    project,
    drop: filesOf(join(folder, 'drop')),
    order,
    names,
    found: [...drop].sort(),
  }
}

function filesOf(folder: string): Record<string, string> {
  const paths = (readdirSync(folder, { recursive: true }) as string[]).map(path => join(folder, path))
  return Object.fromEntries(
    paths.filter(path => statSync(path).isFile()).map(path => [relative(folder, path), readFileSync(path, 'utf8')]),
  )
}
