/**
 * Makes text from outside (a path, a commit message, a program's output) safe to show: control characters, escape sequences,
 * bidirectional overrides, lone surrogates and characters of no width become visible escapes, so that nothing can move the cursor, hide a word or
 * look like another name. Joiners stay: names in Persian or of families in emoji need them.
 * Newlines stay when `lines` is set; a tab becomes a space.
 */
export function printable(text: string, { lines = false } = {}): string {
  return text
    .toWellFormed()
    .replaceAll('\t', ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, char =>
      lines && char === '\n' ? char : `\\x${char.codePointAt(0)!.toString(16).padStart(2, '0')}`,
    )
}
