// The one shape in which every dialect, and every reader of migrations in code, tells what a migration does. Rules see nothing else.

export type DialectId = 'postgres' | 'mysql' | 'sqlite'

/** A name as the server understands it: without its quotes, folded where the dialect folds. */
export interface Name {
  readonly schema?: string
  readonly name: string
}

/** `varchar(20)` is `{ name: 'varchar', args: ['20'] }`; `int unsigned` is `{ name: 'int', unsigned: true }`; `enum('a')` has its members in `args`. */
export interface ColumnType {
  /** Lower case, the dialect's usual short name: PostgreSQL's `int4` and `integer` are `integer`, MySQL's `INTEGER` is `int`. */
  readonly name: string
  readonly args?: readonly string[]
  readonly unsigned?: true
  readonly array?: true
}

/** A value that the server computes. `stable` is the same for a whole statement (`now()`), `volatile` another for each row (`random()`). */
export interface Expression {
  readonly text: string
  readonly is: 'null' | 'constant' | 'stable' | 'volatile' | 'unknown'
}

export interface Reference {
  readonly table: Name
  readonly columns?: readonly string[]
}

/** What is not said is absent. */
export interface Column {
  readonly name: string
  readonly type?: ColumnType
  /** Said with NOT NULL (a primary key says it by itself, see `primaryKey`). */
  readonly notNull?: true
  readonly default?: Expression
  /** Computed when it is read, so that dropping it loses nothing. */
  readonly virtual?: true
  /** Computed when a row is written, and stored. */
  readonly stored?: true
  /** What is computed, for `virtual` and `stored`. */
  readonly expression?: string
  /** `auto`: AUTO_INCREMENT; `serial`: serial, bigserial; `identity`: GENERATED … AS IDENTITY. */
  readonly numbered?: 'auto' | 'serial' | 'identity'
  readonly primaryKey?: true
  readonly unique?: true
  readonly references?: Reference
  /** Text of an inline CHECK. */
  readonly check?: string
  readonly charset?: string
  readonly collation?: string
  /** MySQL: FIRST or AFTER another column. */
  readonly position?: 'first' | { readonly after: string }
}

export type ConstraintType = 'primary-key' | 'unique' | 'foreign-key' | 'check' | 'exclude' | 'not-null'

export interface Constraint {
  readonly type: ConstraintType
  readonly name?: string
  /** Of this table; for a CHECK the columns that its text names, as far as told. */
  readonly columns: readonly string[]
  readonly references?: Reference
  /** Text of a CHECK or EXCLUDE. */
  readonly expression?: string
  readonly notValid?: true
  readonly notEnforced?: true
  /** ADD CONSTRAINT … USING INDEX: the index is there already. */
  readonly usingIndex?: string
}

export interface Index {
  readonly name?: string
  /** Column names; an expression is its text in parentheses. */
  readonly columns: readonly string[]
  readonly unique?: true
  /** `btree`, `gin`, `fulltext`, `spatial`, `hash` … when said. */
  readonly method?: string
  /** Text of a partial index's WHERE. */
  readonly where?: string
}

/** One thing an ALTER does to a column. `definition`: MySQL's MODIFY and CHANGE say the whole column again. */
export type ColumnChange =
  | { readonly set: 'not-null' }
  | { readonly set: 'nullable' }
  | { readonly set: 'type'; readonly type: ColumnType; readonly using?: string; readonly collation?: string }
  | { readonly set: 'default'; readonly to: Expression | undefined }
  | { readonly set: 'definition'; readonly to: Column }
  | { readonly set: 'identity' | 'no-identity' | 'generated' | 'not-generated' | 'other' }

/** WHERE of an UPDATE or DELETE: absent when there is none. `isNull`: it is exactly `column IS NULL`. `always`: true for every row (`1=1`). */
export interface Where {
  readonly text: string
  readonly isNull?: string
  readonly always?: true
}

/** Settings of a whole table, one effect each. */
export type TableOption =
  | 'logged'
  | 'unlogged'
  | 'access-method'
  | 'tablespace'
  | 'replica-identity'
  | 'autovacuum'
  | 'row-security'
  | 'no-row-security'
  | 'engine'
  | 'charset'
  | 'convert-charset'
  | 'row-format'
  | 'partition-by'
  | 'remove-partitioning'
  | 'reorganize-partition'
  | 'exchange-partition'
  | 'system-versioning'
  | 'no-system-versioning'
  | 'algorithm'
  | 'lock'
  | 'force'
  | 'disable-trigger'
  | 'other'

