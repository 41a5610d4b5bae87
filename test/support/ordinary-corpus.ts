// A long, ordinary history of migrations, as a careful team writes them. Made by the same dice every time; every statement fits the
// schema that those before it made. Nobody may tune it for our rules: what a real team would write belongs in, whatever we say to it.
import type { DialectId } from '../../src/db/statement.ts'

export interface OrdinaryMigration {
  readonly path: string
  readonly text: string
}

export function ordinaryCorpus(dialect: DialectId, count: number, seed = 1): OrdinaryMigration[] {
  const team = new Team(dialect, seed)
  return Array.from({ length: count }, (_, index) => ({
    path: `migrations/${String(20_200_101_000_000 + index * 97)}_${team.title(index)}.sql`,
    text: team.next(index),
  }))
}

interface Table {
  readonly name: string
  readonly columns: { name: string; type: string; isFilled: boolean }[]
  readonly indexes: string[]
  readonly foreignKeys: string[]
  isViewed: boolean
  isSeeded: boolean
}

const nouns =
  'order customer invoice product payment address shipment coupon review session device article comment tag account project task team member plan'.split(
    ' ',
  )
const words =
  'name title email phone notes status code source locale currency reference label slug summary color region channel contact origin remark'.split(
    ' ',
  )

class Team {
  readonly #dialect: DialectId
  readonly #tables: Table[] = []
  /** Constraints that are not validated yet, each to be validated in a later migration. */
  readonly #waiting: { table: string; name: string }[] = []
  #state: number
  #serial = 0

  constructor(dialect: DialectId, seed: number) {
    this.#dialect = dialect
    this.#state = seed
  }

  title(index: number): string {
    return `change_${index}`
  }

  next(index: number): string {
    if (this.#tables.length < 5 || index % 9 === 0) return this.#createTable()
    const all = this.#dialect === 'postgres' ? postgres : this.#dialect === 'mysql' ? mysql : sqlite
    const total = all.reduce((sum, [weight]) => sum + weight, 0)
    let at = this.#roll(total)
    const [, write] = all.find(([weight]) => {
      at -= weight
      return at < 0
    })!
    return `${write(this)}\n`
  }

  /** From 0 up to, and without, the limit. */
  #roll(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((this.#state / 2 ** 32) * limit)
  }

  chance(percent: number): boolean {
    return this.#roll(100) < percent
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.#roll(items.length)]!
  }

  fresh(stem: string): string {
    return `${stem}_${++this.#serial}`
  }

  value(type: string): string {
    const number = ++this.#serial
    if (/bool|tinyint/.test(type)) return this.#dialect === 'postgres' ? 'true' : '1'
    if (/int|numeric|decimal|real/.test(type)) return String(number)
    if (type === 'uuid') return `'00000000-0000-4000-8000-${String(number).padStart(12, '0')}'`
    if (/json/.test(type)) return `'{"n": ${number}}'`
    return /date|time/.test(type) ? "'2024-01-02'" : `'x${number}'`
  }

