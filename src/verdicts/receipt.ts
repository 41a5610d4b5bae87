// A receipt says in one small file that everything about one push was judged and passed, so that the same push (again after a lost connection,
// to a second push URL, with an amended message) is let through without loading a config or a gate. Only Node's own modules here: the hook
// reads receipts before anything else is loaded.
import { createHash } from 'node:crypto'

export interface ReceiptFacts {
  readonly version: string
  readonly remote: string
  readonly ref: string
  /** What the remote has now. */
  readonly base: string
  /** The trees of every pushed commit, newest first: the first is the pushed tree. Messages do not count. */
  readonly trees: readonly string[]
}

export interface Receipt {
  /** One line for the person who pushes. */
  readonly says: string
  /** ISO 8601; absent when only the commit counts. */
  readonly until?: string
  /** Programs that the gates ran: with another size or time they may judge otherwise. `size` -1: was not there. */
  readonly tools: readonly { readonly path: string; readonly size: number; readonly mtimeMs: number }[]
}

/** The file name of a receipt, inside `<git-common-dir>/ship-guard/receipts/`. */
export function receiptName(facts: ReceiptFacts): string {
  return `${sha256(JSON.stringify([facts.version, facts.remote, facts.ref, facts.base, facts.trees]))}.json`
}

/** The file's text; its first line is the hash of the rest, so that a damaged file is never taken for an answer. */
export function writeReceipt(receipt: Receipt): string {
  const body = JSON.stringify(receipt)
  return `${sha256(body)}\n${body}\n`
}

/** The receipt, when its text is whole, it is not too old, and its tools are as they were. */
export function readReceipt(
  text: string,
  now: Date,
  look: (path: string) => { size: number; mtimeMs: number } | undefined,
): Receipt | undefined {
  const [said, body] = text.split('\n', 2)
  if (said === undefined || body === undefined || sha256(body) !== said) return undefined
  const receipt = JSON.parse(body) as Receipt
  if (receipt.until !== undefined && new Date(receipt.until) <= now) return undefined
  const same = receipt.tools.every(tool => {
    const is = look(tool.path)
    return is === undefined ? tool.size === -1 : is.size === tool.size && is.mtimeMs === tool.mtimeMs
  })
  return same ? receipt : undefined
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
