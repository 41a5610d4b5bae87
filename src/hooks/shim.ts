import type { Protection } from '../core/protection.ts'
import type { Oid, Remote } from '../core/push.ts'
import { casePattern, fullRefPattern, shQuote } from './case-pattern.ts'
import { isOtherRepository } from './remotes.ts'

/** The hooks of every install. */
export const hookEvents = ['pre-push', 'post-merge', 'post-rewrite'] as const
/** Those and the ones that are asked for by name. */
export const allEvents = [...hookEvents, 'pre-commit'] as const
export type HookEvent = (typeof allEvents)[number]

/** Where git is told of our hooks: by files in its hooks folder, or by `hook.<name>.command` in the config of the clone. */
export type Mode = 'folder' | 'config'

/** Who starts a shim: git from its hooks folder, git 2.54 or newer from its config, or another tool or a line in a shared hook file. */
export type Starter = 'git' | 'git-config' | 'manager'

/** The name under which git's config knows a hook of ours. git-config(1), hook.<friendly-name>. */
export function configName(event: HookEvent): string {
  return `ship-guard-${event}`
}

/** What a hook is compiled from: the texts in the package's `hooks/`. */
export type HookSources = Readonly<Record<HookEvent | 'find-node.sh', string>>

/** What the shim must know to let an unprotected ref through alone. */
export interface ShimRules {
  /** Everything that any of the known configs protects; tags too, as `refs/tags/…`. */
  readonly protections: readonly Protection[]
  /** The blobs of the configs that `protections` comes from; empty when there is no config file. `unknown`: Node looks at every push. */
  readonly configBlobs: readonly Oid[] | 'unknown'
  /** What a commit without any config protects: the defaults. */
  readonly protectionsWithoutConfig: readonly Protection[]
  /** The config file at the top of the work tree, where there is one. */
  readonly config?: { readonly name: string; readonly text: string }
  /** Where a config may be. */
  readonly configNames: readonly string[]
}

/** What is known of this machine at the time of the install. */
export interface ShimPlace {
  readonly version: string
  /** Absolute path of the node that runs the install. */
  readonly node: string
  /** Absolute path of the package. */
  readonly package: string
  /** Every URL that a configured remote pushes to. */
  readonly remotes: readonly Remote[]
  /** Default: git, from its hooks folder. */
  readonly startedBy?: Starter
  /** Whether git's config starts a shim too, so that any other start of one is left to it where git really does that. */
  readonly inConfig?: boolean
}

/**
 * The hook as git runs it: the template with what is known put in. Text with LF, to be written with mode 0755.
 * The search for Node is copied in, so that the unprotected way opens no second file.
 */
export function compileShim(event: HookEvent, sources: HookSources, rules: ShimRules, place: ShimPlace): string {
  const facts = event === 'pre-push' ? prePushFacts(rules, place) : placeFacts(place)
  const search = sources['find-node.sh'].replace(/^#.*\n/, '')
  const compiled = `#@compiled ${event}, ship-guard ${place.version}. Written by \`ship-guard install\`, which also renews it; do not edit.\n${facts}#@end\n`
  return sources[event]
    .replace(/^#@compiled[\s\S]*?^#@end\n/m, () => compiled)
    .replace(/^\. "\$hooks\/find-node\.sh"\n/m, () => search)
}

/** Whether a hook file is one of ours, in whatever version. */
export function isOurs(text: string): boolean {
  return /^# ship-guard hook: /m.test(text.slice(0, 500))
}

function placeFacts(place: ShimPlace): string {
  const { startedBy = 'git', inConfig = false } = place
  const also = inConfig && startedBy !== 'git-config' ? 1 : ''
  const alone = startedBy === 'git' ? 1 : ''
  return `recorded_node=${shQuote(place.node)} recorded_package=${shQuote(place.package)} in_config='${also}' in_folder='${alone}'\n`
}

function prePushFacts(rules: ShimRules, place: ShimPlace): string {
  const known = rules.configBlobs === 'unknown' ? '?' : rules.configBlobs.join(' ')
  const { name = '', text = '' } = rules.config ?? {}
  const others = rules.configNames.filter(other => other !== name && other !== 'package.json')
  return [
    `known=${shQuote(known)} config=${shQuote(name)}`,
    `others=${shQuote(others.join(' '))}`,
    `text=${shQuote(isShort(text) ? withNewline(text) : '')}`,
    placeFacts(place).trimEnd(),
    `is_protected() {\n${protectedCases(rules.protections, place.remotes)}  return 1\n}`,
    `is_protected_without_config() {\n${protectedCases(rules.protectionsWithoutConfig, place.remotes)}  return 1\n}\n`,
  ].join('\n')
}

// Reading costs the shell a system call a byte: 1 KiB is half a millisecond. What sh could not hold or compare faithfully is left out as well.
function isShort(text: string): boolean {
  return text.length <= 1024 && Buffer.byteLength(text) <= 1024 && !/[^\n\t\u0020-\u007e\u00a0-\ufffc]/.test(text)
}

function withNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}

function protectedCases(protections: readonly Protection[], remotes: readonly Remote[]): string {
  const everywhere = protections.filter(protection => protection.remotes === undefined).flatMap(casesOf)
  const limited = protections
    .filter(protection => protection.remotes !== undefined)
    .map(protection => ({ cases: casesOf(protection), others: othersThan(protection, remotes) }))
  return [
    ...(everywhere.length === 0 ? [] : [`  case $1 in ${unique(everywhere)}) return 0 ;; esac\n`]),
    ...limited
      .filter(({ cases }) => cases.length > 0)
      .map(({ cases, others }) =>
        others.length === 0
          ? `  case $1 in ${unique(cases)}) return 0 ;; esac\n`
          : `  case $1 in ${unique(cases)}) case "$remote $url" in ${unique(others)}) ;; *) return 0 ;; esac ;; esac\n`,
      ),
  ].join('')
}

function unique(patterns: readonly string[]): string {
  return [...new Set(patterns)].join(' | ')
}

/** Patterns for `case`; what a later `!glob` takes away is Node's to know. */
export function casesOf(protection: Pick<Protection, 'refs'>): readonly string[] {
  return protection.refs.filter(ref => !ref.startsWith('!')).map(ref => casePattern(fullRefPattern(ref)))
}

function othersThan(protection: Protection, remotes: readonly Remote[]): readonly string[] {
  return remotes
    .filter(remote => isOtherRepository(remote, protection.remotes ?? [], remotes))
    .map(remote => shQuote(`${remote.name} ${remote.url}`))
}