  table(): Table {
    return this.pick(this.#tables)
  }

  wait(table: string, name: string): void {
    this.#waiting.push({ table, name })
  }

  validated(): { table: string; name: string } | undefined {
    return this.#waiting.shift()
  }

  /** Enum types on PostgreSQL, tables with an enum column on MySQL, with their members. */
  readonly enums: { name: string; members: string[] }[] = []

  #createTable(): string {
    const name = this.fresh(`${this.pick(nouns)}s`)
    const table: Table = { name, columns: [], indexes: [], foreignKeys: [], isViewed: false, isSeeded: false }
    const types = typesOf[this.#dialect]
    const lines = [`  id ${types.key}`]
    for (let n = 2 + this.#roll(4); n > 0; n--) {
      const column = this.fresh(this.pick(words))
      const type = this.pick(types.plain)
      const isFilled = this.chance(50)
      table.columns.push({ name: column, type, isFilled })
      lines.push(`  ${column} ${type}${isFilled ? ' NOT NULL' : ''}`)
    }
    if (this.#tables.length > 0 && this.chance(50)) {
      const other = this.table()
      lines.push(`  ${other.name}_id ${types.reference}`)
      const key = `CONSTRAINT ${name}_${other.name}_fk FOREIGN KEY (${other.name}_id) REFERENCES ${other.name} (id)`
      lines.push(`  ${key}`)
      table.foreignKeys.push(key)
      table.columns.push({ name: `${other.name}_id`, type: types.reference.replace(' NOT NULL', ''), isFilled: true })
    }
    if (this.chance(50)) {
      lines.push(`  created_at ${types.moment}`)
      table.columns.push({ name: 'created_at', type: types.moment.replace(' NOT NULL', ''), isFilled: true })
    }
    // Table constraints come last.
    lines.sort((left, right) => Number(/^ {2}CONSTRAINT/.test(left)) - Number(/^ {2}CONSTRAINT/.test(right)))
    this.#tables.push(table)
    return this.#created(table, lines)
  }

  /** With what belongs to a new table, in one of the ways people write it. */
  #created(table: Table, lines: readonly string[]): string {
    const { name } = table
    const careful = this.#dialect !== 'mysql' && this.chance(20) ? 'IF NOT EXISTS ' : ''
    const statements = [`CREATE TABLE ${careful}${name} (\n${lines.join(',\n')}\n)${typesOf[this.#dialect].end};`]
    const indexed = table.columns[0]!
    if (this.chance(60) && indexed.type !== 'json') {
      const index = this.fresh(`${name}_${indexed.name}_idx`)
      table.indexes.push(index)
      const unique = /text|char|bigint|uuid/.test(indexed.type) && this.chance(40) ? 'UNIQUE ' : ''
      statements.push(`CREATE ${unique}INDEX ${careful}${index} ON ${name} (${indexed.name});`)
    }
    if (this.#dialect === 'postgres' && this.chance(15)) {
      const trigger = `CREATE TRIGGER ${name}_touch BEFORE UPDATE ON ${name} FOR EACH ROW EXECUTE FUNCTION touch_row();`
      statements.push(touchRow, trigger)
    }
    const text = statements.join('\n')
    return this.#dialect !== 'mysql' && this.chance(15) ? `BEGIN;\n${text}\nCOMMIT;\n` : `${text}\n`
  }
}

const touchRow =
  'CREATE OR REPLACE FUNCTION touch_row() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN NEW;\nEND;\n$$;'

const typesOf = {
  postgres: {
    key: 'bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
    plain: ['text', 'text', 'bigint', 'boolean', 'timestamptz', 'numeric(12, 2)', 'jsonb', 'uuid', 'date'],
    reference: 'bigint NOT NULL',
    moment: 'timestamptz NOT NULL DEFAULT now()',
    end: '',
  },
  mysql: {
    key: 'bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY',
    plain: ['varchar(100)', 'varchar(190)', 'int', 'bigint', 'tinyint(1)', 'datetime', 'decimal(12,2)', 'json', 'date'],
    reference: 'bigint unsigned NOT NULL',
    moment: 'timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP',
    end: ' ENGINE=InnoDB DEFAULT CHARSET=utf8mb4',
  },
  sqlite: {
    key: 'integer PRIMARY KEY',
    plain: ['text', 'text', 'integer', 'real', 'blob', 'datetime'],
    reference: 'integer NOT NULL',
    moment: 'text NOT NULL DEFAULT CURRENT_TIMESTAMP',
    end: '',
  },
} as const

type Write = (team: Team) => string

const addColumn: Write = team => {
  const table = team.table()
  const column = { name: team.fresh(team.pick(words)), type: 'text', isFilled: false }
  table.columns.push(column)
  return `ALTER TABLE ${table.name} ADD COLUMN ${column.name} text;`
}

const addFlag: Write = team => {
  const table = team.table()
  const name = team.fresh('is')
  table.columns.push({ name, type: 'boolean', isFilled: true })
  return `ALTER TABLE ${table.name} ADD COLUMN ${name} boolean NOT NULL DEFAULT false;`
}

