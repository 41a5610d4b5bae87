// What a migration of Active Record does on the way up. https://api.rubyonrails.org/classes/ActiveRecord/Migration.html
import { isFalse, isGiven, isTrue, nameOf, namesOf, textOf } from '../../code/arguments.ts'
import { inlined, ownRoutines } from '../../code/inline.ts'
import { type Call, type ClassShape, chainOf, type Script, type Step, type Value } from '../../code/script.ts'
import { CodeWriter, type Reading } from '../../code/writer.ts'
import type { Column, Constraint, DialectId, Effect, Index, Statement } from '../../statement.ts'
import { columnOf, option } from './columns.ts'
import { inBlock, tableCommands } from './commands-of-tables.ts'
import { joinTable } from './names.ts'
import { changesRows, rowChange } from './rows.ts'
import { type Teller, tellerAt } from './teller.ts'

export function readMigration(script: Script, dialect: DialectId): Reading {
  const writer = new CodeWriter(script, dialect)
  for (const shape of script.classes) {
    if (!/Migration\b/.test(shape.extends ?? '')) continue
    const up = shape.routines.find(one => one.name === 'change') ?? shape.routines.find(one => one.name === 'up')
    if (up !== undefined)
      new Reader(script, shape, writer).steps(inlined(up.steps, ownRoutines(script, shape)), undefined)
  }
  return writer.reading()
}

/** Blocks that run as they stand. */
const transparent =
  /^(?:safety_assured|up_only|say_with_time|suppress_messages|transaction|without_statement_timeout|disable_statement_timeout|with_lock_retries|tap|then|silence|ensure_connected)$/

class Reader {
  readonly #script: Script
  readonly #shape: ClassShape
  readonly #writer: CodeWriter

  constructor(script: Script, shape: ClassShape, writer: CodeWriter) {
    this.#script = script
    this.#shape = shape
    this.#writer = writer
  }

  steps(steps: readonly Step[], inside: string | undefined): void {
    for (const step of steps) this.#step(step, inside)
  }

  #step({ call, maybe, repeated }: Step, outer: string | undefined): void {
    const inside = maybe || repeated ? 'a condition' : outer
    const { root, calls } = chainOf(call)
    const isOwn = call.on === undefined || isMigration(root, calls)
    if (isOwn && this.#command(call, inside)) return
    if (
      /^(?:execute|exec_query|exec_update|exec_delete|exec_insert|execute_batch|update|delete|insert)$/.test(
        call.name,
      ) &&
      isConnection(call.on)
    ) {
      this.#writer.sql(call.args[0], call, inside)
      return
    }
    const model = root?.is === 'name' && /^[A-Z]/.test(root.name) ? root.name : undefined
    if (model !== undefined && changesRows.test(call.name)) {
      this.#writer.effect(call, rowChange(model, calls, this.#script), inside)
      return
    }
    this.#other(call, inside)
  }

  /** A command of the migration itself; false when it is none of Active Record's. */
  #command(call: Call, inside: string | undefined): boolean {
    const tell = tellerAt(call, this.#writer, inside)
    const onTable = tableCommands[call.name]
    if (onTable !== undefined && call.args.length > 0) {
      onTable({ table: { name: nameOf(call.args[0]) }, call, args: call.args.slice(1), tell })
      return true
    }
    const command = this.#commands[call.name]
    command?.(call, tell, inside)
    return command !== undefined
  }

