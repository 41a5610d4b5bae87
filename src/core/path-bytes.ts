/**
 * A path inside a repository exactly as the other side wrote it: one character a byte (latin1), separated by `/`, without a leading one. File names
 * of Unix are bytes (path_resolution(7)); decoding them would make two files one, or name a file that is not there. For people use `shownPath`.
 */
export type PathBytes = string & { readonly pathBytes: true }

export function pathBytes(bytes: Uint8Array): PathBytes {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1') as PathBytes
}

/** The path of a text: its UTF-8 bytes. */
export function pathOf(text: string): PathBytes {
  return Buffer.from(text, 'utf8').toString('latin1') as PathBytes
}

export function bytesOf(path: PathBytes): Uint8Array {
  return Buffer.from(path, 'latin1')
}

/** The order of git's trees and of every list here: by bytes. */
export function byPath(a: { readonly path: PathBytes }, b: { readonly path: PathBytes }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0
}

/** The path as text, for globs and messages; undefined when it is not UTF-8. */
export function textOf(path: PathBytes): string | undefined {
  const bytes = Buffer.from(path, 'latin1')
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined
}

/** The path as text whatever its bytes: what is not UTF-8 becomes U+FFFD. To match rules against, never to open a file by. */
export function lossyText(path: PathBytes): string {
  return Buffer.from(path, 'latin1').toString('utf8')
}

/** The path for people: UTF-8 where it is, `\xe9` for every other byte. Still to be passed through `printable`. */
export function shownPath(path: PathBytes): string {
  const whole = textOf(path)
  if (whole !== undefined) return whole
  return path.replace(/[\x80-\xff]+/g, run => {
    const text = textOf(run as PathBytes)
    return text ?? [...run].map(char => `\\x${char.charCodeAt(0).toString(16)}`).join('')
  })
}
