// What a function of `RunPython` does to the schema. Changes of rows through the ORM are data; SQL in it is read; the rest is told.
import { argument, nameOf } from '../../code/arguments.ts'
import { inlined, ownRoutines } from '../../code/inline.ts'
import { type Call, chainOf, type Script, type Step, type Value } from '../../code/script.ts'
import { sizeOf } from '../../code/values.ts'
import type { CodeWriter } from '../../code/writer.ts'
import type { Name } from '../../statement.ts'
import { tableOf } from './fields.ts'
import { withoutParameters } from './sql-parameters.ts'

export function readRunPython(call: Call, script: Script, writer: CodeWriter): void {
  const code = bare(argument(call, 0, 'code'))
  if (code?.is === 'name' && /(?:^|\.)noop$/.test(code.name)) return
  const routine = code?.is === 'function' ? code : code?.is === 'name' ? routineOf(code.name, script) : undefined
  if (routine === undefined) {
    writer.unread(call, `the function ${nameOf(code)} is not in this file`)
    return
  }
  const editor = routine.parameters[1]
  for (const step of inlined(routine.steps, ownRoutines(script))) readStep(step, editor, writer)
}

function routineOf(name: string, script: Script) {
  const own = name.split('.').at(-1)!
  const methods = script.classes.flatMap(shape => shape.routines)
  return [...script.routines, ...methods].find(one => one.name === own)
}

/** `partial(forwards, …)` is `forwards`. */
function bare(value: Value | undefined): Value | undefined {
  return value?.is === 'call' && value.name === 'partial' ? value.args[0] : value
}

const runsSql = /^(?:execute|executescript|executemany|callproc|raw|extra)$/
const changesRows =
  /^(?:save|delete|create|bulk_create|update|bulk_update|get_or_create|update_or_create|add|remove|set|clear|all|filter|exclude)$/
const harmless =
  /^(?:cursor|connection|vendor|alias|get_model|quote_name|table_names|fetchall|fetchone|fetchmany|format_debug_sql|commit)$/

function readStep({ call, maybe, repeated }: Step, editor: string | undefined, writer: CodeWriter): void {
  const inside = maybe || repeated ? 'a condition' : undefined
  const { root } = chainOf(call)
  if (/^(?:execute|executescript|executemany|raw)$/.test(call.name) && call.on !== undefined) {
    const sql = argument(call, 0, 'sql')
    writer.sql(
      call.args.length > 1 || call.named.has('params') ? withoutParameters(unwrapped(sql)) : unwrapped(sql),
      call,
      inside,
    )
    return
  }
  if (root?.is === 'name' && (root.name === editor || /(?:^|_)schema_editor$|^editor$/.test(root.name))) {
    editSchema(call, writer, inside)
    return
  }
  if (changesRows.test(call.name) && call.on !== undefined) {
    writer.effect(call, { kind: 'data' }, inside)
    return
  }
  if (runsSql.test(call.name) || harmless.test(call.name)) return
  if (call.name === 'call_command') writer.unread(call, `it runs the command ${nameOf(call.args[0])}`)
  else if ((call.name === '' && !isModel(call.on)) || handsOver(call, editor))
    writer.unread(call, `${call.name === '' ? 'what it calls' : call.name} is not in this file`)
}

/** The schema editor or a connection goes to code that is not seen here. */
function handsOver(call: Call, editor: string | undefined): boolean {
  if (sizeOf(call) > 1000) return true
  return [...call.args, ...call.named.values()].some(
    arg =>
      arg.is === 'name' && (arg.name === editor || /(?:^|[._])(?:schema_editor|connection|cursor)$/.test(arg.name)),
  )
}

/** `Order(…)` of `Order = apps.get_model('shop', 'Order')`: an object that is not saved yet. */
function isModel(value: Value | undefined): boolean {
  return value?.is === 'call' && value.name === 'get_model'
}

/** `Composed` SQL of psycopg: `sql.SQL('…')`. */
function unwrapped(value: Value | undefined): Value | undefined {
  return value?.is === 'call' && value.name === 'SQL' ? value.args[0] : value
}

/** SchemaEditor: https://docs.djangoproject.com/en/stable/ref/schema-editor/ */
function editSchema(call: Call, writer: CodeWriter, inside: string | undefined): void {
  const table = tableFrom(call.args[0])
  switch (call.name) {
    case 'delete_model':
      writer.effect(call, { kind: 'drop-table', tables: [table], temporary: false }, inside)
      return
    case 'remove_field': {
      const columns = [columnFrom(call.args[1])]
      writer.effect(call, { kind: 'drop-column', table, columns }, inside)
      return
    }
    case 'create_model':
      writer.effect(call, { kind: 'create-table', table, surely: inside === undefined, temporary: false }, inside)
      return
    case 'alter_db_table':
      writer.effect(call, { kind: 'rename-table', table, to: { name: nameOf(call.args[2]) } }, inside)
      return
    case 'cursor':
    case 'quote_name':
    case 'quote_value':
    case 'prepare_default':
      return
    default:
      if (/^(?:add|alter|remove|rename)_/.test(call.name)) writer.effect(call, { kind: 'alter-other', table }, inside)
  }
}

/** A model is `apps.get_model('app', 'Model')` or `apps.get_model('app.Model')`. */
function tableFrom(value: Value | undefined): Name {
  if (value?.is !== 'call' || value.name !== 'get_model') return { name: nameOf(value) }
  const [app, model] = value.args.map(nameOf)
  return { name: model === undefined ? tableOf(app ?? '?', '?') : tableOf(model, app ?? '?') }
}

/** `Model._meta.get_field('x')` */
function columnFrom(value: Value | undefined): string {
  return value?.is === 'call' && value.name === 'get_field' ? nameOf(value.args[0]) : nameOf(value)
}
