// PostgreSQL's parse tree in, our Effects out.
import type { Effect } from '../../statement.ts'
import { altered } from './alter.ts'
import { dropped, roleName } from './drops.ts'
import type { Node } from './engine.ts'
import { type Is, nameFrom, nameOf, namesOf } from './nodes.ts'
import { rowEffects } from './rows.ts'
import { maintenance, transaction, variable } from './session.ts'
import type { Source } from './source.ts'
import {
  alteredDomain,
  alteredEnum,
  createdAs,
  createdDomain,
  createdEnum,
  createdExtension,
  createdIndex,
  createdSchema,
  createdTable,
  createdView,
  movedToSchema,
  renamed,
} from './tables.ts'

/** What a statement does by itself. DO, EXECUTE, CALL and routines need their bodies and are read by `read.ts`. */
export function effectsOf(node: Node, source: Source): Effect[] {
  const kind = Object.keys(node)[0] ?? ''
  const reader = readers[kind]
  if (reader !== undefined) return reader((node as Readonly<Record<string, unknown>>)[kind], source)
  if (dataNodes.has(kind)) return rowEffects(node, source)
  return maintenance(node) ?? [{ kind: plainNodes.has(kind) ? 'other' : 'other-ddl' }]
}

type Reader = (statement: unknown, source: Source) => Effect[]

/** Ties the name of a node to the function that reads it. */
function reader<Kind extends string>(read: (statement: Is<Kind>, source: Source) => Effect | Effect[]): Reader {
  return (statement, source) => [read(statement as Is<Kind>, source)].flat()
}

const readers: Readonly<Record<string, Reader>> = {
  AlterTableStmt: reader<'AlterTableStmt'>(altered),
  CreateStmt: reader<'CreateStmt'>(createdTable),
  CreateTableAsStmt: reader<'CreateTableAsStmt'>(createdAs),
  IndexStmt: reader<'IndexStmt'>(createdIndex),
  ViewStmt: reader<'ViewStmt'>(createdView),
  CreateSchemaStmt: reader<'CreateSchemaStmt'>((create, source) =>
    createdSchema(create, inner => effectsOf(inner, source)),
  ),
  CreateEnumStmt: reader<'CreateEnumStmt'>(createdEnum),
  CreateDomainStmt: reader<'CreateDomainStmt'>(createdDomain),
  CompositeTypeStmt: reader<'CompositeTypeStmt'>(({ typevar }) => ({
    kind: 'create-type',
    name: nameOf(typevar ?? {}),
    is: 'other',
  })),
  CreateRangeStmt: reader<'CreateRangeStmt'>(({ typeName = [] }) => ({
    kind: 'create-type',
    name: nameFrom(typeName),
    is: 'other',
  })),
  CreateExtensionStmt: reader<'CreateExtensionStmt'>(createdExtension),
  AlterEnumStmt: reader<'AlterEnumStmt'>(alteredEnum),
  AlterDomainStmt: reader<'AlterDomainStmt'>(alteredDomain),
  AlterObjectSchemaStmt: reader<'AlterObjectSchemaStmt'>(movedToSchema),
  RenameStmt: reader<'RenameStmt'>(renamed),
  CreateTrigStmt: reader<'CreateTrigStmt'>(({ trigname = '', relation }) =>
    relation === undefined
      ? { kind: 'other-ddl' }
      : { kind: 'create-trigger', table: nameOf(relation), name: trigname },
  ),
  DropStmt: reader<'DropStmt'>(dropped),
  DropdbStmt: reader<'DropdbStmt'>(({ dbname = '', missing_ok }) => ({
    kind: 'drop-schema',
    what: 'database',
    names: [dbname],
    ...(missing_ok === true ? { ifExists: true } : {}),
  })),
  DropOwnedStmt: reader<'DropOwnedStmt'>(({ roles = [] }) => ({
    kind: 'drop-schema',
    what: 'role',
    names: roles.map(roleName),
  })),
  TruncateStmt: reader<'TruncateStmt'>(({ relations = [], behavior }) => ({
    kind: 'truncate',
    tables: namesOf(relations),
    ...(behavior === 'DROP_CASCADE' ? { cascade: true } : {}),
  })),
  TransactionStmt: reader<'TransactionStmt'>(transaction),
  VariableSetStmt: reader<'VariableSetStmt'>(variable),
  SelectStmt: reader<'SelectStmt'>((select, source) => {
    const made = select.intoClause?.rel
    if (made === undefined) return rowEffects({ SelectStmt: select }, source)
    return { kind: 'create-table', table: nameOf(made), surely: true, temporary: made.relpersistence === 't' }
  }),
}

const dataNodes = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'CopyStmt'])
const plainNodes = new Set(
  `VariableShowStmt ExplainStmt CheckPointStmt DiscardStmt ListenStmt UnlistenStmt NotifyStmt LoadStmt
  ConstraintsSetStmt PrepareStmt DeallocateStmt DeclareCursorStmt ClosePortalStmt FetchStmt GrantStmt GrantRoleStmt CommentStmt`.split(
    /\s+/,
  ),
)