// Where the same thing stands in Statement.temporary, .surely and .ifExists: `surely` is false for IF NOT EXISTS (it may have been there
// before); `ifExists` is true for IF EXISTS.
/** One thing that a statement does. An ALTER TABLE with several actions gives several, all at the same place. */
export type Effect =
  | { readonly kind: 'create-schema'; readonly name: string; readonly surely: boolean }
  | {
      readonly kind: 'drop-schema'
      readonly what: 'schema' | 'database' | 'role'
      readonly names: readonly string[]
      readonly ifExists?: true
    }
  | { readonly kind: 'rename-schema'; readonly name: string; readonly to: string }
  | {
      readonly kind: 'create-table'
      readonly table: Name
      /** Undefined when they cannot be seen (`LIKE other`, `AS SELECT`). Inline keys and checks stand in the column AND in `constraints`. */
      readonly columns?: readonly Column[]
      readonly constraints?: readonly Constraint[]
      /** MySQL's inline INDEX, FULLTEXT … */
      readonly indexes?: readonly Index[]
      readonly surely: boolean
      readonly temporary: boolean
      readonly unlogged?: true
      /** It has PARTITION BY. */
      readonly partitioned?: true
      /** It is a partition of this one. */
      readonly partitionOf?: Name
      /** It has the columns of this one (`LIKE other`), and no others. */
      readonly like?: Name
    }
  | {
      readonly kind: 'drop-table'
      readonly tables: readonly Name[]
      readonly temporary: boolean
      readonly cascade?: true
      readonly ifExists?: true
    }
  | { readonly kind: 'rename-table'; readonly table: Name; readonly to: Name }
  | { readonly kind: 'add-column'; readonly table: Name; readonly columns: readonly Column[]; readonly surely: boolean }
  | {
      readonly kind: 'drop-column'
      readonly table: Name
      readonly columns: readonly string[]
      readonly cascade?: true
      readonly ifExists?: true
    }
  | { readonly kind: 'rename-column'; readonly table: Name; readonly column: string; readonly to: string }
  | { readonly kind: 'change-column'; readonly table: Name; readonly column: string; readonly change: ColumnChange }
  | { readonly kind: 'add-constraint'; readonly table: Name; readonly constraint: Constraint }
  /** `type` undefined: told by the name only (PostgreSQL's DROP CONSTRAINT). */
  | {
      readonly kind: 'drop-constraint'
      readonly table: Name
      readonly type?: ConstraintType
      readonly name?: string
      readonly cascade?: true
      readonly ifExists?: true
    }
  | { readonly kind: 'validate-constraint'; readonly table: Name; readonly name: string }
  /** MySQL: ALTER CHECK … [NOT] ENFORCED; PostgreSQL: ALTER CONSTRAINT. */
  | { readonly kind: 'alter-constraint'; readonly table: Name; readonly name: string; readonly enforced?: boolean }
  | {
      readonly kind: 'create-index'
      readonly table: Name
      readonly index: Index
      readonly concurrently: boolean
      readonly surely: boolean
    }
  /** `table`: MySQL says it; PostgreSQL and SQLite do not. */
  | {
      readonly kind: 'drop-index'
      readonly indexes: readonly Name[]
      readonly table?: Name
      readonly concurrently: boolean
      readonly cascade?: true
      readonly ifExists?: true
    }
  | {
      readonly kind: 'create-view'
      readonly view: Name
      readonly replaces: boolean
      readonly materialized: boolean
      /** Tables and views that its query names. */
      readonly reads: readonly Name[]
      /** Columns that its query names anywhere (without their tables), or `*`. */
      readonly columns: readonly string[]
      /** The query's text. */
      readonly query: string
    }
  | {
      readonly kind: 'drop-view'
      readonly views: readonly Name[]
      readonly materialized: boolean
      readonly cascade?: true
    }
  | { readonly kind: 'create-trigger'; readonly table: Name; readonly name: string }
  | {
      readonly kind: 'create-type'
      readonly name: Name
      readonly is: 'enum' | 'domain' | 'other'
      readonly members?: readonly string[]
      readonly constrained?: true
    }
  /** ALTER TYPE … ADD VALUE. `placed`: with BEFORE or AFTER. */
  | {
      readonly kind: 'add-enum-value'
      readonly type: Name
      readonly value: string
      readonly placed: boolean
      readonly ifNotExists?: true
    }
  | { readonly kind: 'rename-enum-value'; readonly type: Name; readonly value: string; readonly to: string }
  | { readonly kind: 'alter-domain'; readonly name: Name; readonly addsConstraint: boolean; readonly notValid?: true }
  | { readonly kind: 'create-extension'; readonly name: string; readonly version?: string }
  /** Something whose CASCADE takes columns with it: a type, a domain, an extension. */
  | { readonly kind: 'drop-cascade'; readonly what: string; readonly names: readonly string[] }
  | { readonly kind: 'drop-partition'; readonly table: Name; readonly partitions: readonly string[] }
  | {
      readonly kind: 'detach-partition'
      readonly table: Name
      readonly partition: Name
      readonly concurrently: boolean
    }
  | { readonly kind: 'attach-partition'; readonly table: Name; readonly partition: Name }
  | {
      readonly kind: 'truncate'
      readonly tables: readonly Name[]
      readonly cascade?: true
      readonly partitions?: readonly string[]
    }
  /** `to`: as written, lower case: `copy`, `none`, `innodb`, `full`, `off` … */
  | {
      readonly kind: 'table-option'
      readonly table: Name
      readonly option: TableOption
      readonly to?: string
      /** The table that an exchanged partition changes places with. */
      readonly with?: Name
    }
  | { readonly kind: 'alter-other'; readonly table: Name }
  | {
      readonly kind: 'create-routine'
      readonly what: string
      readonly name: Name
      readonly language?: string
      readonly securityDefiner?: true
      readonly setsSearchPath?: true
      /** Its body cannot be read: `body()` then gives an `unreadable` statement. */
      body(): readonly Statement[]
    }
  | { readonly kind: 'call'; readonly name: Name }
  /** Reads or changes rows. `change` only where it is certain what it changes. */
  | { readonly kind: 'data'; readonly copies?: Copy; readonly change?: RowChange }
  | {
      readonly kind: 'transaction'
      readonly rollsBack: boolean
      readonly verb?: 'begin' | 'commit' | 'rollback' | 'savepoint' | 'other'
    }
  /** From here on an unqualified name may mean another object: USE, SET search_path. */
  | { readonly kind: 'change-scope' }
  /** SET lock_timeout = …; `name` in lower case. */
  | { readonly kind: 'set'; readonly name: string; readonly value: string; readonly local: boolean }
  /** `what`: `vacuum-full`, `vacuum`, `cluster`, `reindex`, `reindex-concurrently`, `refresh`, `refresh-concurrently`, `optimize`, `analyze`, `lock-table` … */
  | { readonly kind: 'maintenance'; readonly what: string; readonly table?: Name }
  | { readonly kind: 'other-ddl' }
  | { readonly kind: 'other' }
  | { readonly kind: 'unreadable'; readonly because: string }

