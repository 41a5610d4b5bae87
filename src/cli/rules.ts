import { joinConfigs } from '../config/join.ts'
import { loadConfigAt } from '../config/load.ts'
import { packageRules } from '../config/packages.ts'
import { type Config, defaultConfig } from '../config/schema.ts'
import { gateUses } from '../config/uses.ts'
import { CannotTell, UsageError } from '../core/errors.ts'
import type { Finding } from '../core/finding.ts'
import type { Oid, Remote } from '../core/push.ts'
import type { Checkout, Git, World } from '../core/world.ts'
import type { InForce, Rules } from '../push/in-force.ts'
import { branchesSeen } from '../push/policy.ts'
import { protectionsFor } from '../push/protect.ts'
import { packagedRules } from './packaged-rules.ts'
import { acceptPrograms } from './programs.ts'
import { representatives } from './same-config.ts'

/**
 * The rules for each pushed commit, from configs read out of git: of the pushed commit, joined with what the remote has now. For a branch that
 * the remote does not have, or has in a state that is not here, its main branch speaks, so that no push switches off its own guard.
 */
export async function rulesOf(
  world: World,
  git: Git,
  commits: readonly (Oid | undefined)[],
  remote?: Remote,
): Promise<Rules> {
  const main = remote === undefined ? undefined : mainBranchOf(await branchesSeen(remote, git))
  const like = await representatives(git, [...new Set([...commits, main].filter(commit => commit !== undefined))])
  const configAt = remembered((commit: Oid) => configOf(world, git, commit))
  const urls = remembered(() => remoteUrls(git))
  const inForceFor = remembered(async (key: string) => {
    const [commit, base] = key.split(' ') as [string, string]
    const rules = inForce(
      commit === '' ? undefined : await configAt(commit),
      base === '' ? undefined : await configAt(base),
    )
    if (remote === undefined || rules.protections.every(({ remotes }) => remotes === undefined)) return rules
    const known = await urls('')
    return { ...rules, protections: protectionsFor(rules.protections, remote, known, git.top ?? git.dir) }
  })
  const likeOf = (commit: Oid | undefined) => (commit === undefined ? '' : (like.get(commit) ?? ''))
  const rules: Rules = (commit, base) => inForceFor(`${likeOf(commit)} ${likeOf(base) || likeOf(main)}`)
  return packagedRules(rules, base => [base, main].find(one => one !== undefined && like.has(one)), world, git)
}

// `HEAD` is what the remote itself calls its main branch; only a clone knows it.
function mainBranchOf(branches: readonly { ref: string; oid: Oid }[]): Oid | undefined {
  const named = ['HEAD', 'main', 'develop', 'master'].map(name =>
    branches.find(one => one.ref === `refs/heads/${name}`),
  )
  return named.find(branch => branch !== undefined)?.oid
}

type Loaded =
  | {
      readonly config: Config
      readonly written: boolean
      readonly isCode: boolean
      readonly findings: readonly Finding[]
    }
  | { readonly problem: Finding }

function inForce(pushed: Loaded | undefined, remote: Loaded | undefined): InForce {
  const theirs = remote !== undefined && 'config' in remote ? remote.config : undefined
  if (pushed !== undefined && 'problem' in pushed) {
    // What is protected is then what the remote's config says and what is protected by default: a broken config opens nothing.
    const known = joinConfigs(theirs, defaultConfig).config
    return { ...ruleSet(known), fixed: false, findings: [], problem: pushed.problem }
  }
  // A ref that is deleted brings no commit of its own: the remote's rules are all there is.
  const { config, findings } =
    pushed === undefined ? { config: theirs ?? defaultConfig, findings: [] } : joinConfigs(theirs, pushed.config)
  // The first config of all changes nobody's agreement.
  const isFirst = remote !== undefined && 'written' in remote && !remote.written
  const own = pushed === undefined ? [] : pushed.findings
  const unread = remote !== undefined && 'problem' in remote ? [unreadable(remote.problem)] : []
  const fixed = [pushed, remote].every(one => one === undefined || ('config' in one && !one.isCode))
  return { ...ruleSet(config), fixed, findings: [...own, ...unread, ...(isFirst ? [] : findings)] }
}

// No error: the push that mends a broken config must get through.
function unreadable({ what }: Finding): Finding {
  return {
    rule: 'config-unreadable',
    severity: 'warning',
    what: `The config that the remote has now could not be read: ${what}`,
    why: 'Only the config of the pushed commit counts for this push; nobody can tell whether it takes a gate away.',
    instead: 'Look at what this push changes in the config.',
  }
}

function ruleSet(
  config: Config,
): Pick<InForce, 'protections' | 'tags' | 'uses' | 'packages' | 'checkout' | 'postMerge' | 'trust' | 'slow'> {
  const { mode, link, prepare, timeout } = config.checkout
  return {
    protections: config.protect,
    tags: config.tags,
    uses: gateUses(config),
    ...packagesOf(config),
    postMerge: config.postMerge,
    trust: config.trust,
    slow: config.slow,
    checkout: { mode, link, prepare, prepareTimeoutMs: timeout },
  }
}

function packagesOf(config: Config): Pick<InForce, 'packages'> {
  const { packages, packagesBefore } = config
  if (packages.entries.length === 0 && packagesBefore === undefined) return {}
  const before = packagesBefore && packageRules(packagesBefore)
  return { packages: { now: packageRules(config), ...(before === undefined ? {} : { before }) } }
}

async function configOf(world: World, git: Git, commit: Oid): Promise<Loaded> {
  const held: Checkout[] = []
  try {
    const loaded = await loadConfigAt(world, git, commit, async () => {
      await acceptPrograms(world, git, commit)
      held.push(await checkoutFor(world, git, commit))
      return held[0]!.folder
    })
    const { config, found, findings } = loaded
    return { config, written: found !== undefined, isCode: found?.format === 'code', findings }
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof CannotTell)) throw error
    return {
      problem: {
        rule: 'config',
        severity: 'error',
        what: error.message,
        why: 'With a config that cannot be read nobody can tell what protects this branch, so nothing is let through to it.',
        instead: error.instead,
      },
    }
  } finally {
    // Not before the config was read: another push may check out another commit there.
    for (const checkout of held) await checkout.release()
  }
}

// A config written as code may import what is installed; it is run from a folder that holds exactly its commit.
function checkoutFor(world: World, git: Git, commit: Oid): Promise<Checkout> {
  return world.checkout(git, commit, {
    mode: 'auto',
    link: ['node_modules'],
    prepareTimeoutMs: 0,
    signal: world.signal,
    progress: () => {},
  })
}

/** Each remote with every URL it has, of fetching and of pushing. */
async function remoteUrls(git: Git): Promise<readonly Remote[]> {
  const listed = (await git.answer(['remote', '-v'])) ?? ''
  return listed.split('\n').flatMap(line => {
    const [, name, url] = /^([^\t]+)\t(.+) \((?:fetch|push)\)/.exec(line) ?? []
    return name === undefined || url === undefined ? [] : [{ name, url }]
  })
}

function remembered<Result>(read: (key: string) => Promise<Result>): (key: string) => Promise<Result> {
  const kept = new Map<string, Promise<Result>>()
  return key => {
    const found = kept.get(key) ?? read(key)
    kept.set(key, found)
    return found
  }
}
