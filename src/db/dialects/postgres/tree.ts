// PostgreSQL's parse tree in, our Effects out. Node names: postgres/src/include/nodes/parsenodes.h.
import type { Column, Effect, Name } from '../../statement.ts'
import type { Node } from './engine.ts'

type Is<Kind extends string> = Extract<Node, Record<Kind, unknown>> extends Record<Kind, infer Value> ? Value : never
type Relation = NonNullable<Is<'AlterTableStmt'>['relation']>

/** What a statement does by itself. DO, EXECUTE, CALL and routines need their bodies and are read by `read.ts`. */
export function effectsOf(node: Node): Effect[] {
  if ('DropStmt' in node) return [dropped(node.DropStmt)]
  if ('DropdbStmt' in node) return [{ kind: 'drop-schema', what: 'database', names: [node.DropdbStmt.dbname ?? ''] }]
  if ('DropOwnedStmt' in node)
    return [{ kind: 'drop-schema', what: 'role', names: (node.DropOwnedStmt.roles ?? []).map(roleName) }]
  if ('AlterTableStmt' in node) return altered(node.AlterTableStmt)
  if ('RenameStmt' in node) return [renamed(node.RenameStmt)]
  if ('CreateStmt' in node) return [created(node.CreateStmt)]
  if ('CreateTableAsStmt' in node) return [createdAs(node.CreateTableAsStmt)]
  if ('CreateSchemaStmt' in node) return createdSchema(node.CreateSchemaStmt)
  if ('TruncateStmt' in node) {
    const tables = (node.TruncateStmt.relations ?? []).flatMap(r => ('RangeVar' in r ? [nameOf(r.RangeVar)] : []))
    return [{ kind: 'truncate', tables }]
  }
  if ('TransactionStmt' in node)
    return [{ kind: 'transaction', rollsBack: node.TransactionStmt.kind?.startsWith('TRANS_STMT_ROLLBACK') === true }]
  if ('VariableSetStmt' in node) return [variable(node.VariableSetStmt)]
  if ('SelectStmt' in node && node.SelectStmt.intoClause?.rel !== undefined)
    return [{ kind: 'create-table', table: nameOf(node.SelectStmt.intoClause.rel), surely: true, temporary: false }]
  const name = Object.keys(node)[0] ?? ''
  if (dataNodes.has(name)) return [{ kind: 'data' }]
  return [{ kind: plainNodes.has(name) ? 'other' : 'other-ddl' }]
}

