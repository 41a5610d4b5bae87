import { expect, test } from 'vitest'
import { exampleText } from './example-text.ts'
import { fileRuleFor } from './file-names.ts'

function rule(path: string, text: string): string | undefined {
  return fileRuleFor(path, { kind: 'text', text })?.id
}

const setting = 'APP_NAME=shop\n'

test.each([
  '.env',
  'api/.env',
  '.env.production',
  '.env.local',
  '.env.staging',
  '.env.bak',
  '.env-old',
  '"caf\\351/.env"',
])('%s is an environment file', path => {
  expect(rule(path, setting)).toBe('env-file')
})

test.each([
  '.env.example',
  '.env.example.sail',
  '.env.dist',
  '.env.production.sample',
  '.env.testing',
  '.env.test',
  '.env.ci.mysql',
  '.env.encrypted',
  '.environment',
  'src/env.ts',
  '.envrc',
])('%s is not', path => {
  expect(rule(path, setting)).toBeUndefined()
})

test('an environment file with nothing in it, or with encrypted values only, is harmless', () => {
  expect(rule('.env', '')).toBeUndefined()
  expect(rule('.env', '# settings\nAPP_KEY=\nDB_PASSWORD=""\n')).toBeUndefined()
  expect(rule('.env', 'KEY="encrypted:BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3dAt+Z9HPMfLE"\n')).toBeUndefined()
  expect(rule('.env', 'KEY="encrypted:BDqDBibm4wsY"\nOTHER=plain\n')).toBe('env-file')
})

test('a certificate and a public key are no private key; Rails’ master.key is', () => {
  const pem = (label: string) => exampleText(`-----BEGIN ${label}-----\nMII{base64:61}\n-----END ${label}-----\n`)
  expect(rule('tls/server.pem', pem('CERTIFICATE'))).toBeUndefined()
  expect(rule('tls/server.pem', pem('RSA PRIVATE KEY') + pem('CERTIFICATE'))).toBe('private-key-file')
  expect(rule('id_rsa', pem('OPENSSH PRIVATE KEY'))).toBe('private-key-file')
  expect(rule('id_rsa.pub', 'ssh-ed25519 AAAA')).toBeUndefined()
  expect(rule('config/master.key', exampleText('{hex:32}'))).toBe('private-key-file')
  expect(rule('lang.key', 'title: Welcome\n')).toBeUndefined()
  expect(fileRuleFor('talk.key', { kind: 'archive' })).toBeUndefined()
  expect(fileRuleFor('server.key', { kind: 'binary' })?.id).toBe('private-key-file')
})

const hash = (seed: number) => exampleText('{dollar:1}2y{dollar:1}10{dollar:1}{word:53}', seed)

test('a dump is told from a migration, a schema and a seed by the rows in it', () => {
  const head = '-- MySQL dump 10.13  Distrib 8.0.36\n--\nCREATE TABLE `users` (`id` int);\n'
  expect(rule('backup.sql', `${head}INSERT INTO \`users\` VALUES (1,'a');\n`)).toBe('database-dump')
  expect(
    rule('schema/mysql-schema.sql', `${head}INSERT INTO \`migrations\` VALUES (1,'2014_10_12');\n`),
  ).toBeUndefined()
  expect(
    rule('structure.sql', '-- PostgreSQL database dump\nINSERT INTO "schema_migrations" (version) VALUES (1);\n'),
  ).toBeUndefined()
  expect(rule('x.dump', '--\n-- PostgreSQL database dump\n--\nCOPY public.users (id) FROM stdin;\n1\n\\.\n')).toBe(
    'database-dump',
  )
  expect(rule('x.sql', '-- PostgreSQL database dump\nCOPY public.users (id) FROM stdin;\n\\.\n')).toBeUndefined()
  expect(rule('migrations/2_seed.sql', "INSERT INTO roles VALUES (1, 'admin');\n")).toBeUndefined()
  expect(rule('users.sql', [1, 2, 3].map(seed => `INSERT INTO u VALUES ('${hash(seed)}');`).join('\n'))).toBe(
    'database-dump',
  )
  expect(
    rule('3_fix.sql', 'PRAGMA foreign_keys=off;\nBEGIN TRANSACTION;\nINSERT INTO a (b) SELECT b FROM old_a;\n'),
  ).toBeUndefined()
  const people = Array.from({ length: 25 }, (_, i) => `INSERT INTO p VALUES ('person${i}@mail-provider.io');`).join(
    '\n',
  )
  expect(rule('people.sql', people)).toBe('database-dump')
  expect(rule('people.sql', people.replaceAll('mail-provider.io', 'example.com'))).toBeUndefined()
  expect(fileRuleFor('dump.sql.gz', { kind: 'archive' })?.id).toBe('database-dump')
  expect(fileRuleFor('whatever.bin', { kind: 'dump' })?.id).toBe('database-dump')
})

test.each([
  ['.htpasswd', 'ada:$apr1$x\n', 'login-file'],
  ['.git-credentials', 'https://ada:x@acme.io\n', 'login-file'],
  ['.bash_history', 'mysql -psecret\n', 'shell-history'],
  ['infra/terraform.tfstate', '{"resources": [{"a": 1}]}', 'terraform-state'],
  ['infra/terraform.tfstate', '{"resources": []}', undefined],
  ['.htpasswd', '# nobody yet\n', undefined],
  ['certs/store.p12', 'x', 'key-store'],
  ['android/debug.keystore', 'x', undefined],
  ['var/app.sqlite', '', undefined],
])('%s with %j is %s', (path, text, id) => {
  expect(rule(path, text)).toBe(id)
})

test('what is too big to be read is judged by its name', () => {
  expect(fileRuleFor('backup.sql.gz', undefined)?.id).toBe('database-dump')
  expect(fileRuleFor('video.mp4', undefined)).toBeUndefined()
})
