import { expect, test } from 'vitest'
import { exampleText } from './example-text.ts'
import { fileKind } from './file-kind.ts'
import { matchesOf } from './match.ts'
import { secretRules } from './rules/all.ts'
import { entropy, isEveryday, isPlaceholder, isWordy, looksChosen, looksRandom } from './value.ts'

test('entropy counts bits a character', () => {
  expect(entropy('aaaaaaaa')).toBe(0)
  expect(entropy('abababab')).toBe(1)
  expect(entropy('abcdefgh')).toBe(3)
})

test.each([
  'AKIAIOSFODNN7EXAMPLE',
  'xxxxxxxxxxxxxxxx',
  'your-api-key-goes-here',
  '<token>',
  '{{ token }}',
  '%DB_PASSWORD%',
  '$DB_PASSWORD',
  '********',
  'sk-0123456789abcdef',
  'changeme',
])('%s stands for another value', value => {
  expect(isPlaceholder(value)).toBe(true)
})

test.each(['password', 'secret123', 'my-secret', 'test_password', '12345', 'Passw0rd', 'null', 'aaaa'])(
  '%s is a word that everybody uses',
  value => {
    expect(isEveryday(value)).toBe(true)
  },
)

test.each([
  'getUserTokenFromRequest',
  'users_password_reset_2024',
  'com.acme.app.TokenStore',
  'aaaaaaaaaaaaaaaaaaaa',
  'https://acme.io/token',
])('%s was named by a person', value => {
  expect(looksRandom(value)).toBe(false)
})

test.each(['Palavra-passe', 'API-nøkkel', 'SomeRandomStringOf32CharsExactly', 'My-Secret-Name2'])(
  '%s is words',
  value => {
    expect(isWordy(value)).toBe(true)
    expect(looksChosen(value)).toBe(false)
  },
)

test.each(['{hex:32}', '{word:24}', '{base64:40}', '{lower:32}'])(
  'of a thousand %s nearly all look random',
  alphabet => {
    let random = 0
    for (let seed = 1; seed <= 1_000; seed++) if (looksRandom(exampleText(alphabet, seed))) random++
    expect(random).toBeGreaterThan(960)
  },
)

// What a token looks like is certain; only the names beside values are a matter of likelihood.
const shapes = secretRules.filter(rule => rule.likely !== true)

test.each(shapes)('of 300 made-up tokens $id misses none', rule => {
  for (const { bad, file = 'src/app.c' } of rule.examples)
    for (let seed = 1; bad !== undefined && seed <= 300; seed++) {
      const text = exampleText(bad, seed)
      expect([...matchesOf(rule, text, fileKind(file))], text).not.toEqual([])
    }
})
