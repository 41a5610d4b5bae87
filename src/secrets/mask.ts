import { createHash, scrypt } from 'node:crypto'

/** What may be shown of a secret: its public prefix where it has one, and how long it is. */
export function masked(value: string, shows: RegExp | undefined, length: number): string {
  const prefix = shows?.exec(value)?.[0] ?? ''
  const count = `${length} character${length === 1 ? '' : 's'}`
  return prefix === '' ? count : `${prefix}…, ${count}`
}

/** Tells equal secrets apart from different ones within one run. Never shown or stored: a short password could be guessed from it. */
export function identityOf(value: string): string {
  return createHash('sha256').update(value).digest('base64url')
}

// RFC 7914: N=2^11, r=8 takes about 5 ms and 2 MiB a guess. The fingerprint stands in a config and in CI logs for years, so trying words of a
// dictionary against it must cost something. The salt is the same everywhere, because the same value must give the same line in every clone.
const cost = { N: 2 ** 11, r: 8, p: 1 }

/** What a config may say to allow exactly this value: one-way, and slow to guess. 16 hexadecimal digits. */
export function fingerprintOf(identity: string): Promise<string> {
  return new Promise((done, fail) => {
    scrypt(identity, 'ship-guard/secrets/1', 8, cost, (error, key) =>
      error === null ? done(key.toString('hex')) : fail(error),
    )
  })
}
