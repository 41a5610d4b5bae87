import { formNames, type Proposal } from './proposal.ts'

/** The `.shiprc` for a proposal: short, commented, and valid whatever was found. */
export function configText(proposal: Proposal): string {
  const { protect, hasNodeModules } = proposal
  const schema = hasNodeModules ? '# yaml-language-server: $schema=./node_modules/ship-guard/schema.json\n' : ''
  const all = hasNodeModules ? 'node_modules/ship-guard/.shiprc.example' : '.shiprc.example of the package ship-guard'
  return `${schema}# What a push to a protected branch must pass. Every key: ${all}

# By their names on the remote; globs such as release/* work too.
protect: [${protect.map(scalar).join(', ')}]

${gatesText(proposal)}${packagesText(proposal)}${prepareText(proposal)}${layoutText(proposal)}`
}

function gatesText(proposal: Proposal): string {
  const parts = [testsText(proposal), migrationsText(proposal), changelogText(proposal)]
  const isEmpty = parts.every(part => part.split('\n').every(line => line === '' || line.trimStart().startsWith('#')))
  // `gates:` with nothing but comments under it would mean nothing at all, which is no map. This gate is asked without a config too.
  return `gates:\n${isEmpty ? '  secrets: true\n' : ''}${parts.join('')}`
}

function testsText({ tests, packages }: Proposal): string {
  if (tests.length === 0)
    return packages === undefined
      ? `  # No test command was found. Give yours:\n  # tests:\n  #   run: make test\n`
      : ''
  const run = tests.length === 1 ? scalar(tests[0]!.value) : `[${tests.map(seen => scalar(seen.value)).join(', ')}]`
  return `  tests:\n    run: ${run}\n`
}

function packagesText({ packages }: Proposal): string {
  if (packages === undefined) return ''
  const folders = comment(packages.folders.join(', '))
  if (packages.auto)
    return `
# A push asks the tests of the packages that it changes, and of those that depend on them: ${folders}
packages: auto
`
  return `
# The command above runs all tests. To ask only the packages that a push changes, and those that depend on them, write this in its place:
# packages: auto
`
}

function migrationsText({ migrations }: Proposal): string {
  if (migrations === undefined) return ''
  const { tool, globs, dialect } = migrations
  const about = `  # Migrations: ${comment(tool.value)} in ${comment(tool.because)}\n`
  const keys = [
    ...(globs === undefined ? [] : [`    migrations: [${globs.map(scalar).join(', ')}]\n`]),
    ...(dialect === undefined ? [] : [`    dialect: ${scalar(dialect.value)}\n`]),
  ]
  if (keys.length > 0) return `${about}  db:\n${keys.join('')}`
  return migrations.isSql ? `${about}  # db:\n  #   dialect: postgres\n` : about
}

function changelogText({ changelog }: Proposal): string {
  if (changelog === undefined) return '  # With a CHANGELOG.md every push needs an entry in it.\n'
  if (changelog.format !== 'any' && changelog.format !== 'keep-a-changelog')
    return `  # Changelog: ${formNames[changelog.format]}, as ${comment(changelog.file)} says; \`changelog: false\` asks for none.\n`
  const keys = [
    ...(changelog.byItself ? [] : [`    file: ${scalar(changelog.file)}\n`]),
    ...(changelog.format === 'any'
      ? ['    # Asks only that the file gained a line; keep-a-changelog reads versions and dates.\n    format: any\n']
      : []),
  ]
  if (keys.length === 0)
    return `  # ${comment(changelog.file)} needs an entry with every push; \`changelog: false\` asks for none.\n`
  return `  changelog:\n${keys.join('')}`
}

function prepareText({ prepare }: Proposal): string {
  if (prepare.length === 0) return ''
  return `
checkout:
  # Run in the folder that holds the pushed commit when its lock files differ from yours.
  prepare: ${scalar(prepare.map(seen => seen.value).join(' && '))}
`
}

function layoutText({ layout }: Proposal): string {
  if (layout === undefined) return ''
  return `
# This looks like ${comment(layout.value)} (${comment(layout.because)}). With these lines, changes that were made on the server can be brought
# back into git (npx ship-guard capture production); \`npx ship-guard doctor production\` says whether it can be reached.
# environments:
#   production:
#     ssh: deploy@www.example.com
#     path: ${layout.path}
#     capture: ${layout.value}
`
}

/** A YAML scalar inside `[ ]` or after `key: `; quoted unless nobody could read it as anything but text. */
function scalar(text: string): string {
  const plain = /^[A-Za-z][\w./@-]*( [\w./@=&-]+)*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
  return plain ? text : JSON.stringify(text)
}

function comment(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]/g, '?')
}
