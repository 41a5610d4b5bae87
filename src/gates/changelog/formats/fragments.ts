import { UsageError } from '../../../core/errors.ts'
import type { Finding } from '../../../core/finding.ts'
import { nearest } from '../../../core/nearest.ts'
import { printable } from '../../../core/printable.ts'
import { kindAmong, nameFor, newFile } from '../adding.ts'
import { textOf } from '../files.ts'
import { type Asked, broughtBy, type Format, keptAs } from '../format.ts'
import { type Kind, kinds } from '../kinds.ts'
import { noEntry } from '../no-entry.ts'
import { list } from './changesets.ts'
import { type Fragment, type Fragments, fragmentAt, fragmentsOf } from './towncrier.ts'

/** News fragments as towncrier and its like gather them: one small file a change. */
export const fragments: Format = {
  id: 'fragments',
  title: 'news fragments',
  async detect(files) {
    return (await fragmentsOf(files))?.because
  },
  async judge(asked) {
    const { files, changes } = asked
    const kept = (await fragmentsOf(files)) ?? whereNoneIs
    const brought = [...broughtBy(changes).keys()].flatMap(path => {
      const fragment = fragmentAt(path, kept)
      return fragment === undefined ? [] : [{ path, fragment }]
    })
    const texts = await files.texts(brought.map(({ path }) => path))
    const form = brought.flatMap(({ path, fragment }) => faultsOf(path, fragment, texts.get(path) ?? '', kept))
    const isOwn = (path: string) => path === kept.news || kept.folders.some(folder => path.startsWith(folder))
    if (asked.needing(isOwn).length === 0 || brought.length > 0 || (await newsGains(asked, kept))) return form
    return [missingFragment(asked, kept), ...form]
  },
  async add(ask) {
    const kept = (await fragmentsOf(ask.files)) ?? whereNoneIs
    const type = typeMeant(ask.kind, kept)
    const ending = kept.news?.endsWith('.md') === true ? '.md' : '.rst'
    const name = `${ask.issue ?? `${kept.orphan}${nameFor(ask.text)}`}.${type}`
    const others = ask.files.paths.filter(path => path.startsWith(`${kept.folders[0]}${name}.`))
    const said = [...(await ask.files.texts(others))].find(([, text]) => text.trim() === ask.text)
    if (said !== undefined) return { path: said[0], line: 1, lines: [], content: '' }
    const counter = others.length === 0 ? '' : `.${others.length}`
    return newFile(ask, `${kept.folders[0]}${name}${counter}${ending}`, `${ask.text}\n`, 1)
  },
}

/** What houses call the kinds of Keep a Changelog, the likeliest first. */
const names: Readonly<Record<Kind, readonly string[]>> = {
  added: ['added', 'feature', 'feat', 'enhancement', 'improvement'],
  changed: ['changed', 'change', 'improvement', 'enhancement', 'feature', 'misc'],
  deprecated: ['deprecated', 'deprecation', 'removal'],
  removed: ['removed', 'removal', 'breaking'],
  fixed: ['fixed', 'bugfix', 'fix', 'bug'],
  security: ['security', 'bugfix', 'fixed', 'fix'],
}

function typeMeant(word: string, { types, because, folders }: Fragments): string {
  if (types === undefined)
    throw new UsageError(
      `What lies in ${folders[0]} has a form of its own (${printable(because)}).`,
      'Write the fragment with the tool that reads it.',
    )
  const known = [...types.keys()]
  const kind = kindAmong(word, [...kinds, ...known])
  const type = [kind, ...(names[kind as Kind] ?? [])].find(one => types.has(one))
  if (type !== undefined) return type
  throw new UsageError(`No type of fragment here means "${kind}".`, `Use one of: ${list(known)}`)
}

// `format: fragments` in the config, and nothing that tells where they lie.
const whereNoneIs: Fragments = {
  because: 'newsfragments/',
  folders: ['newsfragments/'],
  orphan: '+',
  isIgnored: () => false,
}

/** A release has gathered the fragments. */
async function newsGains({ files, base }: Asked, { news }: Fragments): Promise<boolean> {
  if (news === undefined) return false
  const { gainsLine } = await import('../judge.ts')
  return gainsLine({ text: (await textOf(files, news)) ?? '', baseText: await textOf(base, news) })
}

function missingFragment({ house }: Asked, { folders }: Fragments): Finding {
  return {
    ...noEntry(`No news fragment in ${list(folders)} for this push.`),
    why: `${keptAs(house)} What no fragment says will be in no release note.`,
  }
}

function faultsOf(file: string, fragment: Fragment, text: string, { types }: Fragments): readonly Finding[] {
  if (fragment.type === undefined) return [untyped(file, fragment.name, [...(types ?? new Map()).keys()])]
  if (!fragment.needsText || text.trim() !== '') return []
  return [
    {
      rule: 'changelog-empty-entry',
      severity: 'error',
      what: `${printable(file)} says nothing.`,
      why: 'Its text is what people who upgrade will read.',
      instead: 'Write in it what they will notice.',
      at: { file },
    },
  ]
}

function untyped(file: string, name: string, types: readonly string[]): Finding {
  const meant = name
    .split('.')
    .slice(1)
    .flatMap(part => nearest(part, types) ?? [])[0]
  return {
    rule: 'changelog-fragment-type',
    severity: 'error',
    what: `The name of ${printable(file)} has no type of fragment.`,
    why: 'A fragment of no known type is left out of the release notes without a word.',
    instead: `${meant === undefined ? '' : `Is "${printable(meant)}" meant? `}Name it <issue>.<type>, or +<words>.<type> without an issue. Types: ${types.map(type => printable(type)).join(', ')}.`,
    at: { file },
  }
}
