// What a Laravel migration does on the way up: calls of the Schema and DB facades, Blueprints, queries, and whatever is hidden around them.
import { type FindRoutine, inlined, ownRoutines } from '../../code/inline.ts'
import {
  type Call,
  type ClassShape,
  chainOf,
  type Routine,
  type Script,
  type Span,
  type Step,
  type Value,
} from '../../code/script.ts'
import { partsOf, toldBy } from '../../code/values.ts'
import { CodeWriter, type Reading } from '../../code/writer.ts'
import { isNever } from '../../php-drivers.ts'
import type { DialectId } from '../../statement.ts'
import { Blueprint, tableNamed } from './blueprint.ts'
import { plural, snake } from './columns.ts'
import { databaseMethods, databasePrefix, quietDatabase } from './database-facade.ts'
import { harmlessClasses, harmlessFunctions } from './harmless.ts'
import { isQuery, queryEffect } from './queries.ts'
import { handlerOf, type InReach, type Inside, type Reader, type Visit } from './reader.ts'
import { quietSchema, schemaMethods, schemaPrefix } from './schema-facade.ts'

const mostSteps = 50_000

export function readLaravel(script: Script, dialect: DialectId): Reading {
  const writer = new CodeWriter(script, dialect)
  const migrations = script.classes.filter(one => upOf(one) !== undefined)
  if (migrations.length === 0)
    writer.unread({ offset: 0, endOffset: script.text.length }, 'it holds no class with a method `up`')
  for (const one of migrations) {
    const find = ownRoutines(script, one)
    new MigrationReader(writer, find).steps(inlined(upOf(one)!.steps, find), undefined, [])
  }
  return writer.reading()
}

function upOf(one: ClassShape): Routine | undefined {
  return one.routines.find(routine => routine.name.toLowerCase() === 'up')
}

type Closure = Pick<Routine, 'parameters' | 'steps'>

class MigrationReader implements Reader {
  readonly writer: CodeWriter
  readonly #find: FindRoutine
  /** What has run as a step of its own, and may come again as an argument by way of a variable. */
  readonly #seen = new Set<Call>()
  #left = mostSteps

  constructor(writer: CodeWriter, find: FindRoutine) {
    this.writer = writer
    this.#find = find
  }

  steps(steps: readonly Step[], inside: Inside, reach: InReach): void {
    for (const { call, maybe, repeated, when = [] } of steps) {
      if (this.#left-- === 0) this.unsure(call, 'it does more than can be followed', true)
      if (this.#left < 0) return
      if (when.some(condition => isNever(condition, this.writer.dialect))) continue
      this.#call(call, inside ?? (maybe ? 'a condition' : repeated ? 'a loop' : undefined), reach)
    }
  }

  #call(call: Call, inside: Inside, reach: InReach): void {
    this.#seen.add(call)
    const { root, calls } = chainOf(call)
    const name = root?.is === 'name' ? root.name : undefined
    const own = reach.find(one => one.variable === name)
    if (own !== undefined) this.#blueprint(own.blueprint, calls, inside, reach)
    else if (/^Schema$/i.test(name ?? '')) this.schema(calls, inside, reach)
    else if (/^DB$/i.test(name ?? '')) this.database(calls, inside, reach)
    else if (/^Artisan$/i.test(name ?? '')) this.#artisan(call, inside)
    else if (root === undefined) this.#function(calls, inside, reach)
    else this.#other(name, calls, inside, reach)
  }

  schema(chain: readonly Call[], inside: Inside, reach: InReach): void {
    const visit = this.#visit(chain, schemaPrefix, inside, reach)
    if (visit === undefined) return
    const handle = handlerOf(schemaMethods, visit.call.name)
    if (handle === undefined) this.unknownMethod('Schema', visit, quietSchema)
    else handle(visit)
  }

  database(chain: readonly Call[], inside: Inside, reach: InReach): void {
    const visit = this.#visit(chain, databasePrefix, inside, reach)
    if (visit === undefined) return
    const handle = handlerOf(databaseMethods, visit.call.name)
    if (handle === undefined) this.unknownMethod('DB', visit, quietDatabase)
    else handle(visit)
  }

  #visit(chain: readonly Call[], prefix: RegExp, inside: Inside, reach: InReach): Visit | undefined {
    const at = chain.findIndex(call => !prefix.test(call.name))
    const call = chain[at]
    if (call === undefined) return undefined
    return { call, rest: chain.slice(at + 1), span: chain.at(-1)!, inside, reach, reader: this }
  }

