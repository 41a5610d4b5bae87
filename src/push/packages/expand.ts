import type { Finding } from '../../core/finding.ts'
import type { GateUse } from '../../core/gate.ts'
import { isWithin, type Package, type PackageRules } from '../../core/package.ts'
import type { Push } from '../../core/push.ts'
import type { Git } from '../../core/world.ts'
import type { BadManifest } from './manifest.ts'
import { packagesOf, type Resolved } from './resolve.ts'
import { useAround, useIn } from './scope.ts'
import type { Snapshot } from './snapshot.ts'

export interface Packaged {
  /** Of the whole repository. */
  readonly uses: readonly GateUse[]
  readonly now: PackageRules
  /** What the remote's config says; absent when nothing was agreed before. */
  readonly before?: PackageRules
  readonly pushed: Snapshot
  /** Of what the remote has; absent when it has nothing yet. */
  readonly base?: Snapshot
  readonly git: Pick<Git, 'bytes'>
}

/** Every gate of a push, of the whole repository and of each package, and what is to be said about the packages. */
export async function withPackages(
  what: Packaged,
): Promise<{ readonly uses: readonly GateUse[]; readonly findings: readonly Finding[] }> {
  const { uses, now, before, pushed, base, git } = what
  const resolved = await packagesOf(now, pushed)
  const old =
    before === undefined ? { packages: [], inBase: new Set<string>() } : await packagesBefore(before, pushed, base)
  const { packages, findings } = joined(resolved.packages, old, pushed)
  const changedPaths = pathReader(git)
  const placesOf = (id: string, folder: string) =>
    packages
      .filter(one => one.folder !== folder && one.uses.has(id) && isWithin(one.folder, folder))
      .map(one => one.folder)
  const inPackages = packages.flatMap(one =>
    [...one.uses].map(([id, use]) =>
      useIn(one, id, use, { except: placesOf(id, one.folder), sharedFiles: now.sharedFiles, changedPaths }),
    ),
  )
  return {
    uses: [...uses.map(use => useAround(use, placesOf(use.id, ''))), ...inPackages],
    findings: [...resolved.workspace.faults.map(unreadable), ...missing(resolved), ...findings],
  }
}

/** By the remote's rules: the packages of the pushed commit, and those that the remote has and the pushed commit only no longer names. */
async function packagesBefore(rules: PackageRules, pushed: Snapshot, base: Snapshot | undefined): Promise<Before> {
  const { packages } = await packagesOf(rules, pushed)
  const there = base === undefined ? [] : (await packagesOf(rules, base)).packages
  const known = new Set(packages.map(one => one.folder))
  const all = [...packages, ...there.filter(one => !known.has(one.folder))]
  return { packages: all.filter(one => one.uses.size > 0), inBase: new Set(there.map(one => one.folder)) }
}

interface Before {
  readonly packages: readonly Package[]
  /** Folders of those that the remote has. */
  readonly inBase: ReadonlySet<string>
}

function joined(
  now: readonly Package[],
  before: Before,
  pushed: Snapshot,
): { packages: readonly Package[]; findings: readonly Finding[] } {
  const findings: Finding[] = []
  const byFolder = new Map(now.map(one => [one.folder, one]))
  const names = new Set(now.map(one => one.name))
  const fresh = now.filter(one => !before.inBase.has(one.folder))
  for (const old of before.packages) {
    if (!pushed.folders.has(old.folder)) {
      if (!fresh.some(one => [...old.uses.keys()].every(id => one.uses.has(id)))) findings.push(gone(old))
      continue
    }
    const one = byFolder.get(old.folder) ?? { ...old, name: freeName(old.name, names), uses: new Map() }
    const uses = new Map(one.uses)
    for (const [id, use] of old.uses) {
      const still = uses.get(id)
      if (still === undefined) {
        uses.set(id, use)
        findings.push(stays(id, old))
      } else if (!isSame(still, use)) findings.push(changed(id, old))
    }
    // What it was said to depend on counts for this push as well.
    const dependencies = [...new Set([...one.dependencies, ...old.dependencies])]
    byFolder.set(one.folder, { ...one, uses, dependencies, files: [...new Set([...one.files, ...old.files])] })
  }
  return { packages: [...byFolder.values()], findings }
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted
  for (let n = 2; taken.has(name); n++) name = `${wanted}-${n}`
  taken.add(name)
  return name
}

