const alphabets: Readonly<Record<string, string>> = {
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  lower: 'abcdefghijklmnopqrstuvwxyz0123456789',
  hex: '0123456789abcdef',
  dollar: '$',
  digits: '0123456789',
  letters: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  word: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  bech32: 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L',
  base64: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
}

/**
 * Fills an example: `{upper:16}` becomes 16 characters of that alphabet, the same for the same example and seed; `{b64:text}` becomes
 * the base64url of the text, so that not even a token's header stands in our source, `{b64<…>}` does so with what is
 * filled in before; and `{dollar:1}{NAME}` is a reference to a variable.
 */
export function exampleText(example: string, seed = 1): string {
  let state = seed * 2654435761
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return example
    .replace(/\{b64:([^}]*\}?)\}/g, (_, text: string) => Buffer.from(text).toString('base64url'))
    .replace(/\{(\w+):(\d+)\}/g, (whole, name: string, count: string) => {
      const alphabet = alphabets[name]
      if (alphabet === undefined) return whole
      return Array.from({ length: Number(count) }, () => alphabet[Math.floor(next() * alphabet.length)]).join('')
    })
    .replace(/\{b64<([^>]*)>\}/g, (_, text: string) => Buffer.from(text).toString('base64url'))
}