const seed: Write = team => {
  const table = team.table()
  const columns = table.columns.filter(({ name, isFilled }) => name !== 'created_at' && (isFilled || team.chance(30)))
  if (columns.length === 0 || table.foreignKeys.length > 0) return `SELECT count(*) FROM ${table.name};`
  table.isSeeded = true
  const values = columns.map(({ type }) => team.value(type))
  return `INSERT INTO ${table.name} (${columns.map(column => column.name).join(', ')}) VALUES (${values.join(', ')});`
}

const backfill: Write = team => {
  const table = team.table()
  const column = team.pick(table.columns)
  return `UPDATE ${table.name} SET ${column.name} = ${column.name} WHERE ${column.name} IS NOT NULL AND id <= 100000;`
}

const cleanUp: Write = team => `DELETE FROM ${team.table().name} WHERE id < 10;`

const view: Write = team => {
  const table = team.table()
  const column = team.pick(table.columns)
  table.isViewed = true
  return `CREATE VIEW ${team.fresh('v')} AS SELECT id, ${column.name} FROM ${table.name} WHERE ${column.name} IS NOT NULL;`
}

const gentleSeed =
  (before: string, after: string): Write =>
  team => {
    const text = seed(team)
    return text.replace(/^INSERT INTO/, before).replace(/^(INSERT.*);$/, `$1${after};`)
  }

const replacedView: Write = team => view(team).replace('CREATE VIEW', 'CREATE OR REPLACE VIEW')

// What a careful team writes now and then although it has a cost: about one in fifty.
const renameColumn: Write = team => {
  const table = team.table()
  const column = table.columns[0]!
  const name = team.fresh('renamed')
  const text = `ALTER TABLE ${table.name} RENAME COLUMN ${column.name} TO ${name};`
  column.name = name
  return text
}

const postgres: readonly (readonly [weight: number, write: Write])[] = [
  [22, addColumn],
  [10, addFlag],
  [8, seed],
  [8, backfill],
  [2, cleanUp],
  [4, view],
  [1, renameColumn],
  [
    8,
    team => {
      const table = team.table()
      const column = { name: team.fresh('n'), type: 'bigint', isFilled: false }
      table.columns.push(column)
      return `SET lock_timeout = '5s';\nALTER TABLE ${table.name} ADD COLUMN IF NOT EXISTS ${column.name} bigint;`
    },
  ],
  [
    14,
    team => {
      const table = team.table()
      const column = team.pick(table.columns)
      const index = team.fresh(`${table.name}_${column.name}_idx`)
      table.indexes.push(index)
      return `CREATE INDEX CONCURRENTLY ${team.chance(50) ? 'IF NOT EXISTS ' : ''}${index} ON ${table.name} (${column.name});`
    },
  ],
  [
    2,
    team => {
      const index = team.table().indexes.pop()
      return index === undefined ? addColumn(team) : `DROP INDEX CONCURRENTLY IF EXISTS ${index};`
    },
  ],
  [
    6,
    team => {
      const [table, other] = [team.table(), team.table()]
      const column = team.fresh('parent')
      const name = team.fresh('fk')
      table.columns.push({ name: column, type: 'bigint', isFilled: false })
      table.foreignKeys.push(name)
      team.wait(table.name, name)
      return `ALTER TABLE ${table.name} ADD COLUMN ${column} bigint;\nALTER TABLE ${table.name} ADD CONSTRAINT ${name} FOREIGN KEY (${column}) REFERENCES ${other.name} (id) NOT VALID;`
    },
  ],
  [
    3,
    team => {
      const table = team.table()
      if (table.isSeeded) return addColumn(team)
      table.columns[0]!.isFilled = true
      const name = team.fresh('filled')
      team.wait(table.name, name)
      return `ALTER TABLE ${table.name} ADD CONSTRAINT ${name} CHECK (${table.columns[0]!.name} IS NOT NULL) NOT VALID;`
    },
  ],
  [
    8,
    team => {
      const waiting = team.validated()
      return waiting === undefined
        ? addColumn(team)
        : `ALTER TABLE ${waiting.table} VALIDATE CONSTRAINT ${waiting.name};`
    },
  ],
  [3, team => `COMMENT ON TABLE ${team.table().name} IS 'Kept for seven years.';`],
  [2, team => `GRANT SELECT ON ${team.table().name} TO reporting;`],
  [
    1,
    team => {
      const made = { name: team.fresh('kind'), members: ['new', 'open', 'done'] }
      team.enums.push(made)
      return `CREATE TYPE ${made.name} AS ENUM ('new', 'open', 'done');`
    },
  ],
  [
    2,
    team => {
      const grown = team.enums.at(-1)
      if (grown === undefined) return addColumn(team)
      const last = grown.members.at(-1)!
      grown.members.push(team.fresh('state'))
      return `ALTER TYPE ${grown.name} ADD VALUE '${grown.members.at(-1)}' AFTER '${last}';`
    },
  ],
  [3, gentleSeed('INSERT INTO', ' ON CONFLICT DO NOTHING')],
  [2, replacedView],
  [1, team => `ALTER TABLE ${team.table().name} SET (fillfactor = 90);`],
  [
    1,
    team => {
      const table = team.table()
      const index = team.fresh(`${table.name}_unique`)
      return `CREATE UNIQUE INDEX CONCURRENTLY ${index} ON ${table.name} (id, ${table.columns[0]!.name});`
    },
  ],
  [
    1,
    team => {
      const name = team.fresh('events')
      return `CREATE TABLE ${name} (at timestamptz NOT NULL, body jsonb) PARTITION BY RANGE (at);\nCREATE TABLE ${name}_2024 PARTITION OF ${name} FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');\nCREATE INDEX ${name}_at_idx ON ${name} (at);`
    },
  ],
  [1, () => 'CREATE EXTENSION IF NOT EXISTS pgcrypto;'],
  [
    2,
    team => {
      const table = team.table()
      return `ALTER TABLE ${table.name} ALTER COLUMN ${table.columns[0]!.name} DROP DEFAULT;`
    },
  ],
  [
    2,
    team =>
      `CREATE FUNCTION ${team.fresh('touch')}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.updated_at := now();\n  RETURN NEW;\nEND;\n$$;`,
  ],
]

