import { resolve } from 'node:path'
import { globMatcher } from '../core/glob.ts'
import type { Protection } from '../core/protection.ts'
import type { Remote } from '../core/push.ts'
import type { InForce } from './in-force.ts'

/** Whether a push to this ref of this remote must pass the gates. Decided by the REMOTE name of the ref, never by what is checked out. */
export function isProtected(protections: readonly Protection[], remote: Remote, ref: string): boolean {
  return protections.some(protection => concerns(protection, remote) && refMatcher(protection.refs)(ref))
}

/** Whether a ref must pass the gates: a protected branch, or a tag that the config names. */
export function isGuarded(
  ref: string,
  remote: Remote,
  { protections, tags }: Pick<InForce, 'protections' | 'tags'>,
): boolean {
  return (
    isProtected(protections, remote, ref) ||
    refMatcher(tags.map(tag => (tag.startsWith('refs/') ? tag : `refs/tags/${tag}`)))(ref)
  )
}

/** A test for full ref names; a pattern without `refs/` means branches. Branch names are case-sensitive, as in git. */
export function refMatcher(patterns: readonly string[]): (ref: string) => boolean {
  return globMatcher(
    patterns.map(pattern => (pattern.startsWith('!') ? `!${fullPattern(pattern.slice(1))}` : fullPattern(pattern))),
  )
}

function fullPattern(pattern: string): string {
  return pattern.startsWith('refs/') ? pattern : `refs/heads/${pattern}`
}

// A remote that was not named but given as a URL (`git push git@host:app.git main`) is the same remote.
function concerns({ remotes }: Protection, remote: Remote): boolean {
  if (remotes === undefined) return true
  return remotes.some(wanted => wanted === remote.name || sameRepository(wanted, remote.url))
}

/**
 * The protections that hold for one remote, where `known` says which URLs the remote names in them stand for: whoever pushes to the repository
 * by another name, by its URL or by a path is pushing to the same branches. Relative paths start at `top`.
 */
export function protectionsFor(
  protections: readonly Protection[],
  remote: Remote,
  known: readonly Remote[],
  top: string,
): readonly Protection[] {
  const url = absolute(remote.url, top)
  const isBehind = (wanted: string) =>
    sameRepository(absolute(wanted, top), url) ||
    known.some(one => one.name === wanted && sameRepository(absolute(one.url, top), url))
  return protections
    .filter(protection => concerns(protection, remote) || protection.remotes!.some(isBehind))
    .map(({ refs }) => ({ refs }))
}

// git-clone(1), GIT URLS: what has neither a scheme nor a colon before its first slash is a path.
function absolute(url: string, top: string): string {
  if (/^file:\/\//i.test(url)) return resolve(url.slice('file://'.length))
  return /^[^/]*:/.test(url) ? url : resolve(top, url)
}

/** Whether two URLs mean the same repository: scheme, user, port 22, a final `.git` or `/` and the scp form make no difference. */
export function sameRepository(a: string, b: string): boolean {
  return normalised(a) === normalised(b)
}

function normalised(url: string): string {
  const scp = /^(?:[^@/]+@)?([^:/]+):(?!\/\/)(.*)$/.exec(url)
  const plain =
    scp === null
      ? url.replace(/^[a-z+]+:\/\/(?:[^@/]+@)?/i, '').replace(/^([^/:]+):22(?=\/)/, '$1')
      : `${scp[1]}/${scp[2]}`
  const [host, ...path] = plain.split('/')
  return [host!.toLowerCase(), ...path.filter(Boolean)].join('/').replace(/\/?\.git$/, '')
}
