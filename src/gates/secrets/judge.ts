import type { Finding } from '../../core/finding.ts'
import type { GateContext } from '../../core/gate.ts'
import { type AllowList, allowList } from '../../secrets/allow.ts'
import { fingerprintOf } from '../../secrets/mask.ts'
import { unusedFinding } from './allow.ts'
import { alreadyThere, type DeniedFile, deniedHere, type Gathered, gather, type Suspect } from './gather.ts'
import type { Options } from './options.ts'
import { deniedFinding, secretFinding, unseenFindings } from './say.ts'

type Context = GateContext<Options>

// Each costs a fingerprint; nobody reads more.
const mostTold = 300

/** Every secret that the pushed commits bring, or that is staged for the next one, told once each, worst first. */
export async function judge(context: Context, when: 'pushed' | 'staged' = 'pushed'): Promise<readonly Finding[]> {
  const { tree, options } = context
  const gathered = await gather(context)
  const allow = allowList(options.allow)
  const now = new Map((await tree.list()).map(({ path, oid }) => [path, oid]))
  const facts = { push: context.push, now, when }

  const files = gathered.files.flatMap(file => notAllowedVersions(file, allow))
  const filesThere = await alreadyThere(
    context,
    files,
    ({ file }, before) => file.id === deniedHere.id || before.file?.id === file.id,
  )
  const fresh = files.filter(file => !filesThere.has(file))
  const { told, left } = await notAllowed(withoutDoubles(gathered.suspects, fresh), allow)
  const toldThere = await alreadyThere(context, told, ({ suspect }, before) =>
    before.hits.some(({ identity }) => identity === suspect.hit.identity),
  )

  const findings = [
    ...told.map(one =>
      secretFinding(one.suspect, { ...facts, fingerprint: one.fingerprint, known: toldThere.has(one) }),
    ),
    ...files
      .filter(file => !told.some(({ path, suspect }) => path === file.path && suspect.hit.rule === 'private-key'))
      .map(file =>
        deniedFinding(file, { ...facts, known: filesThere.has(file), settings: settingsIn(file, gathered) }),
      ),
    ...unseenFindings(gathered.unseen, options.maxFileSize),
    ...allow.unused({ exists: path => now.has(path), looked: gathered.paths }).map(unusedFinding),
    ...more(left, when),
  ]
  const order = { error: 0, warning: 1, info: 2 }
  return findings.sort((a, b) => order[a.severity] - order[b.severity])
}

/** A file is allowed by its content: each version in the push needs its own entry, or one without an oid. */
function notAllowedVersions(file: DeniedFile, allow: AllowList): readonly DeniedFile[] {
  const seen = file.seen.filter(({ oid }) => !allow.allows({ path: file.path, rule: file.file.id, oids: [oid] }))
  return seen.length === 0 ? [] : [{ ...file, seen }]
}

/** The lines of a file that must go as a whole are not told one by one. */
function withoutDoubles(suspects: readonly Suspect[], files: readonly DeniedFile[]): readonly Suspect[] {
  const whole = new Set(files.filter(({ file }) => file.id === 'env-file').map(({ path }) => path))
  return suspects.filter(({ path, hit }) => !(hit.rule === 'secret-setting' && whole.has(path)))
}

function settingsIn({ path }: DeniedFile, { suspects }: Gathered): readonly string[] {
  const names = suspects.filter(suspect => suspect.path === path).map(({ hit }) => hit.name ?? hit.title)
  return [...new Set(names)]
}

interface Told {
  readonly path: string
  readonly suspect: Suspect
  readonly fingerprint: string
}

async function notAllowed(
  suspects: readonly Suspect[],
  allow: AllowList,
): Promise<{ told: readonly Told[]; left: number }> {
  const sorted = [...suspects].sort((a, b) => Number(isQuiet(a)) - Number(isQuiet(b)))
  const told: Told[] = []
  let left = 0
  for (let from = 0; from < sorted.length; from += 50) {
    const some = sorted.slice(from, from + 50)
    if (told.length >= mostTold) {
      left += some.length
      continue
    }
    const prints = await Promise.all(some.map(({ hit }) => fingerprintOf(hit.identity)))
    some.forEach((suspect, index) => {
      const fingerprint = prints[index]!
      const oids = suspect.seen.map(({ oid }) => oid)
      if (!allow.allows({ path: suspect.path, rule: suspect.hit.rule, oids, fingerprint }))
        told.push({ path: suspect.path, suspect, fingerprint })
    })
  }
  return { told, left }
}

function isQuiet({ hit, example }: Suspect): boolean {
  return hit.likely && example
}

function more(left: number, when: 'pushed' | 'staged'): readonly Finding[] {
  if (left === 0) return []
  return [
    {
      rule: 'more-secrets',
      severity: 'error',
      what: `${left.toLocaleString('en')} more secrets were found and are not listed.`,
      why: 'A list this long is rarely read; most of it usually comes from one folder.',
      instead: `Take out what is listed, or allow its folder with a reason, and ${when === 'staged' ? 'commit' : 'push'} again to see the rest.`,
    },
  ]
}
