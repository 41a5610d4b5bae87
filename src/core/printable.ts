/**
 * Makes text from outside (a path, a commit message, a program's output) safe to show: control characters, escape sequences,
 * bidirectional overrides and lone surrogates become visible escapes, so that nothing can move the cursor or hide a word.
 * Newlines stay when `lines` is set; a tab becomes a space.
 */
export function printable(text: string, { lines = false } = {}): string {
  return text
    .toWellFormed()
    .replaceAll('\t', ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, char =>
      lines && char === '\n' ? char : `\\x${char.codePointAt(0)!.toString(16).padStart(2, '0')}`,
    )
}
