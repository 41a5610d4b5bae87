import { join } from 'node:path'
import { stops } from '../core/finding.ts'
import { shortRef } from '../core/push.ts'
import { nameOf } from '../core/remote.ts'
import type { Decision } from '../core/verdict.ts'
import { version } from '../core/version.generated.ts'
import { lifetimeMs, toolPaths, trailOf } from '../verdicts/digest.ts'
import { keepNewest } from '../verdicts/keep-newest.ts'
import { type Receipt, receiptName, writeReceipt } from '../verdicts/receipt.ts'
import type { InForce } from './in-force.ts'
import type { Bench } from './judge.ts'

/** Keeps the receipt of a push that passed, when every gate's answer depends on nothing but what the receipt is named for. */
export async function keepReceipt(
  decision: Decision,
  { uses, fixed }: Pick<InForce, 'uses' | 'fixed'>,
  { git, world }: Bench,
): Promise<void> {
  if (!fixed) return
  const sources = uses.flatMap(use => use.gate.reads(use.options))
  // A gate that has nothing to ask of this tree (no changelog file, say) has said so of the tree.
  const settled = decision.verdicts.every(
    ({ outcome, fleeting }) => !fleeting && (outcome === 'passed' || outcome === 'skipped'),
  )
  if (!settled || sources.some(source => source === 'messages' || source === 'authors' || source === 'branches')) return
  const { remote, ref, base, commit } = decision.push
  const trees = (await git.text(['log', '--format=%T', commit, `^${base}`])).split('\n')
  const folder = join(git.commonDir, 'ship-guard', 'receipts')
  const lifetime = lifetimeMs(sources)
  const receipt: Receipt = {
    says: sentence(decision),
    tools: await toolsNow(toolPaths(uses, git.top ?? git.dir, world.env.PATH), world),
    ...(lifetime === undefined ? {} : { until: new Date(world.now().getTime() + lifetime).toISOString() }),
  }
  // Only a convenience: without it the same push takes the way through the stored verdicts.
  await world.files
    .makeFolder(folder, { mode: 0o700 })
    .then(() =>
      world.files.write(
        join(folder, receiptName({ version, remote: remote.name, ref, base: base!, trees })),
        writeReceipt(receipt),
        { mode: 0o600 },
      ),
    )
    .then(() => keepNewest(world.files, folder, keptAtMost))
    .catch(() => {})
}

const keptAtMost = 200

function sentence({ push, verdicts, findings }: Decision): string {
  const warnings = [...findings, ...verdicts.flatMap(v => ('findings' in v ? v.findings : []))].filter(
    f => !stops(f) && f.severity === 'warning',
  ).length
  const name = shortRef(push.ref)
  const asked = verdicts.filter(v => v.outcome === 'passed')
  const told =
    warnings === 0 ? '' : `, ${warnings} warning${warnings === 1 ? '' : 's'}: npx ship-guard check --for ${name}`
  return `${nameOf(push)} passed (${[...asked.map(v => v.gate), 'all stored'].join(', ')}${told}).`
}

async function toolsNow(paths: readonly string[], { files }: Bench['world']): Promise<Receipt['tools']> {
  const trails = await Promise.all(paths.map(path => trailOf(path, files)))
  return trails
    .flat()
    .map(({ path, facts }) =>
      facts === undefined ? { path, size: -1, mtimeMs: 0 } : { path, size: facts.size, mtimeMs: facts.mtimeMs },
    )
}
