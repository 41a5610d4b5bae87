/**
 * A glob as a pattern for `case` in POSIX sh. It matches at least what picomatch matches: `*` crosses folders in sh, and what sh cannot say
 * (groups, brackets, quantifiers) becomes `*`. A wider pattern costs a start of Node, a narrower one would let a protected ref through.
 */
export function casePattern(glob: string): string {
  // A bare `|` splits the whole expression, whatever stands before it; a control character is in no ref name.
  if (/[|\u0000-\u001f\u007f]/.test(glob)) return '*'
  let pattern = ''
  let literal = ''
  const flush = () => {
    if (literal !== '') pattern += shQuote(literal)
    literal = ''
  }
  for (let at = 0; at < glob.length; ) {
    const rest = glob.slice(at)
    // `a/**/b` is also `a/b`, and `a/**` is also `a`.
    const special = /^\/?\*\*+\/?|^[*?]+/.exec(rest)?.[0] ?? (plain.test(rest[0]!) ? undefined : rest)
    const group = /^\{[^{}()[\]\\"]*\}/.exec(rest)?.[0]
    const taken = group ?? special
    if (taken === undefined) {
      literal += rest[0]
      at += 1
      continue
    }
    flush()
    pattern += '*'
    at += taken.length
  }
  flush()
  return pattern.replace(/\*+/g, '*') || "''"
}

// Everything else may be a quantifier, a group, an escape or a quote to picomatch: from there on anything matches.
const plain = /[\p{L}\p{N}._/#%,:=<>&;~' -]/u

/** One word for POSIX sh, whatever it holds. */
export function shQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** A pattern of a protection as a full ref name: one without `refs/` means branches. */
export function fullRefPattern(pattern: string): string {
  return pattern.startsWith('refs/') ? pattern : `refs/heads/${pattern}`
}
