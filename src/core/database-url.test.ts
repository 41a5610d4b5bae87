import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressFrom, shownAddress } from './database-url.ts'
import { UsageError } from './errors.ts'

test.each([
  [
    'postgres://ada:secret@db.example:5433/shop',
    { kind: 'postgres', user: 'ada', password: 'secret', host: 'db.example', port: 5433, database: 'shop' },
  ],
  ['postgresql+psycopg2://ada@localhost/shop', { kind: 'postgres', user: 'ada', host: 'localhost', database: 'shop' }],
  [
    'jdbc:postgresql://db/shop?user=ada&password=a%26b',
    { kind: 'postgres', user: 'ada', password: 'a&b', host: 'db', database: 'shop' },
  ],
  ['postgres://ada@/shop?host=%2Fvar%2Frun', { kind: 'postgres', user: 'ada', host: '/var/run', database: 'shop' }],
  ['postgres://%2Fvar%2Frun/shop', { kind: 'postgres', host: '/var/run', database: 'shop' }],
  [
    'postgres://[::1]:5432/shop?sslmode=require',
    { kind: 'postgres', host: '::1', port: 5432, database: 'shop', tls: 'required' },
  ],
  [
    'mysql://root:p%40ss%3A@127.0.0.1/shop',
    { kind: 'mysql', user: 'root', password: 'p@ss:', host: '127.0.0.1', database: 'shop' },
  ],
  [
    'mariadb://root@localhost/shop?socket=/run/mysqld.sock',
    { kind: 'mysql', user: 'root', host: '/run/mysqld.sock', database: 'shop' },
  ],
  ['sqlite:db/app.sqlite3', { kind: 'sqlite', file: 'db/app.sqlite3' }],
  ['sqlite:///srv/app.sqlite3', { kind: 'sqlite', file: '/srv/app.sqlite3' }],
  ['sqlite:////srv/app.sqlite3', { kind: 'sqlite', file: '/srv/app.sqlite3' }],
  ['sqlite::memory:', { kind: 'sqlite', file: ':memory:' }],
  ['file:./dev.db?connection_limit=1', { kind: 'sqlite', file: './dev.db' }],
  ['db/app.sqlite3', { kind: 'sqlite', file: 'db/app.sqlite3' }],
])('reads %s', (text, address) => {
  expect(addressFrom(text)).toEqual(address)
})

describe('refuses, without showing it,', () => {
  test.each([
    ['nothing', ''],
    ['a server without a database', 'postgres://ada:hunter2@db'],
    ['another kind of server', 'mongodb://ada:hunter2@db/shop'],
    ['a port that is none', 'postgres://ada:hunter2@db:port/shop'],
    ['a slash in a password', 'postgres://ada:12/hunter2@db/shop'],
    ['a question mark in a password', 'postgres://ada:12?hunter2@db/shop'],
    ['a hash in a password', 'postgres://ada:12#hunter2@db/shop'],
    ['a percent sign in a password', 'postgres://ada:hunter2%@db/shop'],
    ['a control character', 'postgres://ada:hunter2%0a@db/shop'],
    ['a host that reads like an option', 'postgres://ada:hunter2@-oProxyCommand/shop'],
    ['several hosts', 'postgres://ada:hunter2@one,two/shop'],
  ])('%s', (_, text) => {
    expect(() => addressFrom(text)).toThrow(UsageError)
    expect(said(text)).not.toContain('hunter2')
  })
})

test('whatever is written comes back as an address or as a UsageError', () => {
  const near = fc.stringMatching(/^(?:postgres|mysql|sqlite|jdbc:mysql)?:?(?:\/\/)?[a-z0-9@:%/?#&=,.[\]-]{0,40}$/)
  fc.assert(
    fc.property(fc.oneof(fc.string(), near), text => {
      try {
        addressFrom(text)
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError)
      }
    }),
  )
})

test('every user, password, host and database that is written by the rules is read back', () => {
  const word = fc.string({ minLength: 1 }).filter(text => !/[\u0000-\u001f\u007f]/.test(text) && text.isWellFormed())
  const host = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/)
  fc.assert(
    fc.property(word, word, host, fc.integer({ min: 1, max: 65_535 }), word, (user, password, host, port, database) => {
      // A database may not be `.` or `..`: URLs resolve them.
      fc.pre(!/^\.{1,2}$/.test(database))
      const [u, p, d] = [user, password, database].map(encodeURIComponent)
      expect(addressFrom(`postgres://${u}:${p}@${host}:${port}/${d}`)).toEqual({
        kind: 'postgres',
        user,
        password,
        host,
        port,
        database,
      })
    }),
  )
})

test('no password is ever shown', () => {
  expect(shownAddress(addressFrom('postgres://ada:hunter2@db:5433/shop'))).toBe('postgres://ada@db:5433/shop')
})

function said(text: string): string {
  try {
    addressFrom(text)
    return ''
  } catch (error) {
    const { message, instead } = error as UsageError
    return `${message} ${instead}`
  }
}
