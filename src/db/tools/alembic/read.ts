import { argument, nameOf } from '../../code/arguments.ts'
import { inlined, ownRoutines } from '../../code/inline.ts'
import { type Call, chainOf, type Script, type Step, type Value } from '../../code/script.ts'
import { CodeWriter, type Reading } from '../../code/writer.ts'
import type { DialectId } from '../../statement.ts'
import { withoutBindings } from './bindings.ts'
import { sqlTextOf } from './columns.ts'
import { Operation, operations } from './operations.ts'

/** What `upgrade` does, its own helpers included. */
export function readRevision(script: Script, dialect: DialectId): Reading {
  const writer = new CodeWriter(script, dialect)
  const upgrade = script.routines.filter(routine => routine.name === 'upgrade')
  const steps = upgrade.flatMap(routine => inlined(routine.steps, ownRoutines(script)))
  for (const step of steps) readStep(step, writer)
  return writer.reading()
}

const executes = /^(?:execute|exec_driver_sql|executemany|executescript|scalar|scalars)$/

function readStep({ call, maybe, repeated }: Step, writer: CodeWriter): void {
  const inside = maybe || repeated ? 'a condition' : undefined
  const { root, calls } = chainOf(call)
  const [first] = calls
  if (executes.test(call.name) && call.on !== undefined) {
    execute(call, writer, inside)
    return
  }
  const isOp = root?.is === 'name' && /(?:^|\.)op$/.test(root.name)
  if (isOp && first !== undefined) {
    const batch = first.name === 'batch_alter_table' && calls.length > 1 ? first : undefined
    operate(batch === undefined ? first : call, batch, writer, inside)
    return
  }
  other(call, writer, inside)
}

function operate(call: Call, batch: Call | undefined, writer: CodeWriter, inside: string | undefined): void {
  const known = operations[call.name]
  if (known !== undefined) {
    known(new Operation(call, batch, writer, inside))
    return
  }
  const because = `${batch === undefined ? 'op' : 'the batch'}.${call.name} is not one of Alembic's operations`
  if (dropsSomething.test(call.name)) writer.effect(call, { kind: 'unreadable', because }, inside)
  writer.unread(call, because)
}

const dropsSomething = /drop|remove|delete|truncate|destroy|purge/i

function execute(call: Call, writer: CodeWriter, inside: string | undefined): void {
  const given = argument(call, 0, 'sqltext') ?? argument(call, undefined, 'statement')
  if (given?.is === 'call' && sqlTextOf(given) === undefined) {
    construct(given, call, writer, inside)
    return
  }
  writer.sql(withoutBindings(sqlTextOf(given)), call, inside)
}

/** `op.execute(users.update().values(…))`: rows only. `DropTable(x)` and the like are DDL without a text. */
function construct(given: Call, call: Call, writer: CodeWriter, inside: string | undefined): void {
  const names = chainOf(given).calls.map(one => one.name)
  const isData = names.some(name => /^(?:insert|update|delete|select|values|where|exists|func)$/.test(name))
  if (isData) writer.effect(call, { kind: 'data' }, inside)
  else
    writer.effect(
      call,
      { kind: 'unreadable', because: `what ${given.name} makes is put together while it runs` },
      inside,
    )
}

/** Calls that are none of Alembic's: of rows, of values, or of code that is not seen here. */
function other(call: Call, writer: CodeWriter, inside: string | undefined): void {
  if (/^(?:drop_all|drop)$/.test(call.name) && call.on !== undefined) {
    writer.effect(call, { kind: 'unreadable', because: `${call.name} drops what is known only while it runs` }, inside)
    return
  }
  if (call.name === 'create_all') {
    writer.unread(call, 'create_all makes what the models say')
    return
  }
  const handsOver = [...call.args, ...call.named.values()].some(isConnection)
  const isOwn = call.on === undefined && !harmless.test(call.name)
  if (call.name === '' || (handsOver && !harmless.test(call.name)) || (isOwn && dropsSomething.test(call.name)))
    writer.unread(call, `${call.name === '' ? 'what it calls' : call.name} is not in this file`)
}

const harmless =
  /^(?:text|Column|Session|sessionmaker|inspect|print|len|str|int|list|dict|set|tuple|range|enumerate|zip|sorted|isinstance|table|column|MetaData|Table|(?:Drop|Create)(?:Table|Index|Sequence|Schema|Constraint))$/

function isConnection(value: Value): boolean {
  if (value.is === 'name') return /(?:^|\.)op$/.test(value.name)
  const isBind = value.is === 'call' && value.name === 'get_bind'
  return isBind && nameOf(value.on) === 'op'
}