/** INSERT INTO `to` SELECT … FROM `from`, every row of it. `columns` as listed; undefined means all. */
export interface Copy {
  readonly from: Name
  readonly to: Name
  readonly columns?: readonly string[]
  /** Those of `columns` that get one value for every row: nothing of the old table. */
  readonly constant?: readonly string[]
}

export interface RowChange {
  readonly verb: 'insert' | 'update' | 'delete'
  readonly table: Name
  /** Columns that an UPDATE sets or an INSERT lists, in their order, repeated when written twice. */
  readonly columns: readonly string[]
  /** Those of them that get NULL, or that may: what is not here gets a value for certain. */
  readonly mayBeNull: readonly string[]
  readonly where?: Where
  /** It touches rows picked by something else too (a join, USING, LIMIT). */
  readonly limited?: true
}

/** Where a statement stands. Its own text: without the comments above it and without its terminator. */
export interface Written {
  readonly dialect: DialectId
  readonly text: string
  /** UTF-16 index into the file's text. */
  readonly offset: number
  readonly endOffset: number
  /** In characters (code points), from 1. */
  readonly line: number
  /** Not `column`: that is what a statement does something to. */
  readonly atColumn: number
  readonly endLine: number
  /** Set when it runs by way of something else: `the DO block`, `procedure tidy`. It may then run or not. */
  readonly inside?: string
}

export type Statement = Written & Effect

export function shown(name: Name): string {
  return name.schema === undefined ? name.name : `${name.schema}.${name.name}`
}

/** Two names of one table compare equal. MySQL's table names may be case-sensitive, so there only the same spelling is the same table. */
export function keyOf(name: Name, dialect: DialectId): string {
  const key = JSON.stringify([name.schema ?? '', name.name])
  return dialect === 'sqlite' ? key.toLowerCase() : key
}

/** A table's name after RENAME: a bare one stays in the schema where it was. */
export function targetOf({ table, to }: { readonly table: Name; readonly to: Name }): Name {
  return to.schema === undefined && table.schema !== undefined ? { ...to, schema: table.schema } : to
}

export function statementOf(written: Written, effect: Effect): Statement {
  return Object.assign({}, written, effect)
}
