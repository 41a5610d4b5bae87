import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { configFileNames } from '../../src/core/config-names.ts'
import { compileShim, type HookEvent, type HookSources, type ShimRules } from '../../src/hooks/shim.ts'
import { sourceRoot } from './package-root.ts'
import type { TempRepo } from './temp-repo.ts'

/** What the fake package was started with, one entry a start. */
export interface Started {
  readonly argv: readonly string[]
  readonly stdin: string
  readonly cwd: string
  readonly gitDir: string | null
  readonly running: string | null
}

export const sources = Object.fromEntries(
  await Promise.all(
    ['pre-push', 'post-merge', 'post-rewrite', 'pre-commit', 'find-node.sh'].map(async name => [
      name,
      await readFile(join(sourceRoot, 'hooks', name), 'utf8'),
    ]),
  ),
) as HookSources

export const defaults = [{ refs: ['develop', 'main'] }]

/** A package that writes down how it was started and ends with the exit code in its file `code`. */
export class FakePackage {
  readonly folder: string
  constructor(folder: string) {
    this.folder = folder
  }

  static async at(folder: string): Promise<FakePackage> {
    await mkdir(join(folder, 'dist'), { recursive: true })
    await writeFile(
      join(folder, 'dist', 'hook.cjs'),
      `const fs = require('node:fs')
const started = { argv: process.argv.slice(2), stdin: fs.readFileSync(0, 'utf8'), cwd: process.cwd(), gitDir: process.env.SHIP_GUARD_GIT_DIR ?? null, running: process.env.SHIP_GUARD_RUNNING ?? null }
fs.appendFileSync(${JSON.stringify(join(folder, 'started'))}, JSON.stringify(started) + '\\n')
process.stderr.write('judged by the fake\\n')
try { process.exitCode = Number(fs.readFileSync(${JSON.stringify(join(folder, 'code'))}, 'utf8')) } catch {}
`,
    )
    return new FakePackage(folder)
  }

  async started(): Promise<readonly Started[]> {
    const text = await readFile(join(this.folder, 'started'), 'utf8').catch(() => '')
    return text
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line) as Started)
  }

  /** From now on it ends with this exit code. */
  endsWith(code: number): Promise<void> {
    return writeFile(join(this.folder, 'code'), String(code))
  }
}

export interface Bare {
  readonly rules?: Partial<ShimRules>
  readonly package?: string
  readonly node?: string
  readonly remotes?: readonly { name: string; url: string }[]
  /** The hook's first line instead of `#!/bin/sh`. */
  readonly shebang?: string
}

/** Compiles a hook into `.git/hooks`, without the install command. */
export async function putShim(repo: TempRepo, event: HookEvent, bare: Bare = {}): Promise<string> {
  const rules: ShimRules = {
    protections: defaults,
    protectionsWithoutConfig: defaults,
    configBlobs: [],
    configNames: configFileNames,
    ...bare.rules,
  }
  const place = {
    version: '0.0.0',
    node: bare.node ?? process.execPath,
    package: bare.package ?? join(repo.home, 'fake-package'),
    remotes: bare.remotes ?? [],
  }
  const text = compileShim(event, sources, rules, place)
  return putHook(repo, event, bare.shebang === undefined ? text : text.replace('#!/bin/sh', bare.shebang))
}

/** Writes an executable hook. */
export async function putHook(repo: TempRepo, name: string, text: string | Uint8Array): Promise<string> {
  const path = join(repo.dir, '.git', 'hooks', name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  await chmod(path, 0o755)
  return path
}
