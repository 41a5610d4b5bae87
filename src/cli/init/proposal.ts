import { type Changelog, findChangelog } from './changelog.ts'
import type { Facts, Seen } from './facts.ts'
import { findLayout, type Layout } from './layout.ts'
import { findMigrations, type Migrations } from './migrations.ts'
import { installCommands } from './package-manager.ts'
import { runsPackages, testRunners } from './test-runner.ts'

/** What `init` would write, before it is text. */
export interface Proposal {
  readonly protect: readonly string[]
  readonly protectBecause: string
  readonly tests: readonly Seen[]
  /** Packages with tests of their own: asked one by one (`auto`), or only spoken of because a command runs them all already. */
  readonly packages?: { readonly folders: readonly string[]; readonly auto: boolean }
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
    ...testing(facts),
    ...(migrations && { migrations }),
    ...(changelog && { changelog }),
    prepare: installCommands(facts),
    ...(layout && { layout }),
    hasNodeModules: facts.files.includes('package.json'),
  }
}

/** A script that only runs those of the packages would run each of them twice. */
function testing(facts: Facts): Pick<Proposal, 'tests' | 'packages'> {
  const tests = testRunners(facts)
  const folders = facts.workspace?.tested ?? []
  if (folders.length === 0) return { tests }
  const auto = tests.every(seen => runsPackages(facts, seen))
  return { tests: auto ? [] : tests, packages: { folders, auto } }
}

/** Beside the defaults, the branches that releases go through, where they are there. */
function protection({ branches, mainBranch }: Facts): Pick<Proposal, 'protect' | 'protectBecause'> {
  const others = ['staging', 'production', 'master', 'trunk', mainBranch].filter(
    (name): name is string => name !== undefined && branches.includes(name) && name !== 'develop' && name !== 'main',
  )
  if (others.length === 0) return { protect: ['develop', 'main'], protectBecause: 'the default' }
  const isMain = others.some(name => name !== 'staging' && name !== 'production')
  const usual = ['develop', ...(branches.includes('main') || !isMain ? ['main'] : [])]
  return { protect: [...usual, ...new Set(others)], protectBecause: `branch ${[...new Set(others)].join(', ')}` }
}

/** One line for each thing that was found, with the reason. */
export function describeProposal(proposal: Proposal): string[] {
  const { protect, protectBecause, tests, packages, migrations, changelog, prepare, layout } = proposal
  return [
    `protect: ${protect.join(', ')} (${protectBecause})`,
    ...(tests.length === 0 && packages === undefined ? ['tests: no command found'] : []),
    ...tests.map(seen => line('tests', seen)),
    ...(packages === undefined ? [] : [`packages: ${packages.folders.join(', ')} (each has tests of its own)`]),
    migrations === undefined ? 'db: no migrations found' : line('db', migrations.tool),
    ...(migrations?.dialect === undefined ? [] : [line('dialect', migrations.dialect)]),
    changelog === undefined ? 'changelog: none found' : `changelog: ${changelog.file} (${formNames[changelog.format]})`,
    ...prepare.map(seen => line('dependencies', seen)),
    ...(layout === undefined ? [] : [line('server', layout)]),
  ]
}

function line(what: string, { value, because }: Seen): string {
  return `${what}: ${value} (${because})`
}

export const formNames: Readonly<Record<Changelog['format'], string>> = {
  'keep-a-changelog': 'Keep a Changelog',
  any: 'no Keep a Changelog headings',
  changesets: 'changesets',
  fragments: 'a file for each change',
  conventional: 'written from commit messages',
  gnu: 'dated entries',
}
