import { posix } from 'node:path'
import { CannotTell } from '../../core/errors.ts'
import { type Finding, stops } from '../../core/finding.ts'
import { defineGate } from '../../core/gate.ts'
import { globMatcher } from '../../core/glob.ts'
import { printable } from '../../core/printable.ts'
import { z } from '../../core/schema.ts'
import type { Change, Tree } from '../../core/tree.ts'
import { finds } from './finds.ts'
import type { States } from './judge.ts'
import { changelogAmong, changelogNames } from './names.ts'

// A lock file alone changes no version that the project asks for. Manifests (package.json, composer.json) are not in the list: what they ask
// for is something that people notice.
const lockFiles =
  '{package-lock.json,yarn.lock,pnpm-lock.yaml,bun.lock,bun.lockb,deno.lock,composer.lock,Gemfile.lock,poetry.lock,uv.lock,pdm.lock,Pipfile.lock,Cargo.lock,go.sum,mix.lock,pubspec.lock}'

const needsNoEntry = [
  '{test,tests,spec,__tests__}/**',
  '**/{test,tests,spec,__tests__,__snapshots__}/**',
  '**/*.{test,spec}.*',
  '**/*_test.go',
  '{doc,docs}/**',
  '*.md',
  '{.github,.gitlab,.circleci,.husky,.vscode,.idea}/**',
  '{.gitlab-ci.yml,.travis.yml,azure-pipelines.yml,Jenkinsfile,bitbucket-pipelines.yml}',
  '.shiprc*',
  '**/.git{ignore,attributes,keep}',
  '**/.editorconfig',
  `**/${lockFiles}`,
]

const options = z
  .strictObject({
    file: z
      .string()
      .min(1)
      .optional()
      .describe(`The changelog. Default: the first of ${changelogNames} that is there.`),
    except: z
      .array(z.string().min(1))
      .default(needsNoEntry)
      .describe(
        'Globs of paths that need no entry: tests, documents, CI, lock files. A push that changes nothing else passes. Your list takes the place of this one.',
      ),
    format: z
      .enum(['keep-a-changelog', 'any'])
      .default('keep-a-changelog')
      .describe('`keep-a-changelog` reads versions, dates and headings; `any` asks only that the file gained a line.'),
  })
  .prefault({})

type Options = z.output<typeof options>

const largest = 20 * 1024 * 1024

export default defineGate<Options>({
  id: 'changelog',
  title: 'Changelog entry',
  why: 'People who upgrade read the changelog before anything else; an entry that is not written with the change is not written at all.',
  version: 1,
  fast: true,
  options,
  finds,
  // Which paths changed decides whether an entry is needed, so every file counts.
  reads: () => [{ files: ['**'] }, 'base'],
  async check({ tree, options, signal }) {
    signal.throwIfAborted()
    const changes = await tree.changes()
    if (changes.length === 0) return []
    const file = await fileOf(tree, options.file)
    const needs = changes.some(change => needsEntry(change, file, globMatcher(options.except)))
    const states = await statesOf(tree, file, changes)
    if (states === undefined) return needs ? [missing(file, options.file !== undefined)] : []
    if (states.text.includes('\0')) return states.text === states.baseText ? [] : [notText(file)]
    signal.throwIfAborted()
    return options.format === 'any' ? judgeAny(states, needs) : judgeKept(states, needs)
  },
})

async function fileOf(tree: Tree, wanted: string | undefined): Promise<string> {
  if (wanted !== undefined) return posix.normalize(wanted)
  return changelogAmong((await tree.list(['*'])).map(entry => entry.path)).name
}

function needsEntry(change: Change, file: string, excepted: (path: string) => boolean): boolean {
  const paths = change.kind === 'renamed' ? [change.path, change.from] : [change.path]
  return paths.some(path => path !== file && !excepted(unquoted(path)))
}

/** A name that is not UTF-8 comes quoted; a glob for its folder should still match. */
function unquoted(path: string): string {
  return /^".*"$/.test(path) ? path.slice(1, -1) : path
}

async function statesOf(tree: Tree, file: string, changes: readonly Change[]): Promise<States | undefined> {
  const entry = (await tree.list([literal(file)])).find(({ path }) => path === file)
  if (entry === undefined) return undefined
  const target = entry.mode === '120000' ? await linkTarget(tree, file) : file
  const renamed = changes.find(change => change.kind === 'renamed' && change.path === target)
  const before = renamed?.kind === 'renamed' ? renamed.from : target
  const text = await tree.text(target)
  if (text === undefined) return undefined
  if (text.length > largest)
    throw new CannotTell(
      `${printable(target)} is larger than 20 MB.`,
      'Move old releases into a file of their own, or name another file with `file` of the gate in .shiprc.',
    )
  return { file: target, text, baseText: await tree.baseText(before) }
}

/** A changelog may be a link to where the documents lie. */
async function linkTarget(tree: Tree, file: string): Promise<string> {
  const target = (await tree.text(file)) ?? ''
  return posix.normalize(posix.join(posix.dirname(file), target))
}

function literal(path: string): string {
  return path.replace(/[\\*?{}[\]()!+@|]/g, '\\$&')
}

async function judgeKept(states: States, needs: boolean): Promise<readonly Finding[]> {
  const { addsEntry, judgeForm } = await import('./judge.ts')
  const form = judgeForm(states)
  // Where the form cannot be read, "no entry" would only hide the reason.
  const broken = form.some(finding => finding.rule === 'changelog-unreadable' && stops(finding))
  return needs && !broken && !addsEntry(states) ? [noEntry(states.file), ...form] : form
}

async function judgeAny(states: States, needs: boolean): Promise<readonly Finding[]> {
  const { gainsLine } = await import('./judge.ts')
  return needs && !gainsLine(states) ? [noEntry(states.file)] : []
}

function noEntry(file: string): Finding {
  return {
    rule: 'changelog-entry',
    severity: 'error',
    what: `No entry in ${printable(file)} for this push.`,
    why: 'People who upgrade read the changelog before anything else.',
    instead: 'Say in a line what they will notice, and commit it:\nnpx ship-guard changelog add fixed "…"',
    at: { file },
  }
}

function missing(file: string, named: boolean): Finding {
  return {
    rule: 'changelog-missing',
    severity: 'error',
    what: named ? `The pushed commit has no ${printable(file)}.` : 'The pushed commit has no changelog.',
    why: 'People who upgrade have nowhere to read what changes for them.',
    instead: `This begins one with its first entry; commit it:\nnpx ship-guard changelog add fixed "…"`,
  }
}

function notText(file: string): Finding {
  return {
    rule: 'changelog-unreadable',
    severity: 'error',
    what: `${printable(file)} is not readable as text: it holds zero bytes.`,
    why: 'Some editors on Windows save UTF-16; git, and everyone who reads the file, expects UTF-8.',
    instead: `Save it as UTF-8, for example: iconv -f UTF-16 -t UTF-8 <old> > <new>`,
    at: { file, line: 1, column: 1 },
  }
}
