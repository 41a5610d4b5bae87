import { type Changelog, findChangelog } from './changelog.ts'
import type { Facts, Seen } from './facts.ts'
import { findLayout, type Layout } from './layout.ts'
import { findMigrations, type Migrations } from './migrations.ts'
import { installCommands } from './package-manager.ts'
import { testRunners } from './test-runner.ts'

/** What `init` would write, before it is text. */
export interface Proposal {
  readonly protect: readonly string[]
  readonly protectBecause: string
  readonly tests: readonly Seen[]
  readonly migrations?: Migrations
  readonly changelog?: Changelog
  readonly prepare: readonly Seen[]
  /** The preset for a server that this looks made for. */
  readonly layout?: Layout
  /** Whether editors find the schema in node_modules. */
  readonly hasNodeModules: boolean
}

/** Facts in, proposal out. */
export function propose(facts: Facts): Proposal {
  const migrations = findMigrations(facts)
  const changelog = findChangelog(facts)
  const layout = findLayout(facts)
  return {
    ...protection(facts),
    tests: testRunners(facts),
    ...(migrations && { migrations }),
    ...(changelog && { changelog }),
    prepare: installCommands(facts),
    ...(layout && { layout }),
    hasNodeModules: facts.files.includes('package.json'),
  }
}

function protection({ branches, mainBranch }: Facts): Pick<Proposal, 'protect' | 'protectBecause'> {
  const others = ['master', 'trunk', mainBranch].filter(
    (name): name is string => name !== undefined && branches.includes(name) && name !== 'develop' && name !== 'main',
  )
  if (others.length === 0) return { protect: ['develop', 'main'], protectBecause: 'the default' }
  const usual = ['develop', ...(branches.includes('main') ? ['main'] : [])]
  return { protect: [...usual, ...new Set(others)], protectBecause: `branch ${[...new Set(others)].join(', ')}` }
}

/** One line for each thing that was found, with the reason. */
export function describeProposal(proposal: Proposal): string[] {
  const { protect, protectBecause, tests, migrations, changelog, prepare, layout } = proposal
  return [
    `protect: ${protect.join(', ')} (${protectBecause})`,
    ...(tests.length === 0 ? ['tests: no command found'] : tests.map(seen => line('tests', seen))),
    migrations === undefined ? 'db: no migrations found' : line('db', migrations.tool),
    ...(migrations?.dialect === undefined ? [] : [line('dialect', migrations.dialect)]),
    changelog === undefined
      ? 'changelog: none found'
      : `changelog: ${changelog.file} (${changelog.format === 'any' ? 'no Keep a Changelog headings' : 'Keep a Changelog'})`,
    ...prepare.map(seen => line('dependencies', seen)),
    ...(layout === undefined ? [] : [line('server', layout)]),
  ]
}

function line(what: string, { value, because }: Seen): string {
  return `${what}: ${value} (${because})`
}
