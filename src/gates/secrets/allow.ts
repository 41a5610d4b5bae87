import type { Finding } from '../../core/finding.ts'
import { globMatcher } from '../../core/glob.ts'
import type { Oid } from '../../core/push.ts'
import type { AllowEntry } from './options.ts'

interface Asked {
  readonly path: string
  readonly rule: string
  readonly oids: readonly Oid[]
  /** Absent when the file as a whole is meant. */
  readonly fingerprint?: string
}

export interface AllowList {
  allows(asked: Asked): boolean
  /** Entries that can never match again: their file is gone, or was looked at and no longer holds what they allow. */
  unused(seen: { exists(path: string): boolean; looked: ReadonlySet<string> }): readonly Finding[]
}

export function allowList(entries: readonly AllowEntry[]): AllowList {
  const rules = entries.map(entry => ({ entry, glob: globMatcher([entry.path]), used: false }))
  return {
    allows(asked) {
      const matching = rules.filter(({ entry, glob }) => {
        const here = entry.path === asked.path || glob(asked.path)
        return here && (entry.rule ?? asked.rule) === asked.rule && isBound(entry, asked)
      })
      for (const rule of matching) rule.used = true
      return matching.length > 0
    },
    unused({ exists, looked }) {
      return rules
        .filter(({ entry, used }) => !used && (looked.has(entry.path) || isGone(entry, exists)))
        .map(({ entry }) => unusedFinding(entry))
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

function unusedFinding(entry: AllowEntry): Finding {
  return {
    rule: 'unused-allow',
    severity: 'info',
    what: `The config allows ${entry.rule ?? 'a secret'} in ${entry.path}, but there is nothing to allow.`,
    why: 'An entry that is not needed may one day let a real secret through.',
    instead: `Remove the entry with the reason ${JSON.stringify(entry.reason)} from gates.secrets.allow.`,
  }
}

/** The lines to add to the config, ready to copy: everything but the reason. */
export function allowLines(entry: Omit<AllowEntry, 'reason'>): string {
  const lines = [
    `- path: ${yamlText(entry.path)}`,
    ...(entry.rule === undefined ? [] : [`  rule: ${entry.rule}`]),
    // Quoted: a fingerprint of digits, or one such as 12e4567890123456, would be read as a number.
    ...(entry.fingerprint === undefined ? [] : [`  fingerprint: '${entry.fingerprint}'`]),
    ...(entry.oid === undefined ? [] : [`  oid: '${entry.oid}'`]),
    '  reason: <why this is no secret>',
  ]
  return ['gates:', '  secrets:', '    allow:', ...lines.map(line => `      ${line}`)].join('\n')
}

function yamlText(text: string): string {
  return /^[A-Za-z0-9_./][\w./ -]*$/.test(text) && !/ $|^(?:true|false|null|yes|no|on|off|[\d.]+)$/i.test(text)
    ? text
    : JSON.stringify(text)
}