const mysql: readonly (readonly [weight: number, write: Write])[] = [
  [
    24,
    team => {
      const table = team.table()
      const column = { name: team.fresh(team.pick(words)), type: 'varchar(100)', isFilled: false }
      table.columns.push(column)
      return `ALTER TABLE \`${table.name}\` ADD COLUMN \`${column.name}\` varchar(100) DEFAULT NULL;`
    },
  ],
  [
    12,
    team => {
      const table = team.table()
      const name = team.fresh('is')
      table.columns.push({ name, type: 'tinyint(1)', isFilled: true })
      return `ALTER TABLE ${table.name} ADD ${name} tinyint(1) NOT NULL DEFAULT 0;`
    },
  ],
  [10, seed],
  [8, backfill],
  [3, cleanUp],
  [4, view],
  [1, renameColumn],
  [
    12,
    team => {
      const table = team.table()
      const column = table.columns.filter(({ name, type }) => type !== 'json' && !name.includes('_id')).at(-1)
      if (column === undefined) return `ANALYZE TABLE ${table.name};`
      const index = team.fresh(`idx_${column.name}`)
      table.indexes.push(index)
      return `ALTER TABLE ${table.name} ADD INDEX ${index} (${column.name})${team.chance(30) ? ', ALGORITHM=INPLACE, LOCK=NONE' : ''};`
    },
  ],
  [
    6,
    team => {
      const table = team.table()
      const column = table.columns[0]!
      if (column.type === 'json') return `ANALYZE TABLE ${table.name};`
      const index = team.fresh(`ix_${column.name}`)
      table.indexes.push(index)
      return `CREATE INDEX ${index} ON ${table.name} (${column.name});`
    },
  ],
  [
    2,
    team => {
      const table = team.table()
      const index = table.indexes.pop()
      return index === undefined ? `ANALYZE TABLE ${table.name};` : `DROP INDEX ${index} ON ${table.name};`
    },
  ],
  [
    2,
    team => {
      const table = team.table()
      return `ALTER TABLE ${table.name} ALTER COLUMN ${table.columns[0]!.name} DROP DEFAULT;`
    },
  ],
  [1, team => `ALTER TABLE ${team.table().name} COMMENT = 'Kept for seven years';`],
  [1, () => 'SET NAMES utf8mb4;'],
  [3, gentleSeed('INSERT IGNORE INTO', '')],
  [2, replacedView],
  [2, team => `START TRANSACTION;\n${seed(team)}\n${backfill(team)}\nCOMMIT;`],
  [
    3,
    team => {
      const table = team.table()
      const name = team.fresh('external')
      table.columns.push({ name, type: 'bigint', isFilled: false })
      return `ALTER TABLE ${table.name} ADD COLUMN ${name} bigint NULL, ADD INDEX ${team.fresh('ix')} (${name});`
    },
  ],
  [
    2,
    team => {
      const table = team.table()
      const narrow = table.columns.find(({ type, isFilled }) => type === 'varchar(100)' && !isFilled)
      if (narrow === undefined) return `ANALYZE TABLE ${table.name};`
      narrow.type = 'varchar(190)'
      return `ALTER TABLE ${table.name} MODIFY COLUMN ${narrow.name} varchar(190) DEFAULT NULL;`
    },
  ],
  [
    1,
    team => {
      const made = { name: team.fresh('flows'), members: ['new', 'open', 'done'] }
      team.enums.push(made)
      return `CREATE TABLE ${made.name} (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, state enum('new', 'open', 'done') NOT NULL DEFAULT 'new') ENGINE=InnoDB;`
    },
  ],
  [
    2,
    team => {
      const grown = team.enums.at(-1)
      if (grown === undefined) return `ANALYZE TABLE ${team.table().name};`
      grown.members.push(team.fresh('state'))
      const members = grown.members.map(member => `'${member}'`).join(', ')
      return `ALTER TABLE ${grown.name} MODIFY COLUMN state enum(${members}) NOT NULL DEFAULT 'new';`
    },
  ],
]

