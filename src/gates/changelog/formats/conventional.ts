import { UsageError } from '../../../core/errors.ts'
import type { Finding } from '../../../core/finding.ts'
import { nearest } from '../../../core/nearest.ts'
import { printable } from '../../../core/printable.ts'
import type { Oid } from '../../../core/push.ts'
import { textOf } from '../files.ts'
import { type Asked, broughtBy, type Format, keptAs } from '../format.ts'
import { readCommitMessage, unreadBreaking } from './commit-message.ts'
import { type ReleaseTool, releaseToolOf } from './release-tools.ts'

/** The types that tools know without being told (release-please, conventional-changelog, commitlint). */
const usualTypes = 'feat feature fix perf deps revert docs style chore refactor test build ci'.split(' ')

/** A changelog that a tool writes from commit messages: then the messages are what people will read. */
export const conventional: Format = {
  id: 'conventional',
  title: 'conventional commits, from which a tool writes it',
  async detect(files) {
    return (await releaseToolOf(files))?.because
  },
  async judge(asked) {
    const tool = await releaseToolOf(asked.files)
    const needing = asked.needing(path => tool?.writes?.test(path) === true)
    const judged = needing.length === 0 ? [] : await commitFindings(asked, tool, needing)
    return [...judged, ...(await editedByHand(asked, tool))]
  },
  async add({ kind, files }) {
    const tool = await releaseToolOf(files)
    const types: Readonly<Record<string, string>> = { added: 'feat', changed: 'feat', removed: 'feat!', fixed: 'fix' }
    const type = types[kind.toLowerCase()] ?? 'fix'
    throw new UsageError(
      `Nothing is written: the changelog is made from commit messages${tool === undefined ? '' : ` by ${tool.name} (${tool.because})`}.`,
      `Say it in the message of the commit: git commit -m "${type}: …"`,
    )
  },
}

interface Commit {
  readonly oid: Oid
  readonly message: string
  readonly isMerge: boolean
}

const mostTold = 10

async function commitFindings(
  asked: Asked,
  tool: ReleaseTool | undefined,
  needing: readonly string[],
): Promise<readonly Finding[]> {
  const types = new Set([...usualTypes, ...asked.types, ...(tool?.types ?? [])].map(type => type.toLowerCase()))
  const commits = (await commitsOf(asked)).filter(({ isMerge }) => !isMerge)
  const judged = commits.flatMap(commit => {
    const finding = judgeMessage(commit, types, asked, tool)
    return finding === undefined ? [] : [{ oid: commit.oid, finding }]
  })
  const faulty = judged.filter(({ finding }) => finding.severity === 'error').map(({ oid }) => oid)
  const touching = await touchedBy(asked, faulty, needing)
  // What no reader notices (tests, documents) may stand in a commit of any form.
  const told = judged.filter(({ oid, finding }) => finding.severity !== 'error' || touching.has(oid))
  const findings = told.map(({ finding }) => (asked.push.base === undefined ? asOld(finding) : finding))
  if (findings.length <= mostTold) return findings
  return [...findings.slice(0, mostTold), andMore(findings.slice(mostTold))]
}

// Nothing to compare with: the whole history would be judged by a rule that came later.
function asOld(finding: Finding): Finding {
  return { ...finding, severity: 'warning' }
}

function andMore(rest: readonly Finding[]): Finding {
  const severity = rest.some(finding => finding.severity === 'error') ? 'error' : 'warning'
  return { ...rest[0]!, severity, what: `The same is so of ${rest.length} more commits, or similar.` }
}

async function commitsOf({ git, push, tree, signal, folder }: Asked): Promise<readonly Commit[]> {
  const range = push.base === undefined ? [tree.commit] : [tree.commit, `^${push.base}`]
  const within = folder === undefined ? [] : ['--', `:(top,literal)${folder}`]
  const commits: Commit[] = []
  const args = ['log', '-z', '--no-show-signature', '--encoding=UTF-8', '--format=%H %P%n%B', '--end-of-options']
  for await (const record of git.records([...args, ...range, ...within], { signal })) {
    const text = new TextDecoder().decode(record)
    const end = text.indexOf('\n')
    const [oid = '', ...parents] = text.slice(0, end).trim().split(' ')
    commits.push({ oid, message: text.slice(end + 1), isMerge: parents.length > 1 })
  }
  return commits
}

