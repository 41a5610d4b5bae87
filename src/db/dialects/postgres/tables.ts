// What makes and names things: tables, indexes, views, types.
import type { Effect, Index, Name } from '../../statement.ts'
import { columnFrom, constraintFrom, inlineConstraints } from './columns.ts'
import type { Node } from './engine.ts'
import { columnsIn, relationsIn } from './expressions.ts'
import { type Is, nameFrom, nameOf, stringsOf } from './nodes.ts'
import type { Source } from './source.ts'

export function createdTable(create: Is<'CreateStmt'>, source: Source): Effect {
  const { relation, tableElts = [], if_not_exists, inhRelations = [], ofTypename, partspec, partbound } = create
  if (relation === undefined) return { kind: 'other-ddl' }
  const hidden = inhRelations.length > 0 || ofTypename !== undefined || tableElts.some(e => 'TableLikeClause' in e)
  const constraints = tableElts.flatMap(
    element => constraintFrom(element, source) ?? inlineConstraints(element, source),
  )
  const parent = partbound === undefined ? undefined : inhRelations[0]
  const [only, ...more] = tableElts
  const model =
    only !== undefined && more.length === 0 && 'TableLikeClause' in only ? only.TableLikeClause.relation : undefined
  return {
    kind: 'create-table',
    table: nameOf(relation),
    ...(hidden ? {} : { columns: tableElts.flatMap(element => columnFrom(element, source) ?? []) }),
    ...(constraints.length === 0 ? {} : { constraints }),
    surely: if_not_exists !== true,
    temporary: relation.relpersistence === 't',
    ...(relation.relpersistence === 'u' ? { unlogged: true } : {}),
    ...(partspec === undefined ? {} : { partitioned: true }),
    ...(parent !== undefined && 'RangeVar' in parent ? { partitionOf: nameOf(parent.RangeVar) } : {}),
    ...(model === undefined ? {} : { like: nameOf(model) }),
  }
}

export function createdAs({ into, if_not_exists, objtype, query }: Is<'CreateTableAsStmt'>, source: Source): Effect {
  if (into?.rel === undefined) return { kind: 'other-ddl' }
  if (objtype === 'OBJECT_MATVIEW')
    return {
      kind: 'create-view',
      view: nameOf(into.rel),
      replaces: false,
      materialized: true,
      ...reading(query, into.rel.location, source),
    }
  const { relpersistence } = into.rel
  return {
    kind: 'create-table',
    table: nameOf(into.rel),
    surely: if_not_exists !== true,
    temporary: relpersistence === 't',
    ...(relpersistence === 'u' ? { unlogged: true } : {}),
  }
}

export function createdView({ view, query, replace }: Is<'ViewStmt'>, source: Source): Effect {
  if (view === undefined) return { kind: 'other-ddl' }
  const read = reading(query, view.location, source)
  return { kind: 'create-view', view: nameOf(view), replaces: replace === true, materialized: false, ...read }
}

function reading(query: Node | undefined, byte: number | undefined, source: Source) {
  return {
    reads: relationsIn(query),
    columns: columnsIn(query),
    query: source.after('AS', byte, { ends: [] }),
  }
}

export function createdIndex(create: Is<'IndexStmt'>, source: Source): Effect {
  const { relation, concurrent, if_not_exists } = create
  if (relation === undefined) return { kind: 'other-ddl' }
  return {
    kind: 'create-index',
    table: nameOf(relation),
    index: indexFrom(create, relation.location, source),
    concurrently: concurrent === true,
    surely: if_not_exists !== true,
  }
}

function indexFrom(create: Is<'IndexStmt'>, byte: number | undefined, source: Source): Index {
  const { idxname, indexParams = [], unique, accessMethod, whereClause } = create
  let texts: readonly string[] | undefined
  const columns = indexParams.map((param, at) => {
    if (!('IndexElem' in param)) return ''
    if (param.IndexElem.name !== undefined) return param.IndexElem.name
    texts ??= source.list(byte)
    return `(${bare(texts[at] ?? '')})`
  })
  return {
    ...(idxname === undefined ? {} : { name: idxname }),
    columns,
    ...(unique === true ? { unique: true } : {}),
    // The parser fills in `btree` where nothing is said.
    ...(accessMethod === undefined ? {} : { method: accessMethod }),
    ...(whereClause === undefined ? {} : { where: source.after('WHERE', byte, { ends: [] }) }),
  }
}

