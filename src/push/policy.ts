import type { Finding } from '../core/finding.ts'
import { type Oid, type Push, type RefUpdate, type Remote, shortRef } from '../core/push.ts'
import { safeRemote } from '../core/remote.ts'
import type { Git } from '../core/world.ts'

/** What stands in the way before any gate is asked, or the push that the gates judge. */
export type Admission =
  | { readonly finding: Finding; readonly push: Push }
  | { readonly push: Push; readonly finding?: undefined }

/** Looks at what an update does to a protected ref: deleting and rewriting it are refused, and so is what is no commit. */
export async function admit(
  update: RefUpdate,
  asNamed: Remote,
  git: Git,
  isGuarded: (ref: string) => boolean,
): Promise<Admission> {
  // A URL may carry a password; from here on nobody sees it: no gate, no message, no file.
  const remote = safeRemote(asNamed)
  const { localOid, remoteOid, remoteRef: ref } = update
  const name = shortRef(ref)
  if (localOid === undefined) return { push: { remote, ref, commit: remoteOid ?? '' }, finding: deletes(ref, remote) }
  const commit = await commitOf(localOid, git)
  const push: Push = { remote, ref, commit: commit ?? localOid }
  if (commit === undefined || (commit !== localOid && ref.startsWith('refs/heads/')))
    return { push, finding: noCommit(ref, localOid, remote) }
  if (remoteOid === undefined) {
    const base = await baseOfNew(commit, asNamed, git, isGuarded)
    return { push: base === undefined ? push : { ...push, base } }
  }
  const base = await commitOf(remoteOid, git)
  if (base === undefined) return { push, finding: isTag(ref) ? movesTag(name, remote) : unknownBase(name, remote) }
  if ((await git.code(['merge-base', '--is-ancestor', base, commit])) !== 0)
    return { push: { ...push, base }, finding: isTag(ref) ? movesTag(name, remote) : await rewrites(name, remote, git) }
  return { push: { ...push, base } }
}

async function commitOf(oid: string, git: Git): Promise<string | undefined> {
  return git.answer(['rev-parse', '--verify', '--quiet', `${oid}^{commit}`])
}

/**
 * A branch that the remote does not have yet is compared with where it left the remote's guarded branches; without any, all of it is new. What
 * reached the remote on another branch was never judged.
 */
export async function baseOfNew(
  commit: string,
  remote: Remote,
  git: Git,
  isGuarded: (ref: string) => boolean,
): Promise<string | undefined> {
  const branches = await branchesSeen(remote, git)
  const tips = [...new Set(branches.filter(({ ref }) => isGuarded(ref)).map(({ oid }) => oid))].slice(0, mostTips)
  if (tips.length === 0) return undefined
  // The merge base with a hypothetical merge of all tips (git-merge-base(1)): the newest commit that the remote has already.
  return git.answer(['merge-base', commit, ...tips])
}

const mostTips = 50

/** The branches of a remote as this clone last saw them, the newest first; none for a remote that is only a URL. */
export async function branchesSeen(remote: Remote, git: Git): Promise<readonly { ref: string; oid: Oid }[]> {
  if (remote.name === remote.url) return []
  const folder = `refs/remotes/${remote.name}/`
  const listed = await git.text(['for-each-ref', '--format=%(objectname) %(refname)', '--sort=-committerdate', folder])
  return listed
    .split('\n')
    .filter(Boolean)
    .map(line => line.split(' ') as [Oid, string])
    .map(([oid, name]) => ({ oid, ref: `refs/heads/${name.slice(folder.length)}` }))
}

function isTag(ref: string): boolean {
  return ref.startsWith('refs/tags/')
}

function deletes(ref: string, remote: Remote): Finding {
  const [what, key] = isTag(ref) ? ['tag', 'tags'] : ['branch', 'protect']
  return {
    rule: 'protected-branch-deleted',
    severity: 'error',
    what: `This push deletes ${shortRef(ref)} on ${remote.name}.`,
    why: `It is a protected ${what}: everyone who works from it and every deploy would lose it.`,
    instead: `If it really has to go, take it out of \`${key}\` in .shiprc first, in a commit of its own.`,
  }
}

function movesTag(name: string, remote: Remote): Finding {
  return {
    rule: 'protected-tag-moved',
    severity: 'error',
    what: `This push moves ${name} on ${remote.name} away from the commit that it names there.`,
    why: 'It is a protected tag: whoever deploys or installs by its name would get something else than was judged.',
    instead: `Leave ${name} where it is and give this commit a tag of another name.`,
  }
}

function noCommit(ref: string, oid: string, remote: Remote): Finding {
  return {
    rule: 'not-a-commit',
    severity: 'error',
    what: `What is pushed to ${shortRef(ref)} is no commit (${oid.slice(0, 12)}).`,
    why: 'A branch holds commits; a tag object, a tree or a file there cannot be judged, and the server refuses it.',
    instead: `Push the commit itself: git push ${remote.name} "${oid.slice(0, 12)}^{commit}:${ref}"`,
  }
}

function unknownBase(name: string, remote: Remote): Finding {
  return {
    rule: 'remote-moved',
    severity: 'error',
    what: `${remote.name} has commits on ${name} that this clone does not know.`,
    why: 'Somebody pushed meanwhile (or this clone is shallow), so nobody can tell what this push would change or overwrite.',
    instead: `Bring them in: git pull --rebase ${remote.name} ${name}. Then push again.`,
  }
}

async function rewrites(name: string, remote: Remote, git: Git): Promise<Finding> {
  const shallow = (await git.text(['rev-parse', '--is-shallow-repository'])) === 'true'
  return {
    rule: 'protected-branch-rewritten',
    severity: 'error',
    what: shallow
      ? `This shallow clone cannot tell whether the push keeps every commit of ${name} on ${remote.name}.`
      : `This push takes commits away from ${name} on ${remote.name} (it is not a fast-forward).`,
    why: 'It is a protected branch: what was judged, tested and perhaps deployed would vanish from its history.',
    instead: shallow
      ? `git fetch --unshallow ${remote.name}, then push again.`
      : `Bring them in and push without force: git pull --rebase ${remote.name} ${name}. To undo a commit: git revert <commit>.`,
  }
}
