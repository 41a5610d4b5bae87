// A filter (gitattributes(5)) turns what is committed into something else in the work tree, and back when git compares: `git status` then calls a
// file clean that says the opposite of what is pushed. Filters live in the user's config, and may be given to files outside of any commit.
import type { Git } from '../core/world.ts'

/** Filters whose files cannot be worked with unless they are turned: large files, and secrets that are committed encrypted. */
const known = /^"?(\S*\/)?(git-lfs|git lfs|git-crypt|git crypt|transcrypt|git-agecrypt|nbstripout)"?(\s|$)/

/** Names of the filters in the config that are none of the known ones. */
async function ownFilters(git: Git): Promise<readonly string[]> {
  const listed = await git.answer(['config', '-z', '--get-regexp', '^filter\\..*\\.(clean|smudge|process)$'])
  const names = (listed ?? '').split('\0').flatMap(entry => {
    const end = entry.indexOf('\n')
    const name = entry.slice('filter.'.length, entry.lastIndexOf('.', end))
    return end === -1 || known.test(entry.slice(end + 1)) ? [] : [name]
  })
  return [...new Set(names)]
}

/** Whether any file in the work tree goes through such a filter. */
export async function usesOwnFilters(git: Git, cwd: string): Promise<boolean> {
  const own = await ownFilters(git)
  if (own.length === 0) return false
  const paths = await git.bytes(['ls-files', '-z'], { cwd })
  const answer = await git.bytes(['check-attr', '-z', '--stdin', 'filter'], { cwd, input: paths })
  // <path> NUL <attribute> NUL <info> NUL
  const values = Buffer.from(answer).toString('utf8').split('\0')
  return values.some((value, at) => at % 3 === 2 && own.includes(value))
}

/** Settings with which git checks files out as they are committed, but for the known filters. */
export async function withoutOwnFilters(git: Git): Promise<readonly string[]> {
  const own = await ownFilters(git)
  return own.flatMap(name =>
    ['clean=', 'smudge=', 'process=', 'required=false'].flatMap(setting => ['-c', `filter.${name}.${setting}`]),
  )
}
