import type { Effect, Name } from '../../statement.ts'
import type { Node } from './engine.ts'
import { type Is, nameFrom } from './nodes.ts'

/** What may be taken from tables by a CASCADE: columns of the type, of the domain, of the extension's types, with the collation. */
const takesColumns: Readonly<Record<string, string>> = {
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'domain',
  OBJECT_EXTENSION: 'extension',
  OBJECT_COLLATION: 'collation',
}

export function dropped({
  objects = [],
  removeType = 'OBJECT_RULE',
  behavior,
  missing_ok,
  concurrent,
}: Is<'DropStmt'>): Effect {
  const names = objects.map(objectName)
  const cascade = behavior === 'DROP_CASCADE' ? { cascade: true as const } : {}
  const ifExists = missing_ok === true ? { ifExists: true as const } : {}
  switch (removeType) {
    case 'OBJECT_TABLE':
      return { kind: 'drop-table', tables: names, temporary: names.every(isTemporary), ...cascade, ...ifExists }
    case 'OBJECT_SCHEMA':
      return { kind: 'drop-schema', what: 'schema', names: names.map(({ name }) => name), ...ifExists }
    case 'OBJECT_INDEX':
      return { kind: 'drop-index', indexes: names, concurrently: concurrent === true, ...cascade, ...ifExists }
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
      return { kind: 'drop-view', views: names, materialized: removeType === 'OBJECT_MATVIEW', ...cascade }
  }
  const what = takesColumns[removeType]
  if (what === undefined || behavior !== 'DROP_CASCADE') return { kind: 'other-ddl' }
  return { kind: 'drop-cascade', what, names: names.map(({ name }) => name) }
}

function objectName(object: Node): Name {
  if ('List' in object) return nameFrom(object.List.items ?? [])
  if ('TypeName' in object) return nameFrom(object.TypeName.names ?? [])
  return nameFrom([object])
}

function isTemporary(name: Name): boolean {
  return name.schema === 'pg_temp'
}

export function roleName(role: Node): string {
  if (!('RoleSpec' in role)) return '?'
  return role.RoleSpec.rolename ?? role.RoleSpec.roletype?.replace('ROLESPEC_', '').toLowerCase() ?? '?'
}