const sqlite: readonly (readonly [weight: number, write: Write])[] = [
  [3, gentleSeed('INSERT OR IGNORE INTO', '')],
  [
    2,
    team => {
      const { name } = team.table()
      const log = team.fresh(`${name}_log`)
      return `CREATE TABLE ${log} (id integer PRIMARY KEY, row_id integer);\nCREATE TRIGGER ${log}_fill AFTER DELETE ON ${name} BEGIN INSERT INTO ${log} (row_id) VALUES (old.id); END;`
    },
  ],
  [24, addColumn],
  [
    10,
    team => {
      const table = team.table()
      const name = team.fresh('is')
      table.columns.push({ name, type: 'integer', isFilled: true })
      return `ALTER TABLE ${table.name} ADD COLUMN ${name} integer NOT NULL DEFAULT 0;`
    },
  ],
  [10, seed],
  [8, backfill],
  [3, cleanUp],
  [4, view],
  [1, renameColumn],
  [
    16,
    team => {
      const table = team.table()
      const column = team.pick(table.columns)
      return `CREATE INDEX ${team.fresh(`${table.name}_idx`)} ON ${table.name} (${column.name});`
    },
  ],
  [
    3,
    team => {
      const table = team.table()
      // SQLite refuses to rename a table into a name that a view reads.
      if (table.isViewed) return addColumn(team)
      const { name, columns, foreignKeys } = table
      const all = ['id', ...columns.map(column => column.name)].join(', ')
      const lines = [
        'id integer PRIMARY KEY',
        ...columns.map(column => `${column.name} ${column.type}${column.isFilled ? ' NOT NULL' : ''}`),
        ...foreignKeys,
      ]
      return `PRAGMA foreign_keys = OFF;\nCREATE TABLE new_${name} (\n  ${lines.join(',\n  ')}\n);\nINSERT INTO new_${name} (${all}) SELECT ${all} FROM ${name};\nDROP TABLE ${name};\nALTER TABLE new_${name} RENAME TO ${name};\nPRAGMA foreign_keys = ON;`
    },
  ],
]