/** Those of the commits that change something that asks for an entry and is still changed at the end of the push. */
async function touchedBy(
  { git, folder, signal }: Asked,
  oids: readonly Oid[],
  needing: readonly string[],
): Promise<ReadonlySet<Oid>> {
  if (oids.length === 0) return new Set()
  const top = folder === undefined ? '' : `${folder}/`
  const wanted = new Set(needing.map(path => `${top}${path}`))
  const touching = new Set<Oid>()
  const args = ['diff-tree', '--stdin', '-r', '-z', '--root', '--no-renames', '--no-abbrev', '--no-ext-diff']
  let commit = ''
  let isPath = false
  for await (const record of git.records(args, { input: oids.map(oid => `${oid}\n`).join(''), signal })) {
    const text = new TextDecoder().decode(record)
    if (isPath && wanted.has(text)) touching.add(commit)
    else if (!isPath && !text.startsWith(':')) commit = text.trim()
    isPath = !isPath && text.startsWith(':')
  }
  return touching
}

function judgeMessage(
  commit: Commit,
  types: ReadonlySet<string>,
  asked: Asked,
  tool: ReleaseTool | undefined,
): Finding | undefined {
  const read = readCommitMessage(commit.message)
  if (read.kind === 'unfinished') return unfinished(commit)
  if (read.kind === 'free') return tool?.takesAll === true ? undefined : free(commit, read.because, asked)
  if (read.kind !== 'conventional') return undefined
  if (!types.has(read.type)) return unknownType(commit, read.type, types, tool)
  const line = read.breaking ? undefined : unreadBreaking(commit.message)
  return line === undefined ? undefined : notBreaking(commit, line)
}

function named({ oid, message }: Commit): string {
  const subject = message.trim().split(/[\r\n]/)[0] ?? ''
  const short = subject.length > 60 ? `${subject.slice(0, 59)}…` : subject
  return `Commit ${oid.slice(0, 9)} "${printable(short)}"`
}

function free(commit: Commit, because: string, { house, tree }: Asked): Finding {
  return {
    rule: 'changelog-commit-form',
    severity: 'error',
    what: `${named(commit)}: its first line ${printable(because)}.`,
    why: `${keptAs(house)} A commit of another form is left out without a word.`,
    instead: `Begin it with what it is (feat, fix, chore …):\n${reword(commit.oid, tree.commit, 'fix: …')}`,
  }
}

function unknownType(commit: Commit, type: string, types: ReadonlySet<string>, tool: ReleaseTool | undefined): Finding {
  const meant = nearest(type, types)
  return {
    rule: 'changelog-commit-type',
    // Types may stand in settings that are code, which nobody runs to read them.
    severity: tool?.known === false ? 'warning' : 'error',
    what: `${named(commit)}: "${printable(type)}" is no known type of change.`,
    why: 'Commits of types that the tool does not know are left out of the changelog without a word.',
    instead: `${meant === undefined ? '' : `Is "${meant}" meant? `}Types: ${[...types].map(one => printable(one)).join(', ')}. A type of your own is named in the option \`types\` of the gate.`,
  }
}

function unfinished(commit: Commit): Finding {
  return {
    rule: 'changelog-commit-form',
    severity: 'error',
    what: `${named(commit)} was meant to become part of another commit.`,
    why: 'On this branch it stays as it is, in the history and in the changelog.',
    instead: `Put it where it belongs:\ngit rebase -i --autosquash ${commit.oid.slice(0, 9)}~2`,
  }
}

function notBreaking(commit: Commit, line: number): Finding {
  return {
    rule: 'changelog-commit-form',
    severity: 'warning',
    what: `${named(commit)}: line ${line} speaks of a breaking change in a form that is not read as one.`,
    why: 'Without it the release gets too small a number, and nobody is warned.',
    instead: 'Write it as "BREAKING CHANGE: …" at the beginning of a line, or with a ! before the colon: feat!: …',
  }
}

function reword(oid: Oid, tip: Oid, message: string): string {
  return oid === tip ? `git commit --amend -m "${message}"` : `git rebase -i ${oid.slice(0, 9)}~1`
}

/** A changelog of the tool's that gained lines without a new release. */
async function editedByHand(asked: Asked, tool: ReleaseTool | undefined): Promise<readonly Finding[]> {
  const paths = [...broughtBy(asked.changes).values()].flatMap(({ kind, path }) =>
    kind === 'modified' && tool?.writes?.test(path) === true ? [path] : [],
  )
  if (tool === undefined || paths.length === 0) return []
  const { gainsLine, newReleases } = await import('../judge.ts')
  const findings: Finding[] = []
  for (const file of paths) {
    const states = { text: (await textOf(asked.files, file)) ?? '', baseText: await textOf(asked.base, file) }
    if (gainsLine(states) && newReleases(states).length === 0) findings.push(byHand(file, tool))
  }
  return findings
}

function byHand(file: string, { name, because }: ReleaseTool): Finding {
  return {
    rule: 'changelog-generated',
    severity: 'warning',
    what: `${printable(file)} is written by ${name} (${because}), and this push changes it by hand.`,
    why: 'The tool knows only commit messages: what is written by hand may be gone with the next release.',
    instead: 'Say it in the message of the commit that makes the change. Leave the edit when it only corrects a word.',
    at: { file },
  }
}
