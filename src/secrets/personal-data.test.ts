import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exampleText } from './example-text.ts'
import { fileRuleFor, fileRules } from './file-names.ts'

function rule(path: string, text: string): string | undefined {
  return fileRuleFor(path, { kind: 'text', text })?.id
}

const people = (host: string, count = 25) =>
  Array.from({ length: count }, (_, i) => `${i},Person ${i},person${i}@${host},2026-01-0${(i % 9) + 1}`).join('\n')

test('a list of customers is people’s data under any name for data', () => {
  for (const path of ['export.csv', 'storage/app/users.json', 'contacts.ldif', 'mailing.txt'])
    expect(rule(path, people('mail-provider.io')), path).toBe('people-list')
})

test.each([
  ['made-up addresses', 'users.csv', people('example.com')],
  ['a few people', 'users.csv', people('mail-provider.io', 15)],
  ['the authors of the code', 'AUTHORS.txt', people('mail-provider.io')],
  ['code of others', 'vendor/composer/installed.json', people('mail-provider.io')],
  ['code', 'src/people.ts', people('mail-provider.io')],
  [
    'a long text with some addresses in it',
    'book.txt',
    people('mail-provider.io').replaceAll('\n', ` ${'word '.repeat(400)}\n`),
  ],
  ['names of images', 'icons.json', Array.from({ length: 50 }, (_, i) => `"icon${i}@2x.png"`).join(',\n')],
])('%s are not', (_, path, text) => {
  expect(rule(path, text)).toBeUndefined()
})

test('three password hashes in a table are people’s data', () => {
  const hash = (seed: number) => exampleText('{dollar:1}2y{dollar:1}10{dollar:1}{word:53}', seed)
  expect(rule('users.csv', [1, 2, 3].map(seed => `user${seed},${hash(seed)}`).join('\n'))).toBe('people-list')
  expect(rule('users.csv', [1, 1, 1].map(seed => `user${seed},${hash(seed)}`).join('\n'))).toBeUndefined()
})

test('sessions of PHP and of Laravel are told from code that handles sessions', () => {
  const id = exampleText('{lower:26}')
  expect(rule(`var/sess_${id}`, 'user_id|i:42;_token|s:4:"abcd";')).toBe('session-file')
  expect(
    rule(`storage/framework/sessions/${id}`, exampleText('a:3:{s:6:"_token";s:40:"{word:40}";s:3:"url";a:0:{}}')),
  ).toBe('session-file')
  expect(rule('app/sess_handler.php', '<?php class Handler {}')).toBeUndefined()
  expect(rule('app/sessions/index.ts', 'export const sessions = []')).toBeUndefined()
  expect(rule('storage/framework/sessions/.gitignore', '*\n!.gitignore\n')).toBeUndefined()
})

test('a cookie jar is told from code that handles cookies, and from an empty one', () => {
  const line = exampleText('#HttpOnly_acme.io\tFALSE\t/\tTRUE\t1890000000\tlaravel_session\t{word:40}\n')
  expect(rule('cookies.txt', `# Netscape HTTP Cookie File\n\n${line}`)).toBe('cookie-jar')
  expect(rule('cookies.txt', '# Netscape HTTP Cookie File\n\n')).toBeUndefined()
  const exported = {
    domain: 'acme.io',
    httpOnly: true,
    sameSite: 'lax',
    name: 'session',
    value: exampleText('{word:40}'),
  }
  expect(rule('cookies.json', JSON.stringify([exported]))).toBe('cookie-jar')
  expect(rule('cookies.ts', 'export const cookies = { httpOnly: true }')).toBeUndefined()
  const recording = { log: { entries: [{ request: { headers: [{ name: 'Cookie', value: 'a=b' }] } }] } }
  expect(rule('shop.har', JSON.stringify(recording).replace('"Cookie"', '"cookie"'))).toBe('cookie-jar')
})

test('what is people’s data can be acknowledged; what opens a door cannot', () => {
  const personal = fileRules.filter(rule => rule.personal === true).map(({ id }) => id)
  expect(personal).toEqual(['database-file', 'database-dump', 'session-file', 'cookie-jar', 'people-list'])
})

test('texts made to be hard are judged in time', () => {
  const pieces = [
    '@',
    'a@',
    '@a.',
    'a@b.c ',
    'a.b.c.',
    '$2y$10$',
    '$argon2id$v=1$',
    'a|s:4:',
    'x\tTRUE\t',
    '"httpOnly":',
    'INSERT INTO a ',
    '\n',
  ]
  const paths = ['a.csv', 'a.sql', 'sess_1', 'sessions/a', 'cookies.txt', 'a.har', 'a.json']
  for (const piece of pieces) for (const path of paths) rule(path, piece.repeat(500_000 / piece.length))
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 60 }), fc.constantFrom(...paths), (parts, path) => {
      rule(path, parts.join(''))
    }),
  )
}, 20_000)
