import { bytesText } from '../core/amount.ts'
import type { HeldSecret, Hold } from '../core/difference.ts'
import { shownPath } from '../core/path-bytes.ts'
import { printable } from '../core/printable.ts'

/** A hold in words. All of it is safe to show. */
export interface Reason {
  readonly because: string
  /** One line for each thing found inside. */
  readonly details: readonly string[]
  /** What a person can do. */
  readonly instead: string
}

export function reasonOf(hold: Hold): Reason {
  const { because, instead, details = [] } = words(hold)
  return { because: printable(because), details: details.map(line => printable(line)), instead }
}

// Rules whose files never belong in a repository, so that no way in is offered.
const keepers = new Set(['env-files', 'private-keys', 'credentials', 'application-config', 'sessions', 'submodule'])

const lift = 'or lift the hold in the review, with a reason'

function words(hold: Hold): Omit<Reason, 'details'> & { details?: readonly string[] } {
  switch (hold.kind) {
    case 'secret':
      return {
        because: 'A secret in the history of a repository can be read by everybody who has it, for ever.',
        details: hold.found.map(foundText),
        instead: `Take it out on the server and capture again, ${lift}.`,
      }
    case 'personal-data':
      return {
        because: 'Data about people does not belong in a repository: it can never be taken out of every copy.',
        details: hold.found.map(foundText),
        instead: `Leave it out with capture.exclude, ${lift}.`,
      }
    case 'still-changing':
      return {
        because: 'It changed between two looks: an upload or a write may be under way, and this may be half of it.',
        instead: `Capture again in a moment, ${lift}.`,
      }
    case 'unsure':
      return { because: `It is not there, but ${hold.because}`, instead: `Mend that and capture again, ${lift}.` }
    case 'too-big':
      return {
        because: `${bytesText(hold.size)} is more than one file may have (capture.limits.fileSize).`,
        instead: 'Raise the limit, keep it with git LFS, or leave it out with capture.exclude.',
      }
    case 'unreadable':
      return {
        because: `It could not be read there: ${hold.because}`,
        instead: 'Let the user who captures read it, or leave it out with capture.exclude.',
      }
    case 'link':
      return {
        because: `A link${hold.target === undefined ? '' : ` to ${hold.target}`}. Links are never followed: they may lead anywhere on the server.`,
        instead: 'Name the folder that it leads to as a root of its own, or leave it out with capture.exclude.',
      }
    case 'special':
      return {
        because: 'A device, a pipe or a socket: git keeps none of them.',
        instead: 'Leave it out with capture.exclude.',
      }
    case 'denied':
      return {
        because: `${hold.why} (rule ${hold.rule})`,
        instead: keepers.has(hold.rule)
          ? 'Nothing to do: it belongs there.'
          : 'Nothing to do. If it belongs in the repository all the same, name it in capture.include.',
      }
    case 'collision':
      return {
        because: `On macOS and Windows it is the same file as ${shownPath(hold.with)}; a checkout there would lose one of them.`,
        instead: 'Rename one of the two on the server and capture again.',
      }
    case 'unsafe-name':
      return { because: hold.because, instead: 'Rename it on the server and capture again.' }
    case 'filter':
      return {
        because: `.gitattributes asks for the filter ${hold.name}, which is not set up here; without it the wrong bytes would be committed.`,
        instead: hold.name === 'lfs' ? 'git lfs install, and capture again.' : 'Set the filter up and capture again.',
      }
  }
}

/** `line 3: AWS access key (AKIA…, 20 characters) in AWS_KEY`. */
export function foundText({ line, title, masked, name }: HeldSecret): string {
  const where = line === undefined ? '' : `line ${line}: `
  const shown = masked === undefined ? '' : ` (${masked})`
  return `${where}${title}${shown}${name === undefined ? '' : ` in ${name}`}`
}
