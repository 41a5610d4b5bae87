import { type ExitCode, exit } from '../core/exit.ts'
import { recall } from '../core/log.ts'
import type { Git, World } from '../core/world.ts'
import { pushesAround } from '../push/audit.ts'
import { foresee, standings } from '../push/foresight.ts'
import { isGuarded } from '../push/protect.ts'
import { openVerdictStore } from '../verdicts/store.ts'
import { comparedWithRemote, pushMeant } from './check.ts'
import { defineCommand } from './command.ts'
import { rulesOf } from './rules.ts'
import { type FlakyTest, type Status, statusText } from './status-text.ts'

export default defineCommand({
  id: 'status',
  summary: 'where the branches stand, what a push would ask, and what went past the guard; asks no remote',
  options: [{ flags: '--json', about: 'the same for programs' }],
  examples: [
    { run: 'npx ship-guard status', about: 'what would happen if I pushed now?' },
    { run: 'npx ship-guard status --json', about: 'for a script' },
  ],
  async run({ world, flags, version }): Promise<ExitCode> {
    const git = await world.git()
    const status = await statusOf(world, git)
    if (flags.json === true) world.terminal.print(JSON.stringify({ format: 1, version, ...status }, undefined, 2))
    else world.terminal.print(statusText(status))
    return exit.passed
  },
})

async function statusOf(world: World, git: Git): Promise<Status> {
  const past = await pastOf(world, git)
  const head = await git.answer(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])
  if (head === undefined) return { ...past, branches: [], around: [], blind: [] }
  const meant = await pushMeant({ flags: {} }, git)
  // Nobody who only looks is asked anything.
  const rules = await rulesOf({ ...world, ask: async () => undefined }, git, [meant.commit, meant.base], meant.remote)
  const inForce = await rules(meant.commit, meant.base)
  const push = await comparedWithRemote(meant, inForce, git)
  const store = openVerdictStore(world.files, git.commonDir)
  const bench = { world, git, store, signal: world.signal }
  const nothingNew = push.base !== undefined && (await git.code(['merge-base', '--is-ancestor', head, push.base])) === 0
  const branch = await git.answer(['symbolic-ref', '--quiet', '--short', 'HEAD'])
  const audit = await pushesAround(git, world, inForce)
  return {
    ...past,
    head: { commit: head, ...(branch === undefined ? {} : { branch }) },
    branches: await standings(head, push.remote, inForce, git),
    push: {
      remote: push.remote.name,
      ref: push.ref,
      nothingNew,
      isProtected: isGuarded(push.ref, push.remote, inForce),
      gates: inForce.problem === undefined && !nothingNew ? await foresee(push, inForce.uses, bench) : [],
      ...(inForce.problem === undefined ? {} : { problem: inForce.problem.what }),
    },
    around: audit.around,
    blind: audit.blind,
  }
}

async function pastOf({ files }: World, { commonDir }: Git): Promise<Pick<Status, 'bypasses' | 'flakes'>> {
  const bypasses = await recall(files, commonDir, 'bypasses')
  const flakes = new Map<string, FlakyTest>()
  for (const { test, call, at } of await recall(files, commonDir, 'flakes')) {
    if (call !== 'flake') continue
    const before = flakes.get(test)
    flakes.set(test, { test, times: (before?.times ?? 0) + 1, last: at })
  }
  return {
    bypasses: bypasses.toReversed(),
    flakes: [...flakes.values()].sort((a, b) => b.last.localeCompare(a.last)),
  }
}
