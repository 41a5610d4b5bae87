// What a Doctrine migration does on the way up: preUp, up and postUp, its raw SQL, its connection, and the Schema API.
import { valueWithoutPlaceholders } from '../../code/bindings.ts'
import { inlined, ownRoutines } from '../../code/inline.ts'
import {
  type Call,
  type ClassShape,
  chainOf,
  type Script,
  type Span,
  type Step,
  type Value,
} from '../../code/script.ts'
import { partsOf, toldBy } from '../../code/values.ts'
import { CodeWriter, type Reading } from '../../code/writer.ts'
import { isNever } from '../../php-drivers.ts'
import type { DialectId, RowChange } from '../../statement.ts'
import { SchemaChanges } from './schema.ts'

const mostSteps = 50_000

export function readDoctrine(script: Script, dialect: DialectId): Reading {
  const writer = new CodeWriter(script, dialect)
  const migrations = script.classes.filter(one => routinesOf(one).some(routine => /^up$/i.test(routine.name)))
  if (migrations.length === 0)
    writer.unread({ offset: 0, endOffset: script.text.length }, 'it holds no class with a method `up`')
  for (const one of migrations) {
    const find = ownRoutines(script, one)
    for (const { parameters, steps } of routinesOf(one)) {
      const reader = new MigrationReader(writer, parameters[0])
      reader.steps(inlined(steps, find), undefined)
      reader.end()
    }
  }
  return writer.reading()
}

function routinesOf(one: ClassShape) {
  return ['preup', 'up', 'postup'].flatMap(name => one.routines.filter(routine => routine.name.toLowerCase() === name))
}

type Inside = string | undefined

class MigrationReader {
  readonly #writer: CodeWriter
  readonly #schemaVariable: string | undefined
  readonly #changes: SchemaChanges
  /** What has run as a step of its own, and may come again as an argument by way of a variable. */
  readonly #seen = new Set<Call>()
  #left = mostSteps

  constructor(writer: CodeWriter, schemaVariable: string | undefined) {
    this.#writer = writer
    this.#schemaVariable = schemaVariable
    this.#changes = new SchemaChanges(writer)
  }

  end(): void {
    this.#changes.end()
  }

  steps(steps: readonly Step[], inside: Inside): void {
    for (const { call, maybe, repeated, when = [] } of steps) {
      if (this.#left-- === 0) this.#unsure(call, 'it does more than can be followed', true, inside)
      if (this.#left < 0) return
      if (when.some(condition => isNever(condition, this.#writer.dialect))) continue
      this.#call(call, inside ?? (maybe ? 'a condition' : repeated ? 'a loop' : undefined))
    }
  }

  #call(call: Call, inside: Inside): void {
    this.#seen.add(call)
    const { root, calls } = chainOf(call)
    const name = root?.is === 'name' ? root.name : undefined
    if (name !== undefined && name === this.#schemaVariable) this.#schema(calls, inside)
    else if (name === '$this' && !/^get\w*connection$/i.test(calls[0]!.name)) this.#own(calls, inside)
    else if (calls.some(one => schemaApi.test(one.name)))
      this.#unsure(call, `it drops something of a table that cannot be told (${name ?? 'a value'})`, true, inside)
    else this.#connection(calls, inside)
  }

  #schema(calls: readonly Call[], inside: Inside): void {
    this.#within(calls, inside)
    if (!this.#changes.chain(calls, inside))
      this.#unsure(
        calls.at(-1)!,
        `what \`${calls.map(one => one.name).join('()->')}()\` does is not known here`,
        calls.some(one => risky.test(one.name)),
        inside,
      )
  }

  /** Methods of the migration itself. */
  #own(calls: readonly Call[], inside: Inside): void {
    const [first] = calls as [Call, ...Call[]]
    if (/^addsql$/i.test(first.name)) this.#sql(first, first.args[0] ?? first.named.get('sql'), inside)
    else if (/^throwirreversible/i.test(first.name)) return
    else {
      this.#within(calls, inside)
      if (!harmless.test(first.name))
        this.#unsure(first, `what ${first.name}() does stands in another file`, risky.test(first.name), inside)
    }
  }

  /** `$this->connection->executeStatement('…')`, and whatever else is called. */
  #connection(calls: readonly Call[], inside: Inside): void {
    const call = calls.find(one => runsSql.test(one.name) || changesRows.test(one.name))
    this.#within(calls, inside)
    if (call === undefined) {
      const unknown = calls.find(one => risky.test(one.name))
      if (unknown !== undefined) this.#unsure(unknown, `what \`${unknown.name}\` does is not known here`, true, inside)
    } else if (changesRows.test(call.name) && call.args.length > 1)
      this.#writer.effect(call, { kind: 'data', change: rowChange(call) }, inside)
    else if (runsSql.test(call.name)) this.#sql(call, call.args[0] ?? call.named.get('sql'), inside)
  }

  #sql(call: Call, value: Value | undefined, inside: Inside): void {
    const isQuery = /^(?:fetch|iterate|executequery|prepare|query)/i.test(call.name)
    const hasValues = call.args.length > 1 || call.named.has('params') || /^prepare$/i.test(call.name)
    if (isQuery && value?.is !== 'text' && value?.is !== 'either')
      this.#unsure(call, 'its SQL is put together while it runs', false, inside)
    else this.#writer.sql(hasValues && value !== undefined ? valueWithoutPlaceholders(value) : value, call, inside)
  }

  /** Closures and calls among the arguments. */
  #within(calls: readonly Call[], inside: Inside): void {
    for (const { args, named } of calls) for (const value of [...args, ...named.values()]) this.#nested(value, inside)
  }

  #nested(value: Value, inside: Inside): void {
    if (value.is === 'function') this.steps(value.steps, inside ?? 'a condition')
    else if (value.is !== 'call') for (const part of partsOf(value)) this.#nested(part, inside)
    else if (!this.#seen.has(value)) this.#call(value, inside ?? 'a condition')
  }

  /** `stops`: it may drop something. */
  #unsure(span: Span, because: string, stops: boolean, inside: Inside): void {
    this.#writer.unread(span, because)
    if (stops) this.#writer.effect(span, { kind: 'unreadable', because }, inside)
  }
}

/** `$this->connection->delete('users', ['id' => 1])` */
function rowChange({ name, args }: Call): RowChange {
  const verb = name.toLowerCase() as RowChange['verb']
  const table = { name: toldBy(args[0])[0]?.name ?? '?' }
  const values = args[1]?.is === 'map' ? args[1].entries.map(entry => entry.key) : []
  if (verb === 'insert') return { verb, table, columns: values, mayBeNull: values }
  const criteria = verb === 'delete' ? args[1] : args[2]
  const isAll = criteria === undefined || (criteria.is === 'list' && criteria.items.length === 0)
  const where = isAll ? {} : { where: { text: 'the criteria' } }
  return { verb, table, columns: verb === 'update' ? values : [], mayBeNull: values, ...where }
}

const runsSql = /^(?:executestatement|executequery|executeupdate|exec|query|prepare|fetch\w*|iterate\w*)$/i
const changesRows = /^(?:insert|update|delete)$/i
const schemaApi = /^(?:dropTable|dropColumn|dropSchema|dropDatabase|dropAndCreate\w*|dropNamespace)$/i
const risky = /drop|truncate|wipe|purge/i
const harmless = /^(?:write|abortIf|skipIf|warnIf|getDescription|isTransactional|getSql|__construct|addOption)$/i
