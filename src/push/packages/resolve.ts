import { basename } from 'node:path/posix'
import type { GateUse } from '../../core/gate.ts'
import { globMatcher } from '../../core/glob.ts'
import { isWithin, type Package, type PackageRule, type PackageRules } from '../../core/package.ts'
import { ecosystems } from './ecosystems.ts'
import { folderGlob } from './manifest.ts'
import type { Snapshot } from './snapshot.ts'
import { reached, type Workspace, workspaceOf } from './workspace.ts'

export interface Resolved {
  readonly packages: readonly Package[]
  readonly workspace: Workspace
  /** Entries that match no folder of the commit. */
  readonly empty: readonly PackageRule[]
  /** What `dependsOn` names and nothing is called. */
  readonly unknown: readonly { readonly rule: PackageRule; readonly word: string }[]
}

/** The packages that a commit has by these rules. Pure but for reading manifests. */
export async function packagesOf({ rules }: PackageRules, snapshot: Snapshot): Promise<Resolved> {
  const byGlobs = rules.map(rule => (rule.folders === 'auto' ? [] : foldersMatching(rule.folders, snapshot)))
  const workspace = await workspaceOf(snapshot, [...new Set(byGlobs.flat())])
  const matched = rules.map((rule, at) => (rule.folders === 'auto' ? workspace.members : byGlobs[at]!))
  const folders = [...new Set(matched.flat())].sort()
  const rulesFor = (folder: string) => rules.filter((_, at) => matched[at]!.includes(folder))
  const names = namesFor(folders, folder => rulesFor(folder).findLast(rule => rule.name !== undefined)?.name)
  const asked = folders.map(folder => ({ folder, words: rulesFor(folder).flatMap(rule => rule.dependsOn) }))
  const added = new Map(asked.map(({ folder, words }) => [folder, foldersNamed(words, folders, names)]))
  const edges = (folder: string) => [
    ...(workspace.needs.get(folder) ?? []),
    ...(added.get(folder) ?? []),
    ...folders.filter(inner => inner !== folder && isWithin(inner, folder)),
  ]
  const packages = asked.map(({ folder, words }): Package => {
    const dependencies = [...reached([folder], edges)].filter(other => other !== folder).sort()
    const files = [folder, ...dependencies].flatMap(one => asked.find(other => other.folder === one)?.words ?? [])
    return {
      name: names.get(folder)!,
      folder,
      dependencies,
      files: [...new Set([...words, ...files])],
      uses: usesFor(folder, rulesFor(folder), workspace),
    }
  })
  return {
    packages,
    workspace,
    empty: rules.filter((_, at) => matched[at]!.length === 0),
    unknown: rules.flatMap(rule =>
      rule.dependsOn
        .filter(word => foldersNamed([word], folders, names).length === 0 && !namesFiles(word, snapshot))
        .map(word => ({ rule, word })),
    ),
  }
}

/** With `**` in the glob only folders that have a manifest are meant: everything below would be a package otherwise. */
function foldersMatching(globs: readonly string[], snapshot: Snapshot): readonly string[] {
  const plain = globs.map(folderGlob)
  const matches = globMatcher(plain)
  const deep = plain.some(glob => glob.includes('**'))
  const literal = new Set(plain)
  return [...snapshot.folders].filter(folder => {
    if (literal.has(folder)) return !plain.includes(`!${folder}`)
    if (folder === '' || /(^|\/)node_modules(\/|$)/.test(folder) || !matches(folder)) return false
    return !deep || ecosystems.some(({ manifest }) => snapshot.filesIn(folder).includes(manifest))
  })
}

/** The name given, else the last part of the folder where no other package has it, else the whole folder. */
function namesFor(
  folders: readonly string[],
  given: (folder: string) => string | undefined,
): ReadonlyMap<string, string> {
  const short = (folder: string) => plainName(folder === '' ? 'root' : basename(folder))
  const wanted = folders.map(folder => given(folder) ?? short(folder))
  const names = new Map<string, string>()
  const taken = new Set<string>()
  for (const [at, folder] of folders.entries()) {
    const first = wanted[at]!
    const shared = wanted.filter(name => name === first).length > 1
    let name = shared ? plainName(folder) || first : first
    for (let n = 2; taken.has(name); n++) name = `${shared ? plainName(folder) : first}-${n}`
    taken.add(name)
    names.set(folder, name)
  }
  return names
}

// A name is typed after --only and in SHIP_GUARD_SKIP, between commas.
function plainName(text: string): string {
  return text.replace(/[^\p{L}\p{N}._@/+-]+/gu, '-')
}

function foldersNamed(
  words: readonly string[],
  folders: readonly string[],
  names: ReadonlyMap<string, string>,
): readonly string[] {
  return words.flatMap(word => {
    const matches = globMatcher([folderGlob(word)])
    return folders.filter(folder => names.get(folder) === word || matches(folder))
  })
}

function namesFiles(word: string, { paths }: Snapshot): boolean {
  const matches = globMatcher([word, `${word}/**`])
  for (const path of paths) if (matches(path)) return true
  return false
}

function usesFor(folder: string, rules: readonly PackageRule[], { tests }: Workspace): ReadonlyMap<string, GateUse> {
  const run = tests.get(folder)
  const facts = { folder, ...(run === undefined ? {} : { tests: run }) }
  const uses = new Map<string, GateUse>()
  for (const rule of rules)
    for (const [id, use] of rule.gates(facts)) {
      if (use === false) uses.delete(id)
      else uses.set(id, use)
    }
  return uses
}
