import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exampleText } from './example-text.ts'
import { fileKind } from './file-kind.ts'
import { inspect } from './inspect.ts'
import { fingerprintOf } from './mask.ts'
import { secretRules } from './rules/all.ts'
import { scanText } from './scan.ts'

const bad = secretRules.flatMap(rule =>
  rule.examples.flatMap(({ bad, file = 'app.c' }) => (bad === undefined ? [] : [{ bad, file }])),
)
const paths = fc.constantFrom(
  'a.txt',
  '.env',
  'config/app.yaml',
  'wp-config.php',
  'dump.sql',
  'server.pem',
  'auth.json',
  '"\\351.env"',
)

test('any bytes are looked at without a fault', async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.string({ unit: 'binary', maxLength: 400 }).map(text => Buffer.from(text)),
    fc.string({ maxLength: 200 }).map(text => Buffer.from(text, 'utf16le')),
  )
  await fc.assert(
    fc.asyncProperty(bytes, paths, async (content, path) => {
      expect((await inspect({ bytes: content }, [path])).has(path)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('no part of a secret is in what is told of it, beyond its public prefix', async () => {
  const made = fc.record({
    example: fc.constantFrom(...bad),
    seed: fc.integer({ min: 1, max: 1e6 }),
    before: fc.string(),
    after: fc.string(),
  })
  await fc.assert(
    fc.asyncProperty(made, async ({ example, seed, before, after }) => {
      const filled = exampleText(example.bad, seed)
      const hits = await scanText(`${before}\n${filled}\n${after}`, fileKind(example.file))
      for (const hit of hits) {
        const told = JSON.stringify({ ...hit, identity: await fingerprintOf(hit.identity) })
        // What was made up for the example is what must stay secret.
        for (const secret of filled.match(/[A-Za-z0-9+/]{12,}/g) ?? [])
          if (!example.bad.includes(secret) && !/^[rs]k_|^eyJ/.test(secret))
            expect(told).not.toContain(secret.slice(-9))
      }
    }),
    { numRuns: 300 },
  )
})

test('the place is counted in characters, whatever stands before', async () => {
  const token = exampleText('AKIA{upper:16}', 5)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('é', '🔑', ' ', 'a', '\n', '\r\n', '\t', '漢')), async parts => {
      const before = `${parts.join('')} `
      const [hit] = await scanText(before + token, fileKind('a.txt'))
      const lines = before.split('\n')
      expect(hit).toMatchObject({ line: lines.length, column: [...lines.at(-1)!].length + 1 })
    }),
    { numRuns: 300 },
  )
})

test('a secret is found once wherever it lies across the windows of a long text', async () => {
  const token = exampleText('ghp_{word:36}', 3)
  const pem = exampleText('-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE{base64:56}\n{base64:64}\n', 3)
  const edges = [0, 1_015_700, 1_015_808, 1_016_830, 1_048_540, 2_030_000]
  for (const at of edges) {
    const filler = 'x = 1; '.repeat(320_000)
    const text = `${filler.slice(0, at)} ${token}\n${filler.slice(at, at + 20)}\n${pem}${filler.slice(at + 20)}`
    const hits = await scanText(text, fileKind('a.txt'))
    expect(
      hits.map(({ rule, line }) => [rule, line]),
      `at ${at}`,
    ).toEqual([
      ['github-token', 1],
      ['private-key', 3],
    ])
  }
})

// A rule that tries again at every place, or a list that is searched for every finding, takes minutes for these instead of seconds.
test('texts made to be hard are read in time', async () => {
  const hostile =
    `a|://|://a:|https://a:b@|SG.|key=|password="|password="a|Host=a;|Host=a;Password=|-----BEGIN |-----BEGIN RSA |eyJ|curl -u |s:1:"|
    s:8:"password";|define('A', '|xoxb-1-|glpat-|ghp_|-us1|aws_|Bearer |Basic a|token=>|AA=b |x@y.z |INSERT INTO a |"d":"|base64:|APP_KEY=|secret_key`
      .split(/\|\s*/)
      .concat('\n\t ', 'A=\n')
  for (const piece of hostile) {
    const text = piece.repeat(250_000 / piece.length)
    await scanText(text, fileKind('config/app.php'))
    await inspect({ bytes: Buffer.from(text) }, ['.env', 'a.sql'])
  }
})