function isSame(a: GateUse, b: GateUse): boolean {
  return a.gate.version === b.gate.version && JSON.stringify(a.options) === JSON.stringify(b.options)
}

/** Also both names of what was renamed, and submodules. */
function pathReader(git: Pick<Git, 'bytes'>): (push: Push) => Promise<readonly string[] | undefined> {
  const kept = new Map<string, Promise<readonly string[] | undefined>>()
  return ({ base, commit }) => {
    if (base === undefined) return Promise.resolve(undefined)
    const key = `${base} ${commit}`
    const found = kept.get(key) ?? changedBetween(git, base, commit)
    kept.set(key, found)
    return found
  }
}

async function changedBetween(
  git: Pick<Git, 'bytes'>,
  base: string,
  commit: string,
): Promise<readonly string[] | undefined> {
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--no-ext-diff', base, commit]
  try {
    const listed = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await git.bytes(args))
    return listed.split('\0').filter(path => path !== '')
  } catch (error) {
    // A name that is no UTF-8 may lie in any package.
    if (error instanceof TypeError) return undefined
    throw error
  }
}

function unreadable({ path, line, message }: BadManifest): Finding {
  return {
    rule: 'package-manifest',
    severity: 'error',
    what: `${path} cannot be read: ${message}.`,
    why: 'Nobody can tell which packages there are and which of them this push concerns.',
    instead: `Mend ${path} and push again.`,
    at: { file: path, ...(line === undefined ? {} : { line }) },
  }
}

function missing({ empty, unknown }: Resolved): readonly Finding[] {
  return [
    ...empty.map(rule =>
      nothing(
        rule.folders === 'auto'
          ? `\`${rule.written}\` is \`auto\`, but no workspace file of this commit names a package.`
          : `\`${rule.written}\` matches no folder of this commit: ${rule.folders.join(', ')}.`,
      ),
    ),
    ...unknown.map(({ rule, word }) =>
      nothing(
        `\`${rule.written}.dependsOn\` names ${word}, which is no package, no folder and no file of this commit.`,
      ),
    ),
  ]
}

function nothing(what: string): Finding {
  return {
    rule: 'package-missing',
    severity: 'warning',
    what,
    why: 'What is written there does nothing: no gate is asked because of it.',
    instead: 'Correct the folder in `packages` of .shiprc, or take the entry out.',
  }
}

function gone({ folder, uses }: Package): Finding {
  return {
    rule: 'package-gone',
    severity: 'warning',
    what: `This push takes the package ${folder} away, and with it its gates ${[...uses.keys()].join(', ')}.`,
    why: 'If the package only moved, nothing is asked about it in its new place.',
    instead: 'If it moved, name its new folder in `packages` of .shiprc.',
  }
}

function stays(id: string, { folder }: Package): Finding {
  return {
    rule: 'config-weakened',
    severity: 'warning',
    what: `This push takes away the gate ${id} of the package ${folder}.`,
    why: 'A push cannot switch off its own guard: for this push the config that the remote has stays in force.',
    instead: 'If that is wanted, push the change of the config first; it counts from the next push on.',
  }
}

function changed(id: string, { folder }: Package): Finding {
  return {
    rule: 'config-changed',
    severity: 'warning',
    what: `This push changes the options of the gate ${id} of the package ${folder}.`,
    why: 'It is judged by the new options already.',
    instead: 'Look at them once more in the diff of the config.',
  }
}