/** `(lower(a)) text_pattern_ops DESC` is `lower(a)`. */
function bare(text: string): string {
  const plain = text.replace(/(?:\s+(?:ASC|DESC|NULLS\s+(?:FIRST|LAST)|\w+_ops))+$/i, '')
  return plain.startsWith('(') && plain.endsWith(')') ? plain.slice(1, -1) : plain
}

export function createdSchema(
  { schemaname = '', schemaElts = [], if_not_exists }: Is<'CreateSchemaStmt'>,
  effectsOf: (node: Node) => readonly Effect[],
): Effect[] {
  const inner = schemaElts.flatMap(effectsOf).map(effect => {
    if ('table' in effect && effect.table !== undefined) return { ...effect, table: placed(effect.table, schemaname) }
    return effect.kind === 'create-view' ? { ...effect, view: placed(effect.view, schemaname) } : effect
  })
  return [{ kind: 'create-schema', name: schemaname, surely: if_not_exists !== true }, ...inner]
}

function placed(name: Name, schema: string): Name {
  return name.schema === undefined ? { schema, name: name.name } : name
}

export function createdEnum({ typeName = [], vals = [] }: Is<'CreateEnumStmt'>): Effect {
  return { kind: 'create-type', name: nameFrom(typeName), is: 'enum', members: stringsOf(vals) }
}

export function createdDomain({ domainname = [], constraints = [] }: Is<'CreateDomainStmt'>): Effect {
  const constrained = constraints.some(
    one => 'Constraint' in one && ['CONSTR_CHECK', 'CONSTR_NOTNULL'].includes(one.Constraint.contype ?? ''),
  )
  return { kind: 'create-type', name: nameFrom(domainname), is: 'domain', ...(constrained ? { constrained } : {}) }
}

export function alteredEnum(alter: Is<'AlterEnumStmt'>): Effect {
  const { typeName = [], oldVal, newVal = '', newValNeighbor, skipIfNewValExists } = alter
  const type = nameFrom(typeName)
  if (oldVal !== undefined) return { kind: 'rename-enum-value', type, value: oldVal, to: newVal }
  return {
    kind: 'add-enum-value',
    type,
    value: newVal,
    placed: newValNeighbor !== undefined,
    ...(skipIfNewValExists === true ? { ifNotExists: true } : {}),
  }
}

// Subtypes: parsenodes.h, AlterDomainStmt: C adds a constraint, O sets NOT NULL.
export function alteredDomain({ subtype, typeName = [], def }: Is<'AlterDomainStmt'>): Effect {
  const notValid = def !== undefined && 'Constraint' in def && def.Constraint.skip_validation === true
  return {
    kind: 'alter-domain',
    name: nameFrom(typeName),
    addsConstraint: subtype === 'C' || subtype === 'O',
    ...(notValid ? { notValid } : {}),
  }
}

export function createdExtension({ extname = '', options = [] }: Is<'CreateExtensionStmt'>): Effect {
  const version = options.flatMap(one =>
    'DefElem' in one && one.DefElem.defname === 'new_version' && one.DefElem.arg !== undefined
      ? stringsOf([one.DefElem.arg])
      : [],
  )[0]
  return { kind: 'create-extension', name: extname, ...(version === undefined ? {} : { version }) }
}

export function renamed({ renameType, relation, object, subname = '', newname = '' }: Is<'RenameStmt'>): Effect {
  if (renameType === 'OBJECT_SCHEMA' || renameType === 'OBJECT_DATABASE')
    return { kind: 'rename-schema', name: subname, to: newname }
  if (relation === undefined || object !== undefined) return { kind: 'other-ddl' }
  const table = nameOf(relation)
  if (renameType === 'OBJECT_COLUMN') return { kind: 'rename-column', table, column: subname, to: newname }
  if (renameType !== 'OBJECT_TABLE') return { kind: 'other-ddl' }
  return { kind: 'rename-table', table, to: { ...table, name: newname } }
}

export function movedToSchema({ objectType, relation, newschema }: Is<'AlterObjectSchemaStmt'>): Effect {
  if (objectType !== 'OBJECT_TABLE' || relation === undefined || newschema === undefined) return { kind: 'other-ddl' }
  return { kind: 'rename-table', table: nameOf(relation), to: { schema: newschema, name: relation.relname ?? '' } }
}