  tables({ call, inside, reach }: Visit, table: Value | undefined, callback: Value | undefined): void {
    const closure = this.#closure(callback)
    if (closure === undefined) {
      this.unsure(call, 'what it does to the table stands where it cannot be seen', true, inside)
      return
    }
    const [variable = '$table'] = closure.parameters
    const names = toldBy(table)
    for (const { name, isSure } of names.length === 0 ? toldBy(undefined) : names) {
      const blueprint = new Blueprint(
        this.writer,
        { name: tableNamed(name), isSure },
        /^create$/i.test(call.name),
        inside,
      )
      this.steps(closure.steps, inside, [{ variable, blueprint }, ...reach])
      blueprint.end(call)
    }
  }

  /** A closure, or `[$this, 'columns']`. */
  #closure(value: Value | undefined): Closure | undefined {
    if (value?.is === 'function') return value
    const [on, name] = value?.is === 'list' ? value.items : []
    if (on === undefined || name?.is !== 'text') return undefined
    const { offset, endOffset } = name
    const routine = this.#find({ offset, endOffset, is: 'call', on, name: name.text, args: [], named: new Map() })
    return routine === undefined ? undefined : { ...routine, steps: inlined(routine.steps, this.#find) }
  }

  #blueprint(blueprint: Blueprint, calls: readonly Call[], inside: Inside, reach: InReach): void {
    const first = calls[0]!
    if (blueprint.chain(calls, inside)) return
    // `$table->after('email', function ($table) { … })` hands the Blueprint on.
    if (/^after$/i.test(first.name)) this.#withinAll(first, inside, reach, blueprint)
    else this.unknownMethod('the Blueprint', { call: first, inside, reach }, /^(?:dd|dump)$/i)
  }

  rows(table: string, calls: readonly Call[], span: Span, inside: Inside, reach: InReach): void {
    this.writer.effect(span, queryEffect(tableNamed(table), calls), inside)
    for (const call of calls) this.closures(call, inside ?? 'a loop', reach)
  }

