import type { Finding } from '../../core/finding.ts'
import type { AllowEntry } from '../../secrets/allow.ts'

/** Told, so that nobody keeps an entry that may one day let a real secret through. */
export function unusedFinding(entry: AllowEntry): Finding {
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
