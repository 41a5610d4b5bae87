import { expect, test } from 'vitest'
import { indexName, rewrite, sqlColumn, sqlCreateIndex, sqlDefinition, sqlName, sqlString, sqlType } from './rewrite.ts'

test('quotes a name where the server needs it, in the quotes of the server', () => {
  expect(sqlColumn('email', 'postgres')).toBe('email')
  expect(sqlColumn('Email', 'postgres')).toBe('"Email"')
  expect(sqlColumn('Email', 'mysql')).toBe('Email')
  expect(sqlColumn('order', 'mysql')).toBe('`order`')
  expect(sqlColumn('a"b', 'sqlite')).toBe('"a""b"')
  expect(sqlName({ schema: 'shop', name: 'my users' }, 'mysql')).toBe('shop.`my users`')
})

test('writes a type as a person would', () => {
  expect(sqlType({ name: 'varchar', args: ['20'] }, 'postgres')).toBe('varchar(20)')
  expect(sqlType({ name: 'int', unsigned: true }, 'mysql')).toBe('int unsigned')
  expect(sqlType({ name: 'enum', args: ['a', "b's"] }, 'mysql')).toBe("enum('a', 'b''s')")
  expect(sqlType({ name: 'timestamp with time zone', args: ['3'] }, 'postgres')).toBe('timestamp(3) with time zone')
  expect(sqlType({ name: 'text', array: true }, 'postgres')).toBe('text[]')
})

test('writes a column again, without what is not to be said', () => {
  const column = {
    name: 'state',
    type: { name: 'varchar', args: ['9'] },
    notNull: true,
    default: { text: "'new'", is: 'constant' },
  } as const
  expect(sqlDefinition(column, 'postgres')).toBe("state varchar(9) DEFAULT 'new' NOT NULL")
  expect(sqlDefinition(column, 'postgres', ['default', 'not-null'])).toBe('state varchar(9)')
})

test('builds an index beside the writes where the server can', () => {
  const index = { columns: ['email', '(lower(name))'], unique: true } as const
  expect(sqlCreateIndex({ name: 'users' }, index, 'postgres')).toBe(
    'CREATE UNIQUE INDEX CONCURRENTLY users_email_expr_idx ON users (email, (lower(name)));',
  )
  expect(sqlCreateIndex({ name: 'users' }, { columns: ['a'], name: 'i', method: 'fulltext' }, 'mysql')).toBe(
    'CREATE FULLTEXT INDEX i ON users (a);',
  )
})

test('makes up names that every server takes', () => {
  expect(indexName({ name: 'a'.repeat(80) }, ['b'], 'key')).toHaveLength(63)
})

test('writes text so that it stays text', () => {
  expect(sqlString("a'b\\", 'postgres')).toBe("'a''b\\'")
  expect(sqlString("a'b\\", 'mysql')).toBe("'a''b\\\\'")
})

test('puts the SQL on lines of its own', () => {
  expect(rewrite('Do this:', ['SELECT 1;'], 'Then that.')).toBe('Do this:\nSELECT 1;\n\nThen that.')
})
