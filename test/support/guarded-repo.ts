import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exec, type TempRepo, tempRepo } from './temp-repo.ts'

/** A config with one gate of its own: `sh check.sh`, which the pushed commit carries. Every run adds a line to `runs` beside the repository. */
export function oneGate(home: string, more = ''): string {
  return `protect: [develop, main, 'release/*']
gates:
  db: false
  secrets: false
  changelog: false
  tests: false
  command:
    check: { run: 'echo run >> ${join(home, 'runs')}; sh check.sh' }
${more}`
}

/** A repository whose `main` and `develop` are guarded by the real hooks, with one gate that does what `check.sh` of the pushed commit says. */
export async function guardedRepo(
  files: Readonly<Record<string, string>> = {},
  options: { objectFormat?: 'sha256'; config?: string } = {},
): Promise<TempRepo> {
  const repo = await tempRepo({ 'check.sh': 'exit 0\n', ...files }, options)
  await repo.commit({ '.shiprc': oneGate(repo.home, options.config) }, 'guard')
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main')
  const installed = await repo.shipGuard(['install'])
  if (installed.code !== 0) throw new Error(`install ended with ${installed.code}\n${installed.stderr}`)
  await writeFile(join(repo.home, 'runs'), '')
  return repo
}

/** How often the gate ran. */
export async function runs(repo: TempRepo): Promise<number> {
  const { stdout } = await exec('wc', ['-l', join(repo.home, 'runs')])
  return Number(stdout.trim().split(' ')[0])
}

/** What the remote's branch holds now. */
export async function remoteHas(repo: TempRepo, branch: string): Promise<string> {
  return (
    await exec('git', ['--git-dir', repo.origin, 'rev-parse', '--verify', '--quiet', `refs/heads/${branch}`])
  ).stdout.trim()
}