const dataNodes = new Set(['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'CopyStmt'])
const plainNodes = new Set(
  `VariableShowStmt ExplainStmt VacuumStmt ReindexStmt CheckPointStmt DiscardStmt ListenStmt UnlistenStmt NotifyStmt LockStmt LoadStmt
  ConstraintsSetStmt PrepareStmt DeallocateStmt DeclareCursorStmt ClosePortalStmt FetchStmt GrantStmt GrantRoleStmt CommentStmt ClusterStmt`.split(
    /\s+/,
  ),
)

function nameOf(relation: Relation): Name {
  const name = relation.relname ?? ''
  return relation.schemaname === undefined ? { name } : { schema: relation.schemaname, name }
}

function roleName(role: Node): string {
  if (!('RoleSpec' in role)) return '?'
  return role.RoleSpec.rolename ?? role.RoleSpec.roletype?.replace('ROLESPEC_', '').toLowerCase() ?? '?'
}

/** A name as the parser gives it for dropped objects: a list of strings, the last one the object's. */
export function nameFrom(parts: readonly Node[]): Name {
  const strings = parts.flatMap(part => ('String' in part ? [part.String.sval ?? ''] : []))
  const name = strings.at(-1) ?? ''
  const schema = strings.at(-2)
  return schema === undefined ? { name } : { schema, name }
}

function objectName(object: Node): Name {
  if ('List' in object) return nameFrom(object.List.items ?? [])
  if ('TypeName' in object) return nameFrom(object.TypeName.names ?? [])
  return nameFrom([object])
}

/** What may be taken from tables by a CASCADE: columns of the type, of the domain, of the extension's types, with the collation. */
const takesColumns: Record<string, string> = {
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'domain',
  OBJECT_EXTENSION: 'extension',
  OBJECT_COLLATION: 'collation',
}

function dropped({ objects = [], removeType, behavior }: Is<'DropStmt'>): Effect {
  const names = objects.map(objectName)
  if (removeType === 'OBJECT_TABLE') return { kind: 'drop-table', tables: names, temporary: names.every(isTemporary) }
  if (removeType === 'OBJECT_SCHEMA') return { kind: 'drop-schema', what: 'schema', names: names.map(n => n.name) }
  const what = takesColumns[removeType ?? '']
  if (what === undefined || behavior !== 'DROP_CASCADE') return { kind: 'other-ddl' }
  return { kind: 'drop-cascade', what, names: names.map(n => n.name) }
}

function isTemporary(name: Name): boolean {
  return name.schema === 'pg_temp'
}

function altered({ relation, cmds = [], objtype }: Is<'AlterTableStmt'>): Effect[] {
  if (relation === undefined) return [{ kind: 'other-ddl' }]
  const table = nameOf(relation)
  // The columns of a foreign table are kept by another server; those of a view are made from tables.
  const holdsData = objtype === 'OBJECT_TABLE' || objtype === 'OBJECT_TYPE'
  const columns = cmds.flatMap(cmd => {
    if (!('AlterTableCmd' in cmd) || cmd.AlterTableCmd.subtype !== 'AT_DropColumn' || !holdsData) return []
    return [cmd.AlterTableCmd.name ?? '']
  })
  const added = cmds.flatMap((cmd): Effect[] => {
    if (!('AlterTableCmd' in cmd) || cmd.AlterTableCmd.subtype !== 'AT_AddColumn') return []
    const { def, missing_ok } = cmd.AlterTableCmd
    const column = def === undefined ? undefined : columnFrom(def)
    return column === undefined ? [] : [{ kind: 'add-column', table, columns: [column], surely: missing_ok !== true }]
  })
  const rest: Effect[] = added.length + columns.length === cmds.length ? [] : [{ kind: 'alter-other', table }]
  // Drops come first whatever the order of writing (tablecmds.c, AT_PASS_DROP): a column dropped and added again loses its values.
  return columns.length === 0 ? [...added, ...rest] : [{ kind: 'drop-column', table, columns }, ...added, ...rest]
}

function columnFrom(node: Node): Column | undefined {
  if (!('ColumnDef' in node)) return undefined
  const { colname = '', constraints = [] } = node.ColumnDef
  const virtual = constraints.some(
    c => 'Constraint' in c && c.Constraint.contype === 'CONSTR_GENERATED' && c.Constraint.generated_kind === 'v',
  )
  return virtual ? { name: colname, virtual } : { name: colname }
}

function renamed({ renameType, relation, subname = '', newname = '' }: Is<'RenameStmt'>): Effect {
  if (relation === undefined) return { kind: 'other-ddl' }
  const table = nameOf(relation)
  if (renameType === 'OBJECT_COLUMN') return { kind: 'rename-column', table, column: subname, to: newname }
  if (renameType !== 'OBJECT_TABLE') return { kind: 'other-ddl' }
  return { kind: 'rename-table', table, to: { ...table, name: newname } }
}

function created({ relation, tableElts = [], if_not_exists, inhRelations, ofTypename }: Is<'CreateStmt'>): Effect {
  if (relation === undefined) return { kind: 'other-ddl' }
  const columns = tableElts.flatMap(element => columnFrom(element) ?? [])
  const visible = inhRelations === undefined && ofTypename === undefined && !tableElts.some(e => 'TableLikeClause' in e)
  return {
    kind: 'create-table',
    table: nameOf(relation),
    surely: if_not_exists !== true,
    temporary: relation.relpersistence === 't',
    ...(visible ? { columns } : {}),
  }
}

function createdAs({ into, if_not_exists, objtype }: Is<'CreateTableAsStmt'>): Effect {
  if (into?.rel === undefined || objtype !== 'OBJECT_TABLE') return { kind: 'other-ddl' }
  const temporary = into.rel.relpersistence === 't'
  return { kind: 'create-table', table: nameOf(into.rel), surely: if_not_exists !== true, temporary }
}

function createdSchema({ schemaname = '', schemaElts = [], if_not_exists }: Is<'CreateSchemaStmt'>): Effect[] {
  const inner = schemaElts.flatMap(effectsOf).map(effect => {
    if (effect.kind !== 'create-table' || effect.table.schema !== undefined) return effect
    return { ...effect, table: { schema: schemaname, name: effect.table.name } }
  })
  return [{ kind: 'create-schema', name: schemaname, surely: if_not_exists !== true }, ...inner]
}

function variable({ name, args = [], kind }: Is<'VariableSetStmt'>): Effect {
  if (name === 'standard_conforming_strings' && kind === 'VAR_SET_VALUE') {
    const value = args.map(arg => ('A_Const' in arg ? (arg.A_Const.sval?.sval ?? '') : '')).join()
    if (value !== 'on')
      return { kind: 'unreadable', because: 'it changes how quotes are read, so that the rest cannot be trusted' }
  }
  return { kind: name === 'search_path' || kind === 'VAR_RESET_ALL' ? 'change-scope' : 'other' }
}
