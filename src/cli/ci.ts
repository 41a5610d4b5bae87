import { join } from 'node:path'
import { loadConfig } from '../config/load.ts'
import { UsageError } from '../core/errors.ts'
import { type ExitCode, exit } from '../core/exit.ts'
import { nearest } from '../core/nearest.ts'
import type { Git, World } from '../core/world.ts'
import { perform } from '../hooks/perform.ts'
import { isPassing } from '../hooks/plan.ts'
import { defineCommand } from './command.ts'
import { gatherFacts } from './init/facts.ts'
import { installCommands } from './init/package-manager.ts'

interface Place {
  /** Where it belongs, from the top of the repository (from the git dir for a hook of the server). */
  readonly path: string
  readonly template: string
  readonly mode: number
  readonly next: string
}

const places: Readonly<Record<string, Place>> = {
  github: {
    path: '.github/workflows/ship-guard.yml',
    template: 'github.yml',
    mode: 0o644,
    next: 'Commit it. In the settings of the repository, make the check "gates" required for your protected branches.',
  },
  gitlab: {
    path: '.gitlab/ship-guard.yml',
    template: 'gitlab.yml',
    mode: 0o644,
    next: 'Commit it, and take it into .gitlab-ci.yml:\ninclude:\n  - local: .gitlab/ship-guard.yml',
  },
  'pre-receive': {
    path: 'hooks/pre-receive',
    template: 'pre-receive',
    mode: 0o755,
    next: 'It belongs in hooks/ of the bare repository that is pushed to; with --write, run this command there.',
  },
}

export default defineCommand({
  id: 'ci',
  summary: 'print what runs the same gates on GitHub, on GitLab or in a bare repository; --write puts it in place',
  arguments: [{ name: '<where>', about: Object.keys(places).join(', ') }],
  options: [{ flags: '--write', about: 'write the file; one that is there and says something else is left as it is' }],
  examples: [
    { run: 'npx ship-guard ci github', about: 'a workflow for GitHub Actions, on stdout' },
    { run: 'npx ship-guard ci gitlab --write', about: 'a job for GitLab CI, as a file to include' },
    {
      run: 'npx ship-guard ci pre-receive --write',
      about: 'on the server, in the bare repository: nobody gets around it with --no-verify',
    },
  ],
  async run({ world, version, args, flags }): Promise<ExitCode> {
    const where = args[0] ?? ''
    const place = Object.hasOwn(places, where) ? places[where] : undefined
    if (place === undefined) {
      const meant = nearest(where, Object.keys(places))
      throw new UsageError(
        `There is no template for "${where}".`,
        `${meant === undefined ? '' : `Did you mean ${meant}? `}There are: ${Object.keys(places).join(', ')}.`,
      )
    }
    const git = await world.git()
    const template = await world.files.text(join(world.packageFolder, 'templates/ci', place.template))
    if (template === undefined) throw new Error(`templates/ci/${place.template} is missing from ${world.packageFolder}`)
    const text = await filled(template, git, world, version)
    if (flags.write === true) await write(where, place, text, git, world)
    else world.terminal.print(text)
    world.terminal.error(place.next)
    return exit.passed
  },
})

async function write(where: string, { path, mode }: Place, text: string, git: Git, world: World): Promise<void> {
  const isHook = where === 'pre-receive'
  if (isHook !== (git.top === undefined))
    throw new UsageError(
      isHook ? 'This is not a bare repository; nobody pushes to it.' : 'This repository is bare.',
      isHook
        ? 'Run it in the repository on the server, or print it here and copy it: npx ship-guard ci pre-receive'
        : 'Run it in a clone with a work tree.',
    )
  const full = join(git.top ?? git.dir, path)
  const now = await world.files.text(full)
  if (now !== undefined && now !== text)
    throw new UsageError(
      `${path} is there already and says something else; it is left as it is.`,
      `Compare it with what would be written: npx ship-guard ci ${where}`,
    )
  if (isHook && isPassing(world.packageFolder)) await keepPackage(git, world)
  await world.files.write(full, text, { mode })
  world.terminal.error(`Wrote ${path}.`)
}

/** npx clears its cache, and the hook would refuse every push from then on. */
async function keepPackage(git: Git, world: World): Promise<void> {
  const refusal = await perform([{ does: 'copy-package', from: world.packageFolder, path: keptPackage(git) }], world)
  if (refusal !== undefined) throw new UsageError(refusal.what, refusal.instead)
}

function keptPackage({ commonDir }: Git): string {
  return join(commonDir, 'ship-guard', 'package')
}

async function filled(template: string, git: Git, world: World, version: string): Promise<string> {
  const top = git.top ?? git.dir
  const branches = git.top === undefined ? [] : await protectedBranches(world, top)
  const install = await installCommand(git, world)
  const isOwn = (await world.files.text(join(top, 'package.json')))?.includes('"ship-guard"') === true
  const values: Readonly<Record<string, string>> = {
    BRANCHES: JSON.stringify(branches).replaceAll(',', ', '),
    RULES: branches.map(branch => `    - if: ${gitlabRule(branch)}`).join('\n'),
    INSTALL: template.includes('runs-on') ? `      - run: ${install}` : `    - ${install}`,
    RUN: isOwn ? 'npx --no-install ship-guard' : `npx --yes ship-guard@${version}`,
    NODE: quoted(process.execPath),
    PACKAGE: quoted(isPassing(world.packageFolder) ? keptPackage(git) : world.packageFolder),
  }
  return template.replace(/@([A-Z]+)@/g, (whole, name: string) => values[name] ?? whole)
}

async function protectedBranches(world: World, top: string): Promise<readonly string[]> {
  const { config } = await loadConfig(world, top)
  return config.protect.flatMap(({ refs }) => refs).filter(ref => !ref.startsWith('!') && !ref.startsWith('refs/'))
}

function gitlabRule(branch: string): string {
  if (/^[\w./-]+$/.test(branch)) return `$CI_COMMIT_BRANCH == "${branch}"`
  const pattern = branch
    .replace(/[.+^$|()[\]{}\\/]/g, '\\$&')
    .replace(/\*+|\?/g, glob => (glob === '**' ? '.*' : glob === '?' ? '[^\\/]' : '[^\\/]*'))
  return `$CI_COMMIT_BRANCH =~ /^${pattern}$/`
}

/** What the runner has to install; pnpm and yarn come with corepack, which Node brings. */
async function installCommand(git: Git, world: World): Promise<string> {
  if (git.top === undefined) return ''
  const found = installCommands(await gatherFacts(world, git, git.top)).map(({ value }) =>
    /^(pnpm|yarn) /.test(value) ? `corepack enable && ${value}` : value,
  )
  return found.length === 0 ? 'true # install here what your tests need' : found.join(' && ')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
