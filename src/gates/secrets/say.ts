import type { Finding } from '../../core/finding.ts'
import type { Oid, Push } from '../../core/push.ts'
import { allowLines } from './allow.ts'
import type { DeniedFile, Gathered, Sighting, Suspect } from './gather.ts'

/** What a message needs to know beside the finding itself. */
export interface Facts {
  readonly push: Push
  /** The pushed commit's files. */
  readonly now: ReadonlyMap<string, Oid>
  /** The remote's branch already has it, or the commit before. */
  readonly known: boolean
  /** `staged`: there is no commit yet. */
  readonly when: 'pushed' | 'staged'
}

/** One secret: what it is, where, since which commit, and the two ways out. */
export function secretFinding(suspect: Suspect, facts: Facts & { readonly fingerprint: string }): Finding {
  const { path, hit, example, seen } = suspect
  const first = seen[0]!
  const here = seen.find(({ oid }) => facts.now.get(path) === oid)
  const at = here ?? first
  const what = hit.name === undefined ? hit.title : `${hit.title}, ${hit.name}`
  return {
    rule: hit.rule,
    severity: facts.known || (hit.likely && example) ? 'warning' : 'error',
    what: `${capital(what)} (${hit.masked}) in ${path}, line ${at.line}: ${since(first, here !== undefined, facts)}`,
    why: hit.why,
    instead: [
      ...(facts.known ? revoke : takeOut(first, here !== undefined, facts, path)),
      'If it is no secret, allow this one value in .shiprc:',
      allowLines({ path, rule: hit.rule, fingerprint: facts.fingerprint }),
    ].join('\n'),
    at: { file: path, line: at.line!, column: at.column! },
  }
}

/** One file that should not be pushed at all. */
export function deniedFinding(denied: DeniedFile, facts: Facts & { readonly settings: readonly string[] }): Finding {
  const { path, file, example, seen } = denied
  const first = seen[0]!
  const here = seen.find(({ oid }) => facts.now.get(path) === oid)
  const oid = (here ?? seen.at(-1)!).oid
  const names = facts.settings.length === 0 ? '' : ` It holds ${listed(facts.settings)}.`
  return {
    rule: file.id,
    severity: facts.known || (file.likely && example) ? 'warning' : 'error',
    what: `${capital(file.title)}, ${path}: ${since(first, here !== undefined, facts)}${names}`,
    why: file.why,
    instead: [
      ...(facts.known
        ? revoke
        : [
            ...(here === undefined
              ? []
              : [`Untrack it and add it to .gitignore: git rm --cached -- ${shellWord(path)}`]),
            ...(facts.when === 'staged' ? [] : takeOut(first, here !== undefined, facts)),
          ]),
      'If it may be pushed, allow this content in .shiprc (or its name, for good, with allowNames):',
      allowLines({ path, rule: file.id, oid }),
    ].join('\n'),
    at: { file: path },
  }
}

function since(first: Sighting, here: boolean, { known, push, when }: Facts): string {
  if (when === 'staged') return known ? 'the last commit has it.' : 'it is staged.'
  const commit = short(first.commit)
  if (known) return 'the remote had it before this push.'
  if (here)
    return first.commit === push.commit
      ? `it comes in with the last commit, ${commit}.`
      : `it comes in with commit ${commit}.`
  return `a later commit takes it out again, but commit ${commit} still holds it, and that one is pushed too.`
}

const revoke = [
  'It is known already: revoke it and put a new one where only the server reads it. Taking it out of the files does not help by itself.',
]

// git-rebase(1): the todo list begins with the commit after the one named; --root when there may be none before it.
function takeOut(first: Sighting, here: boolean, { push, when }: Facts, path?: string): readonly string[] {
  if (when === 'staged') return [`Take it out and stage the file again: git add -- ${shellWord(path!)}`]
  const inLast = here && first.commit === push.commit
  const command = inLast
    ? `git commit --amend${path === undefined ? '' : ` --no-edit -- ${shellWord(path)}`}`
    : `git rebase -i ${push.base === undefined ? '--root' : `${short(first.commit)}~1`}`
  const how = inLast ? `remove it, then ${command}` : `${command}, mark that commit "edit", remove it there`
  return [
    `Take it out of every pushed commit: ${how}`,
    'If it ever left this machine (another remote, a chat, a log), revoke it: only a new one is safe.',
  ]
}

/** What was not looked at, or not whole: said, so that silence is not taken for a pass. */
export function unseenFindings(unseen: Gathered['unseen'], maxFileSize: number): readonly Finding[] {
  const large = unseen.filter(({ kind }) => kind === 'too-big')
  const archives = unseen.filter(({ kind }) => kind === 'archive')
  return [
    ...large.map(
      ({ path }): Finding => ({
        rule: 'file-too-big',
        // Not an error: nearly all such files are generated, and a refusal that nobody can mend but by raising a limit teaches to bypass. Its
        // beginning, its name and whether it is a dump were judged all the same.
        severity: 'warning',
        what: `${path} is larger than ${sizeText(maxFileSize)}: only its beginning was looked at for secrets.`,
        why: 'What was not looked at may hold a secret.',
        instead: `Raise gates.secrets.maxFileSize in .shiprc (it is ${sizeText(maxFileSize)}), or keep files this large out of git.`,
        at: { file: path },
      }),
    ),
    ...(archives.length === 0 ? [] : [archivesFinding(archives.map(({ path }) => path))]),
  ]
}

function archivesFinding(paths: readonly string[]): Finding {
  return {
    rule: 'archive-not-searched',
    severity: 'info',
    what: `Archives are not looked into: ${listed(paths)}.`,
    why: 'A secret inside one leaks like any other.',
    instead: 'Make sure that nobody packed more than was meant, for example with: tar -tf, unzip -l',
    at: { file: paths[0]! },
  }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ')
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown
}

function sizeText(bytes: number): string {
  return bytes >= 1024 ** 2 ? `${+(bytes / 1024 ** 2).toFixed(1)}MB` : `${+(bytes / 1024).toFixed(1)}KB`
}

function short(oid: Oid): string {
  return oid.slice(0, 8)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function shellWord(path: string): string {
  return /^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