  readonly #commands: Readonly<Record<string, (call: Call, tell: Teller, inside: string | undefined) => void>> = {
    create_table: (call, tell, inside) => this.#createTable(nameOf(call.args[0]), call, tell, inside),
    create_join_table: (call, tell, inside) => {
      const name = textOf(option(call, 'table_name')) ?? joinTable(nameOf(call.args[0]), nameOf(call.args[1]))
      this.#createTable(name, call, tell, inside)
    },
    drop_table: (call, tell) => {
      const tables = call.args
        .flatMap(arg => (arg.is === 'map' || arg.is === 'function' ? [] : namesOf(arg)))
        .map(name => ({ name }))
      const cascade = textOf(option(call, 'force')) === 'cascade' ? { cascade: true as const } : {}
      const ifExists = isTrue(option(call, 'if_exists')) ? { ifExists: true as const } : {}
      tell({ kind: 'drop-table', tables, temporary: false, ...cascade, ...ifExists })
    },
    drop_join_table: (call, tell) => {
      const name = textOf(option(call, 'table_name')) ?? joinTable(nameOf(call.args[0]), nameOf(call.args[1]))
      tell({ kind: 'drop-table', tables: [{ name }], temporary: false })
    },
    change_table: (call, _tell, inside) => this.#changeTable(call, inside),
    rename_table: (call, tell) =>
      tell({ kind: 'rename-table', table: { name: nameOf(call.args[0]) }, to: { name: nameOf(call.args[1]) } }),
    change_table_comment: () => {},
    execute: (call, _tell, inside) => this.#writer.sql(call.args[0], call, inside),
    exec_query: (call, _tell, inside) => this.#writer.sql(call.args[0], call, inside),
    enable_extension: (call, tell) => tell({ kind: 'create-extension', name: nameOf(call.args[0]) }),
    // It drops with CASCADE: PostgreSQL/SchemaStatements.
    disable_extension: (call, tell) => tell({ kind: 'drop-cascade', what: 'extension', names: [nameOf(call.args[0])] }),
    create_enum: (call, tell) =>
      tell({ kind: 'create-type', name: { name: nameOf(call.args[0]) }, is: 'enum', members: namesOf(call.args[1]) }),
    drop_enum: (_call, tell) => tell({ kind: 'other-ddl' }),
    create_schema: (call, tell) => tell({ kind: 'create-schema', name: nameOf(call.args[0]), surely: tell.surely }),
    drop_schema: (call, tell) => tell({ kind: 'drop-schema', what: 'schema', names: [nameOf(call.args[0])] }),
    create_view: (_call, tell) => tell({ kind: 'other-ddl' }),
    update_view: (_call, tell) => tell({ kind: 'other-ddl' }),
    replace_view: (_call, tell) => tell({ kind: 'other-ddl' }),
    drop_view: (call, tell) =>
      tell({
        kind: 'drop-view',
        views: [{ name: nameOf(call.args[0]) }],
        materialized: isTrue(option(call, 'materialized')),
      }),
    reversible: (call, _tell, inside) => this.#reversible(call, inside),
    revert: (call, _tell, inside) => this.#revert(call, inside),
    run: (call, tell) =>
      tell({ kind: 'unreadable', because: `it runs ${nameOf(call.args[0])}, which is another migration` }),
    truncate: (call, tell) => tell({ kind: 'truncate', tables: [{ name: nameOf(call.args[0]) }] }),
    truncate_tables: (call, tell) =>
      tell({ kind: 'truncate', tables: call.args.flatMap(namesOf).map(name => ({ name })) }),
  }

  #createTable(name: string, call: Call, tell: Teller, inside: string | undefined): void {
    const table = { name }
    if (isGiven(option(call, 'force')) && !isFalse(option(call, 'force')))
      tell({ kind: 'drop-table', tables: [table], temporary: false, ifExists: true })
    const parts = this.#parts(call, name, inside)
    const isJoin = call.name === 'create_join_table'
    const columns = isJoin ? [...joinColumns(call, tell), ...parts.columns] : [...keyOf(call, tell), ...parts.columns]
    const isKnown = parts.isWhole && !isGiven(option(call, 'as'))
    tell({
      kind: 'create-table',
      table,
      ...(isKnown ? { columns } : {}),
      constraints: parts.constraints,
      ...(parts.indexes.length === 0 ? {} : { indexes: parts.indexes }),
      surely: tell.surely && !isTrue(option(call, 'if_not_exists')),
      temporary: isTrue(option(call, 'temporary')),
    })
    for (const effect of parts.rest) tell(effect)
  }

  /** What the block of create_table says, gathered into the table itself. */
  #parts(call: Call, name: string, inside: string | undefined) {
    const columns: Column[] = []
    const constraints: Constraint[] = []
    const indexes: Index[] = []
    const rest: Effect[] = []
    let isWhole = true
    const take = (effect: Effect) => {
      if (effect.kind === 'add-column') columns.push(...effect.columns)
      else if (effect.kind === 'add-constraint') constraints.push(effect.constraint)
      else if (effect.kind === 'create-index' && this.#writer.dialect === 'mysql') indexes.push(effect.index)
      else rest.push(effect)
    }
    const block = call.args.at(-1)
    if (block?.is === 'function') {
      const [t] = block.parameters
      const tell = Object.assign(take, { dialect: this.#writer.dialect, surely: true })
      for (const step of inlined(block.steps, ownRoutines(this.#script, this.#shape))) {
        const isKnown =
          isCalledOn(step.call, t) && inBlock({ table: { name }, call: step.call, args: step.call.args, tell })
        isWhole = isWhole && isKnown && !step.maybe && !step.repeated
        if (!isCalledOn(step.call, t)) this.#step(step, inside)
      }
    }
    return { columns, constraints, indexes, rest, isWhole }
  }

  #changeTable(call: Call, inside: string | undefined): void {
    const table = { name: nameOf(call.args[0]) }
    const block = call.args.at(-1)
    if (block?.is !== 'function') return
    const [t] = block.parameters
    for (const step of inlined(block.steps, ownRoutines(this.#script, this.#shape))) {
      const within = step.maybe || step.repeated ? 'a condition' : inside
      const tell = tellerAt(step.call, this.#writer, within)
      if (!isCalledOn(step.call, t)) this.#step(step, inside)
      else if (!inBlock({ table, call: step.call, args: step.call.args, tell })) {
        this.#unknown(step.call, `${t ?? 't'}.${step.call.name}`, within)
        tell({ kind: 'alter-other', table })
      }
    }
  }

  /** Only what it does on the way up. */
  #reversible(call: Call, inside: string | undefined): void {
    const block = call.args.at(-1)
    if (block?.is !== 'function') return
    for (const step of block.steps) {
      if (!isCalledOn(step.call, block.parameters[0])) this.#step(step, inside)
      else if (step.call.name === 'up') this.#block(step.call, step.maybe || step.repeated ? 'a condition' : inside)
    }
  }

  #block(call: Call, inside: string | undefined): void {
    for (const block of call.args)
      if (block.is === 'function') this.steps(inlined(block.steps, ownRoutines(this.#script, this.#shape)), inside)
  }

  /** A block turned around: what it makes is dropped. Another migration's way back is not seen here. */
  #revert(call: Call, inside: string | undefined): void {
    const block = call.args.at(-1)
    if (block?.is !== 'function') {
      const because = `it takes back ${nameOf(call.args[0])}, which is another migration`
      this.#writer.effect(call, { kind: 'unreadable', because }, inside)
      return
    }
    const within = new CodeWriter(this.#script, this.#writer.dialect)
    new Reader(this.#script, this.#shape, within).steps(
      inlined(block.steps, ownRoutines(this.#script, this.#shape)),
      undefined,
    )
    const { statements, unread } = within.reading()
    for (const statement of [...statements].reverse()) this.#turned(statement, inside)
    for (const one of unread) this.#writer.unread(one, one.because)
  }

  #turned(statement: Statement, inside: string | undefined): void {
    const tell = (effect: Effect) => this.#writer.effect(statement, effect, inside ?? statement.inside)
    const { kind } = statement
    if (kind === 'create-table') tell({ kind: 'drop-table', tables: [statement.table], temporary: false })
    else if (kind === 'add-column')
      tell({ kind: 'drop-column', table: statement.table, columns: statement.columns.map(one => one.name) })
    else if (kind === 'create-index' && statement.index.name !== undefined)
      tell({
        kind: 'drop-index',
        indexes: [{ name: statement.index.name }],
        table: statement.table,
        concurrently: statement.concurrently,
      })
    else if (kind === 'rename-table') tell({ kind: 'rename-table', table: statement.to, to: statement.table })
    else if (kind === 'rename-column')
      tell({ kind: 'rename-column', table: statement.table, column: statement.to, to: statement.column })
    else if (kind === 'drop-table')
      for (const table of statement.tables) tell({ kind: 'create-table', table, surely: false, temporary: false })
    else if ('table' in statement && statement.table !== undefined)
      tell({ kind: 'alter-other', table: statement.table })
    else if (kind !== 'data') tell({ kind: 'other-ddl' })
  }

  /** Calls that are no commands: blocks are looked through, unknown ones are told. */
  #other(call: Call, inside: string | undefined): void {
    const hasBlock = call.args.some(arg => arg.is === 'function')
    if (transparent.test(call.name)) {
      this.#block(call, inside)
      return
    }
    if (hasBlock) this.#block(call, inside ?? 'a block')
    const isForeign = call.on === undefined && !harmless.test(call.name) && !hasBlock
    if (isForeign || /^(?:invoke|system|load_schema)$/.test(call.name)) this.#unknown(call, call.name, inside)
  }

  #unknown(call: Call, name: string, inside: string | undefined): void {
    const because = `${name} is not in this file and none of Active Record's`
    if (/drop|remove|delete|truncate|destroy|purge/i.test(name))
      this.#writer.effect(call, { kind: 'unreadable', because }, inside)
    this.#writer.unread(call, because)
  }
}

const harmless =
  /[?]$|^(?:say|puts|print|p|pp|warn|raise|require|require_relative|include|extend|private|protected|public|sleep|quote\w*|connection|format|loop|lambda|proc|block_given|yield|super|attr_\w+|reset_column_information|reload_type_map|tables|columns|indexes|foreign_keys|data_sources|select_\w+|schema_search_path|name|version|table_name_prefix|disable_ddl_transaction!|binding|rand|logger|adapter_name|caller|gets|freeze|initialize|self|connection_pool|postgresql|mysql)$/

/** `connection.drop_table`, `ActiveRecord::Base.connection.remove_column`, `self.add_column`, `ActiveRecord::Schema.…` */
function isMigration(root: Value | undefined, calls: readonly Call[]): boolean {
  if (root?.is !== 'name') return false
  if (calls.length === 1)
    return /^(?:self|connection|conn|ActiveRecord::Migration(?:\[[\d.]+\])?|ActiveRecord::Schema|migration|schema)$/.test(
      root.name,
    )
  return isConnection(calls.at(-1)!.on)
}

function isConnection(value: Value | undefined): boolean {
  if (value?.is === 'name') return /^(?:connection|conn)$/.test(value.name)
  return value?.is === 'call' && /^(?:connection|lease_connection|retrieve_connection|raw_connection)$/.test(value.name)
}

function isCalledOn(call: Call, name: string | undefined): boolean {
  return call.on?.is === 'name' && call.on.name === (name ?? 't')
}

/** The key that every table has unless it says otherwise. */
function keyOf(call: Call, tell: Teller): Column[] {
  const id = option(call, 'id')
  const key = option(call, 'primary_key')
  if (isFalse(id) || key?.is === 'list') return []
  const type = textOf(id) ?? 'primary_key'
  const column = columnOf(textOf(key) ?? 'id', type, { ...call, named: new Map() }, tell.dialect)
  const isNumbered = type !== 'uuid' && type !== 'string'
  const numbered = isNumbered ? { numbered: tell.dialect === 'postgres' ? ('serial' as const) : ('auto' as const) } : {}
  return [{ ...column, primaryKey: true, ...numbered }]
}

function joinColumns(call: Call, tell: Teller): Column[] {
  const names = call.args.slice(0, 2).map(arg => nameOf(arg).replace(/ies$/, 'y').replace(/s$/, ''))
  return names.map(name => ({
    ...columnOf(`${name}_id`, 'bigint', { ...call, named: new Map() }, tell.dialect),
    notNull: true,
  }))
}
