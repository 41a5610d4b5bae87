/** A commit message by https://www.conventionalcommits.org/en/v1.0.0/, as far as tools that write changelogs read it. */
export type CommitMessage =
  | {
      readonly kind: 'conventional'
      readonly type: string
      readonly scope?: string
      readonly breaking: boolean
      readonly subject: string
    }
  /** Written by git or by a release tool: it asks for nothing. */
  | { readonly kind: 'merge' | 'revert' | 'release' }
  /** `fixup!`, `squash!`, `amend!`: meant to become part of another commit. */
  | { readonly kind: 'unfinished' }
  /** `because`: in words that go on after "its first line". */
  | { readonly kind: 'free'; readonly because: string }

const header = /^(?<type>[\p{L}][\p{L}\p{N}_-]*)(?:\((?<scope>[^()]*)\))?(?<mark>!?):(?<rest>.*)$/u

/** Reads a message; never throws for what it holds. */
export function readCommitMessage(message: string): CommitMessage {
  const lines = message.replace(/^\uFEFF/, '').split(/\r\n?|\n/)
  const first = lines.find(line => line.trim() !== '')?.trimEnd() ?? ''
  if (/^(?:fixup|squash|amend)! /.test(first)) return { kind: 'unfinished' }
  if (/^Merge (?:branch|branches|tag|commit|remote-tracking|pull request|[\w-]+ into) ?/.test(first))
    return { kind: 'merge' }
  if (/^(?:Revert|Reapply) "/.test(first)) return { kind: 'revert' }
  if (/^(?:release:? |version:? )?v?\d+\.\d+(?:\.\d+)?[-+.\w]*$/i.test(first)) return { kind: 'release' }
  const { type, scope, mark, rest } = header.exec(first)?.groups ?? {}
  if (type === undefined || rest === undefined) return { kind: 'free', because: whyFree(first) }
  if (rest.trim() === '') return { kind: 'free', because: `says nothing behind "${type}:"` }
  if (!/^\s/.test(rest)) return { kind: 'free', because: 'has no space behind the colon' }
  return {
    kind: 'conventional',
    type: type.toLowerCase(),
    ...(scope === undefined ? {} : { scope }),
    breaking: mark === '!' || lines.some(line => /^BREAKING[ -]CHANGE: \S/.test(line)),
    subject: rest.trim(),
  }
}

function whyFree(first: string): string {
  if (first === '') return 'is empty'
  if (/^[\w-]+(?:\([^()]*\))?!? +:/.test(first)) return 'has a space before the colon'
  if (/^[\w-]+ +\([^()]*\)!?:/.test(first)) return 'has a space before the bracket'
  if (/^[\w-]+!\([^()]*\):/.test(first)) return 'has its ! before the bracket'
  return 'begins with no type of change'
}

/** The line of a message that looks like a breaking change and is not read as one; counted from 1. */
export function unreadBreaking(message: string): number | undefined {
  const lines = message.split(/\r\n?|\n/)
  const at = lines.findIndex(
    (line, index) =>
      index > 0 && /^[\s*#-]*breaking[ -]changes?\b\s*:/i.test(line) && !/^BREAKING[ -]CHANGE: /.test(line),
  )
  return at < 0 ? undefined : at + 1
}
