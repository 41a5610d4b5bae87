import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import { type LoadedConfig, loadConfig, loadConfigAt } from '../config/load.ts'
import { type Config, defaultConfig } from '../config/schema.ts'
import { configFileNames, isCodeConfig } from '../core/config-names.ts'
import { globMatcher } from '../core/glob.ts'
import type { Protection } from '../core/protection.ts'
import type { Oid } from '../core/push.ts'
import type { Git, World } from '../core/world.ts'
import type { ShimRules } from '../hooks/shim.ts'
import { representatives } from './same-config.ts'

/**
 * What the sh shim must know: what the config of the work tree protects, and what the configs of HEAD and of the remotes' protected branches do. The
 * latter, because a push that takes a protection away is still judged by what the remote asks for.
 * @throws UsageError (ConfigError) when the config of the work tree is wrong or cannot be read.
 */
export async function shimRules(world: Pick<World, 'findConfig' | 'files'>, git: Git): Promise<ShimRules> {
  const top = git.top ?? git.dir
  const loaded = await loadConfig(world, top)
  const protections = protectionsOf(loaded.config)
  const protectionsWithoutConfig = protectionsOf(defaultConfig)
  const base = { protectionsWithoutConfig, configNames: configFileNames }
  const known = await knownConfigs(world, git, [...protections, ...protectionsWithoutConfig])
  const all = { ...base, protections: unique([...protections, ...known.protections]) }
  if (loaded.found === undefined) return { ...all, configBlobs: known.blobs }
  const config = await configFile(world, loaded.found.path)
  if (isCodeConfig(config.name) && readsOtherFiles(config.text)) return { ...all, config, configBlobs: 'unknown' }
  if (known.blobs.some(blob => blob === blobOf(config.text, blob))) return { ...all, config, configBlobs: known.blobs }
  const blob = await git.text(['hash-object', `--path=${config.name}`, '--', join(top, config.name)])
  return { ...all, config, configBlobs: [...new Set([blob, ...known.blobs])] }
}

/** What git calls a file with this text, as it lies on the disk. `like` tells which hash the repository uses. */
function blobOf(text: string, like: Oid): Oid {
  const hash = createHash(like.length === 64 ? 'sha256' : 'sha1')
  return hash.update(`blob ${Buffer.byteLength(text)}\0${text}`).digest('hex')
}

function protectionsOf({ protect, tags }: Pick<Config, 'protect' | 'tags'>): readonly Protection[] {
  if (tags.length === 0) return protect
  return [...protect, { refs: tags.map(tag => tag.replace(/^(!?)(?!refs\/)/, '$1refs/tags/')) }]
}

function unique(protections: readonly Protection[]): readonly Protection[] {
  return [...new Map(protections.map(protection => [JSON.stringify(protection), protection])).values()]
}

async function configFile(world: Pick<World, 'files'>, path: string): Promise<{ name: string; text: string }> {
  return { name: basename(path), text: (await world.files.text(path)) ?? '' }
}

// Its blob says nothing of what it imports, so that nobody but Node can tell what it protects.
function readsOtherFiles(text: string): boolean {
  return /\b(import|require)\b/.test(
    text.replaceAll(/^\s*(import|const)\b[^;\n]*\b(from|require\()\s*['"]ship-guard['"]\)?;?[ \t]*$/gm, ''),
  )
}

// More protected branches than this are many remotes of the same project, whose configs are the same few.
const mostCommits = 20

async function knownConfigs(
  world: Pick<World, 'findConfig' | 'files'>,
  git: Git,
  protections: readonly Protection[],
): Promise<{ blobs: readonly Oid[]; protections: readonly Protection[] }> {
  const blobs = new Set<Oid>()
  const found: Protection[] = []
  const like = await representatives(git, await commitsToRead(git, protections))
  for (const commit of new Set(like.values())) {
    const loaded = await loadConfigAt(world, git, commit, async () => {
      throw new Error('a config that is code is not run here')
    }).catch(() => undefined)
    if (loaded === undefined) continue
    if (loaded.blob !== undefined) blobs.add(loaded.blob)
    found.push(...protectionsOf((loaded as LoadedConfig).config))
  }
  return { blobs: [...blobs], protections: found }
}

async function commitsToRead(git: Git, protections: readonly Protection[]): Promise<readonly Oid[]> {
  const matches = globMatcher(
    protections
      .flatMap(({ refs }) => refs)
      .filter(ref => !ref.startsWith('!'))
      .map(ref => ref.replace(/^refs\/heads\//, '')),
  )
  const [listed, head] = await Promise.all([
    git.text(['for-each-ref', '--format=%(objectname) %(refname:lstrip=3)', 'refs/remotes']),
    git.answer(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']),
  ])
  const tips = listed
    .split('\n')
    .map(line => line.split(' ', 2) as [string, string?])
    .filter(([, branch]) => branch !== undefined && matches(branch))
    .map(([oid]) => oid)
  return [...new Set([...(head === undefined ? [] : [head]), ...tips])].slice(0, mostCommits)
}
