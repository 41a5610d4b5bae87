// Doctrine's Schema API: `$schema->getTable('users')->dropColumn('email')`. What it leads to runs after the method, so it is written at the end.
import type { Call, Span } from '../../code/script.ts'
import { toldBy } from '../../code/values.ts'
import type { CodeWriter } from '../../code/writer.ts'
import type { Column, Constraint, Effect, Index, Name } from '../../statement.ts'
import { changesOf, columnOf, optionsOf } from './columns.ts'

interface Draft {
  readonly table: Name
  readonly columns: Column[]
  readonly constraints: Constraint[]
  readonly indexes: Index[]
}

export class SchemaChanges {
  readonly #writer: CodeWriter
  readonly #all: { span: Span; effect: Effect; inside: string | undefined }[] = []
  /** Tables that are put together here, by the place of their createTable and their name. */
  readonly #created = new Map<string, Draft>()

  constructor(writer: CodeWriter) {
    this.#writer = writer
  }

  end(): void {
    for (const { span, effect, inside } of this.#all) this.#writer.effect(span, effect, inside)
  }

  /** A chain on `$schema`. False when it holds a method that is not known here. */
  chain(calls: readonly Call[], inside: string | undefined): boolean {
    const [first, ...rest] = calls
    const span = calls.at(-1)!
    const [name, second] = [nameIn(first, 0), nameIn(first, 1)]
    const add = (effect: Effect) => this.#all.push({ span, effect, inside })
    switch (first?.name.toLowerCase()) {
      case undefined:
        return true
      case 'createtable':
        return this.#table(this.#create(first!, inside), rest, inside)
      case 'gettable':
        return this.#tables(first!, rest, inside)
      case 'droptable':
        return (
          add({ kind: 'drop-table', tables: toldBy(first!.args[0]).map(one => nameOf(one.name)), temporary: false }) > 0
        )
      case 'renametable':
        return add({ kind: 'rename-table', table: nameOf(name), to: nameOf(second) }) > 0
      case 'createnamespace':
        return add({ kind: 'create-schema', name, surely: true }) > 0
      case 'dropnamespace':
        return add({ kind: 'drop-schema', what: 'schema', names: [name] }) > 0
      case 'createsequence':
      case 'dropsequence':
        return add({ kind: 'other-ddl' }) > 0
      default:
        return /^(?:has|get|is|visit|to)\w*$/i.test(first!.name)
    }
  }

  #create(call: Call, inside: string | undefined): { table: Name; draft: Draft | undefined } {
    const told = toldBy(call.args[0])[0] ?? { name: '?', isSure: false }
    const key = `${call.offset} ${told.name}`
    const known = this.#created.get(key)
    if (known !== undefined) return { table: known.table, draft: known }
    const draft: Draft = { table: nameOf(told.name), columns: [], constraints: [], indexes: [] }
    this.#created.set(key, draft)
    this.#all.push({
      span: call,
      effect: { kind: 'create-table', ...draft, surely: told.isSure, temporary: false },
      inside,
    })
    return { table: draft.table, draft }
  }

  #tables(call: Call, rest: readonly Call[], inside: string | undefined): boolean {
    return toldBy(call.args[0])
      .map(told => this.#table({ table: nameOf(told.name), draft: undefined }, rest, inside))
      .every(known => known)
  }

  /** Calls on a table, one after the other: most give the table back. */
  #table(on: { table: Name; draft: Draft | undefined }, calls: readonly Call[], inside: string | undefined): boolean {
    return calls.map(call => this.#onTable(on, call, inside)).every(known => known)
  }

  #onTable(
    { table, draft }: { table: Name; draft: Draft | undefined },
    call: Call,
    inside: string | undefined,
  ): boolean {
    const effects = effectsOf(table, call, this.#writer.dialect)
    if (effects === undefined) return quiet.test(call.name)
    for (const effect of effects) {
      if (draft === undefined || inside !== undefined) this.#all.push({ span: call, effect, inside })
      else if (effect.kind === 'add-column') draft.columns.push(...effect.columns)
      else if (effect.kind === 'add-constraint') draft.constraints.push(effect.constraint)
      else if (effect.kind === 'create-index') draft.indexes.push(effect.index)
      else this.#all.push({ span: call, effect, inside })
    }
    return true
  }
}

/** What changes nothing, also the methods of a column that addColumn gives back. */
const quiet = /^(?:has|get|is|set)\w*$|^(?:addOption|addUniqueConstraint|visit)$/i

function effectsOf(table: Name, call: Call, dialect: CodeWriter['dialect']): readonly Effect[] | undefined {
  const { args } = call
  const [name, second] = [nameIn(call, 0), nameIn(call, 1)]
  const columns = toldBy(args[0]).map(one => one.name)
  switch (call.name.toLowerCase()) {
    case 'addcolumn':
      return [
        { kind: 'add-column', table, columns: [columnOf(name, args[1], optionsOf(args[2]), dialect)], surely: true },
      ]
    case 'dropcolumn':
      return [{ kind: 'drop-column', table, columns }]
    case 'renamecolumn':
      return [{ kind: 'rename-column', table, column: name, to: second }]
    case 'changecolumn':
    case 'modifycolumn':
      return changesOf(optionsOf(args[1]), dialect).map(change => ({
        kind: 'change-column',
        table,
        column: name,
        change,
      }))
    case 'setprimarykey':
    case 'addprimarykeyconstraint':
      return [{ kind: 'add-constraint', table, constraint: { type: 'primary-key', columns } }]
    case 'dropprimarykey':
      return [{ kind: 'drop-constraint', table, type: 'primary-key' }]
    case 'addindex':
      return [created(table, columns, args[1] === undefined ? undefined : second, false)]
    case 'adduniqueindex':
      return [created(table, columns, args[1] === undefined ? undefined : second, true)]
    case 'dropindex':
      return [
        { kind: 'drop-index', indexes: [{ name }], ...(dialect === 'mysql' ? { table } : {}), concurrently: false },
      ]
    case 'renameindex':
      return [{ kind: 'alter-other', table }]
    case 'addforeignkeyconstraint':
      return [foreignKey(table, call)]
    case 'removeforeignkey':
    case 'dropforeignkey':
      return [{ kind: 'drop-constraint', table, type: 'foreign-key', name }]
    default:
      return undefined
  }
}

function created(table: Name, columns: readonly string[], name: string | undefined, unique: boolean): Effect {
  const index = { columns, ...(name === undefined ? {} : { name }), ...(unique ? { unique: true as const } : {}) }
  return { kind: 'create-index', table, index, concurrently: false, surely: true }
}

/** The other table is a name, or the Table itself: `$schema->getTable('users')`. */
function foreignKey(table: Name, { args }: Call): Effect {
  const [other, own, theirs, , name] = args
  const target = other?.is === 'call' ? toldBy(other.args[0]) : toldBy(other)
  return {
    kind: 'add-constraint',
    table,
    constraint: {
      type: 'foreign-key',
      columns: toldBy(own).map(one => one.name),
      references: { table: nameOf(target[0]?.name ?? '?'), columns: toldBy(theirs).map(one => one.name) },
      ...(name?.is === 'text' ? { name: name.text } : {}),
    },
  }
}

function nameIn(call: Call | undefined, index: number): string {
  return toldBy(call?.args[index])[0]?.name ?? '?'
}

function nameOf(name: string): Name {
  const bare = name.replaceAll(/["`]/g, '')
  const parts = /^([\w$-]+)\.([\w$-]+)$/.exec(bare)
  return parts === null ? { name: bare } : { schema: parts[1]!, name: parts[2]! }
}