  #artisan(call: Call, inside: Inside): void {
    const command = toldBy(call.args[0])[0]?.name ?? '?'
    const drops = /^(?:db:wipe|migrate:(?:fresh|reset|refresh|rollback))/.test(command)
    this.unsure(call, `it runs the command \`${command}\`, which is not read`, drops, inside)
  }

  #function(calls: readonly Call[], inside: Inside, reach: InReach): void {
    const [first, ...rest] = calls as [Call, ...Call[]]
    const service = /^(?:app|resolve)$/i.test(first.name) ? toldBy(first.args[0])[0]?.name : undefined
    const made = /^new (\w+)$/.exec(first.name)?.[1]
    if (service === 'db.schema' || /^schema$/i.test(first.name)) this.schema(rest, inside, reach)
    else if (service === 'db') this.database(rest, inside, reach)
    else if (/^call_user_func(?:_array)?$/i.test(first.name)) this.#callUserFunc(first, inside, reach)
    else if (made !== undefined && isQuery(rest)) this.rows(plural(snake(made)), rest, calls.at(-1)!, inside, reach)
    else {
      this.#nested(calls, inside, reach)
      const isKnown =
        made === undefined ? harmlessFunctions.test(first.name) : rest.length === 0 || harmlessClasses.test(made)
      if (!isKnown && first.name !== '') this.#elsewhere(`${first.name}()`, calls.at(-1)!, inside)
      else if (!isKnown) this.unsure(first, 'what it calls cannot be seen', false, inside)
    }
  }

  /** `call_user_func([Schema::class, 'drop'], 'users')` */
  #callUserFunc(call: Call, inside: Inside, reach: InReach): void {
    const [callee, ...args] = call.args
    const [on, name] = callee?.is === 'list' ? callee.items : []
    const given = /array$/i.test(call.name) && args[0]?.is === 'list' ? args[0].items : args
    if (callee?.is === 'function') this.closures(call, inside, reach)
    else if (on === undefined || name?.is !== 'text') this.unsure(call, 'what it calls cannot be seen', true, inside)
    else this.#call({ ...call, on, name: name.text, args: given, named: new Map() }, inside, reach)
  }

  #other(name: string | undefined, calls: readonly Call[], inside: Inside, reach: InReach): void {
    const first = calls[0]!
    const isClass = name !== undefined && /^[A-Z]\w*$/.test(name)
    const isHarmless = (isClass && harmlessClasses.test(name)) || (name === '$this' && console.test(first.name))
    if (isClass && !isHarmless && isQuery(calls)) {
      this.rows(plural(snake(name)), calls, calls.at(-1)!, inside, reach)
      return
    }
    this.#nested(calls, inside, reach)
    if (isHarmless) return
    if (isClass || name === '$this')
      this.#elsewhere(isClass ? `${name}::${first.name}()` : `${first.name}()`, first, inside)
    else this.#variable(name ?? 'a value', calls, inside, reach)
  }

  /** A variable that holds a schema builder, a connection or a Blueprint, told by nothing but its methods. */
  #variable(name: string, calls: readonly Call[], inside: Inside, reach: InReach): void {
    const has = (words: RegExp) => calls.some(call => words.test(call.name))
    if (has(blueprintWords))
      this.unsure(calls[0]!, `it drops something of a table that cannot be told (${name})`, true, inside)
    else if (has(schemaWords)) this.schema(calls, inside, reach)
    else if (has(/^(?:statement|unprepared|exec|affectingstatement)$/i)) this.database(calls, inside, reach)
    else if (isQuery(calls)) this.writer.effect(calls.at(-1)!, { kind: 'data' }, inside)
    else if (has(/\W/)) this.unsure(calls[0]!, 'what it calls is told only while it runs', true, inside)
  }

  unknownMethod(of: string, { call, inside, reach }: Pick<Visit, 'call' | 'inside' | 'reach'>, quiet: RegExp): void {
    this.closures(call, inside ?? 'a condition', reach)
    if (quiet.test(call.name)) return
    const isTold = /^\w+$/.test(call.name)
    const because = isTold
      ? `what \`${call.name}\` of ${of} does is not known here`
      : 'what it calls is told only while it runs'
    this.unsure(call, because, !isTold || risky.test(call.name), inside)
  }

  #elsewhere(what: string, span: Span, inside: Inside): void {
    this.unsure(span, `what ${what} does stands in another file`, risky.test(what), inside)
  }

  #nested(calls: readonly Call[], inside: Inside, reach: InReach): void {
    for (const call of calls) this.closures(call, inside ?? 'a condition', reach)
  }

  closures(call: Call, inside: Inside, reach: InReach): void {
    this.#withinAll(call, inside, reach, undefined)
  }

  #withinAll(call: Call, inside: Inside, reach: InReach, blueprint: Blueprint | undefined): void {
    for (const value of [...call.args, ...call.named.values()]) this.#within(value, inside, reach, blueprint)
  }

  #within(value: Value, inside: Inside, reach: InReach, blueprint: Blueprint | undefined): void {
    if (value.is === 'function') {
      const hidden = reach.filter(one => !value.parameters.includes(one.variable))
      const [variable] = value.parameters
      const handed = blueprint === undefined || variable === undefined ? [] : [{ variable, blueprint }]
      this.steps(value.steps, inside, [...handed, ...hidden])
    } else if (value.is !== 'call') for (const part of partsOf(value)) this.#within(part, inside, reach, blueprint)
    else if (!this.#seen.has(value)) this.#call(value, inside ?? 'a condition', reach)
  }

  unsure(span: Span, because: string, stops: boolean, inside?: Inside): void {
    this.writer.unread(span, because)
    if (stops) this.writer.effect(span, { kind: 'unreadable', because }, inside)
  }
}

const console = /^(?:call|callSilent|command|info|line|comment|warn|error|getConnection|getOutput)$/i
const risky = /drop|truncate|wipe|purge|remove|delete|destroy/i
const schemaWords =
  /^(?:drop(?:IfExists|Columns|AllTables|AllViews|DatabaseIfExists)?|table|create|rename|getSchemaBuilder|whenTable\w+)$/i
const blueprintWords =
  /^drop(?:Column|Timestamps(?:Tz)?|SoftDeletes(?:Tz)?|RememberToken|Morphs|ConstrainedForeignId(?:For)?|Table)$/i
