// The hook managers beside which we are measured, installed into a folder of the benchmark and set up as their documentation says.
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execute } from './measure.ts'
import type { Repository } from './repository.ts'

const versions = { husky: '9.1.7', lefthook: '2.2.2', 'simple-git-hooks': '2.14.0' } as const

export interface Peer {
  readonly name: string
  /** Puts its pre-push hook into the repository. */
  install(repository: Repository): Promise<void>
}

/** Each npm package in a folder of its own, so that its size can be told; undefined in `preCommit` when it is not to be had here. */
export async function fetchPeers(home: string): Promise<Readonly<Record<string, string>>> {
  const folders: Record<string, string> = {}
  for (const [name, version] of Object.entries(versions)) {
    const folder = join(home, 'peers', name)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "private": true }')
    await execute(['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', `${name}@${version}`], {
      cwd: folder,
    })
    folders[name] = folder
  }
  return folders
}

export function peers(folders: Readonly<Record<string, string>>): readonly Peer[] {
  return [
    { name: 'hook that is an empty sh script', install: repository => plainHook(repository, ':') },
    { name: 'hook that is `node -e 0`', install: repository => plainHook(repository, 'exec node -e 0') },
    { name: `husky ${versions.husky}, hook that does nothing`, install: repository => husky(repository, folders, ':') },
    {
      name: `husky ${versions.husky}, hook that is \`node -e 0\``,
      install: repository => husky(repository, folders, 'node -e 0'),
    },
    { name: `lefthook ${versions.lefthook}, one job \`true\``, install: repository => lefthook(repository, folders) },
    {
      name: `simple-git-hooks ${versions['simple-git-hooks']}, hook that does nothing`,
      install: repository => simpleGitHooks(repository, folders),
    },
    ...preCommit(),
  ]
}

async function plainHook(repository: Repository, command: string): Promise<void> {
  const path = join(repository.dir, '.git/hooks/pre-push')
  repository.write('.git/hooks/pre-push', `#!/bin/sh\n${command}\n`)
  chmodSync(path, 0o755)
}

async function husky(
  repository: Repository,
  folders: Readonly<Record<string, string>>,
  command: string,
): Promise<void> {
  await linkModules(repository, folders.husky!)
  await execute([join(folders.husky!, 'node_modules/.bin/husky')], { cwd: repository.dir })
  repository.write('.husky/pre-push', `${command}\n`)
  await keepOut(repository, '.husky/')
}

async function lefthook(repository: Repository, folders: Readonly<Record<string, string>>): Promise<void> {
  await linkModules(repository, folders.lefthook!)
  repository.write('lefthook.yml', 'pre-push:\n  jobs:\n    - run: "true"\n')
  await execute([join(folders.lefthook!, 'node_modules/.bin/lefthook'), 'install'], { cwd: repository.dir })
  await keepOut(repository, 'lefthook.yml')
}

async function simpleGitHooks(repository: Repository, folders: Readonly<Record<string, string>>): Promise<void> {
  await linkModules(repository, folders['simple-git-hooks']!)
  repository.write('.simple-git-hooks.json', '{ "pre-push": ":" }')
  await execute([join(folders['simple-git-hooks']!, 'node_modules/.bin/simple-git-hooks')], { cwd: repository.dir })
  await keepOut(repository, '.simple-git-hooks.json')
}

/** Debian's package, when it is on the machine: `apt-get install pre-commit`. */
function preCommit(): readonly Peer[] {
  const version = preCommitVersion()
  if (version === undefined) {
    console.error('pre-commit is not installed and is left out (apt-get install pre-commit).')
    return []
  }
  const config = `repos:
  - repo: local
    hooks:
      - { id: nothing, name: nothing, entry: 'true', language: system, always_run: true, stages: [push] }
`
  const install = async (repository: Repository) => {
    repository.write('.pre-commit-config.yaml', config)
    await keepOut(repository, '.pre-commit-config.yaml')
    await execute(['pre-commit', 'install', '--hook-type', 'pre-push'], { cwd: repository.dir })
  }
  return [{ name: `pre-commit ${version}, one hook \`true\``, install }]
}

function preCommitVersion(): string | undefined {
  try {
    return execFileSync('pre-commit', ['--version'], { encoding: 'utf8' }).trim().split(' ').at(-1)
  } catch {
    return undefined
  }
}

async function linkModules(repository: Repository, folder: string): Promise<void> {
  symlinkSync(join(folder, 'node_modules'), join(repository.dir, 'node_modules'))
  await keepOut(repository, 'node_modules')
}

async function keepOut(repository: Repository, path: string): Promise<void> {
  const exclude = join(repository.dir, '.git/info/exclude')
  writeFileSync(exclude, `/${path}\n`, { flag: 'a' })
}

/** Bytes of all regular files under a folder. */
export function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}
