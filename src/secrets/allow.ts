import { globMatcher } from '../core/glob.ts'
import type { Oid } from '../core/push.ts'

/** A finding that the config accepts, with the reason. */
export interface AllowEntry {
  /** The file, or a glob of files. */
  readonly path: string
  /** Only findings of this rule. */
  readonly rule?: string | undefined
  /** Only this value, by its one-way fingerprint. */
  readonly fingerprint?: string | undefined
  /** Only this content of the file. */
  readonly oid?: string | undefined
  readonly reason: string
}

/** What a team says about secrets in its repository. */
export interface SecretsPolicy {
  readonly allow: readonly AllowEntry[]
  /** Globs of names that must not be committed; one without a slash counts in every folder. */
  readonly denyNames: readonly string[]
  /** Globs of names that may be committed although they are denied. */
  readonly allowNames: readonly string[]
}

interface Asked {
  readonly path: string
  readonly rule: string
  readonly oids: readonly Oid[]
  /** Absent when the file as a whole is meant. */
  readonly fingerprint?: string
}

export interface AllowList {
  allows(asked: Asked): boolean
  /** Whether any entry is about this path: else nobody needs to pay for a fingerprint. */
  concerns(path: string): boolean
  /** Entries that allowed nothing and never can again: their file is gone, or was looked at and no longer holds what they allow. */
  unused(seen: { exists(path: string): boolean; looked: ReadonlySet<string> }): readonly AllowEntry[]
}

export function allowList(entries: readonly AllowEntry[]): AllowList {
  const rules = entries.map(entry => ({ entry, glob: globMatcher([entry.path]), used: false }))
  const isHere = ({ entry, glob }: (typeof rules)[number], path: string) => entry.path === path || glob(path)
  return {
    allows(asked) {
      const matching = rules.filter(
        rule =>
          isHere(rule, asked.path) && (rule.entry.rule ?? asked.rule) === asked.rule && isBound(rule.entry, asked),
      )
      for (const rule of matching) rule.used = true
      return matching.length > 0
    },
    concerns: path => rules.some(rule => isHere(rule, path)),
    unused({ exists, looked }) {
      return rules
        .filter(({ entry, used }) => !used && (looked.has(entry.path) || isGone(entry, exists)))
        .map(({ entry }) => entry)
    },
  }
}

function isBound(entry: AllowEntry, asked: Asked): boolean {
  if (entry.fingerprint !== undefined && entry.fingerprint !== asked.fingerprint) return false
  return entry.oid === undefined || asked.oids.includes(entry.oid)
}

// What a glob matches may come and go; only an exact path can be gone for good.
function isGone({ path }: AllowEntry, exists: (path: string) => boolean): boolean {
  return !/[*?{}[\]!]/.test(path) && !exists(path)
}
