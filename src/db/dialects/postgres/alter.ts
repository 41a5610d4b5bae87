// ALTER TABLE: every action an effect of its own.
import type { ColumnChange, Effect, Name, TableOption } from '../../statement.ts'
import { columnFrom, constraintFrom, typeOf } from './columns.ts'
import type { Node } from './engine.ts'
import { kindOf } from './expressions.ts'
import { type Is, isOff, nameFrom, nameOf, optionValue } from './nodes.ts'
import { Source } from './source.ts'

type Action = Is<'AlterTableCmd'>

export function altered({ relation, cmds = [], objtype, missing_ok }: Is<'AlterTableStmt'>, source: Source): Effect[] {
  if (relation === undefined) return [{ kind: 'other-ddl' }]
  const table = nameOf(relation)
  // The columns of a foreign table are kept by another server; those of a view are made from tables.
  if (objtype === 'OBJECT_FOREIGN_TABLE') return [{ kind: 'alter-other', table }]
  if (objtype !== 'OBJECT_TABLE' && objtype !== 'OBJECT_TYPE') return [{ kind: 'other-ddl' }]
  let texts: readonly string[] | undefined
  // One action a comma: where that is not so, nothing is said rather than something wrong.
  const textAt = (index: number) => {
    texts ??= source.actions(relation.location)
    return texts.length === cmds.length ? texts[index]! : ''
  }
  const actions = cmds.flatMap(cmd => ('AlterTableCmd' in cmd ? [cmd.AlterTableCmd] : []))
  const effects = actions.flatMap((action, index) => effectsOf(action, table, source, () => textAt(index)))
  return inOrder(effects, table, missing_ok === true)
}

// Drops come first whatever the order of writing (tablecmds.c, AT_PASS_DROP): a column dropped and added again loses its values.
function inOrder(effects: readonly Effect[], table: Name, tableMayBeMissing: boolean): Effect[] {
  const drops = effects.filter(effect => effect.kind === 'drop-column')
  const constraints = effects.filter(effect => effect.kind === 'drop-constraint')
  const added = effects.filter(effect => effect.kind === 'add-column')
  const rest = effects.filter(effect => ![...drops, ...constraints, ...added].includes(effect as (typeof drops)[0]))
  const dropped: Effect = {
    kind: 'drop-column',
    table,
    columns: drops.flatMap(drop => drop.columns),
    ...(drops.some(drop => drop.cascade === true) ? { cascade: true } : {}),
    ...(tableMayBeMissing || drops.every(drop => drop.ifExists === true) ? { ifExists: true } : {}),
  }
  return [...(drops.length === 0 ? [] : [dropped]), ...constraints, ...added, ...rest]
}

function effectsOf(action: Action, table: Name, source: Source, text: () => string): Effect[] {
  const { name = '', def, missing_ok, behavior } = action
  const how = {
    ...(behavior === 'DROP_CASCADE' ? { cascade: true as const } : {}),
    ...(missing_ok === true ? { ifExists: true as const } : {}),
  }
  switch (action.subtype) {
    case 'AT_AddColumn': {
      const column = def === undefined ? undefined : columnFrom(def, source)
      return column === undefined ? [] : [{ kind: 'add-column', table, columns: [column], surely: missing_ok !== true }]
    }
    case 'AT_DropColumn':
      return [{ kind: 'drop-column', table, columns: [name], ...how }]
    case 'AT_DropConstraint':
      return [{ kind: 'drop-constraint', table, name, ...how }]
    case 'AT_AddConstraint': {
      const constraint = def === undefined ? undefined : constraintFrom(def, source)
      return constraint === undefined
        ? [{ kind: 'alter-other', table }]
        : [{ kind: 'add-constraint', table, constraint }]
    }
    case 'AT_ValidateConstraint':
      return [{ kind: 'validate-constraint', table, name }]
    case 'AT_AlterConstraint':
      return [alteredConstraint(def, table)]
    case 'AT_AttachPartition':
    case 'AT_DetachPartition':
      return [partition(action, table)]
    case 'AT_AddInherit':
      return def === undefined || !('RangeVar' in def)
        ? [{ kind: 'alter-other', table }]
        : [{ kind: 'attach-partition', table: nameOf(def.RangeVar), partition: table }]
  }
  const change = changeOf(action, text)
  if (change !== undefined) return [{ kind: 'change-column', table, column: name, change }]
  const option = optionOf(action)
  return [option === undefined ? { kind: 'alter-other', table } : { kind: 'table-option', table, ...option }]
}

function alteredConstraint(def: Node | undefined, table: Name): Effect {
  if (def === undefined || !('ATAlterConstraint' in def)) return { kind: 'alter-other', table }
  const { conname = '', alterEnforceability, is_enforced } = def.ATAlterConstraint
  const enforced = alterEnforceability === true ? { enforced: is_enforced === true } : {}
  return { kind: 'alter-constraint', table, name: conname, ...enforced }
}

function partition({ subtype, def }: Action, table: Name): Effect {
  if (def === undefined || !('PartitionCmd' in def) || def.PartitionCmd.name === undefined)
    return { kind: 'alter-other', table }
  const { name, concurrent } = def.PartitionCmd
  return subtype === 'AT_AttachPartition'
    ? { kind: 'attach-partition', table, partition: nameOf(name) }
    : { kind: 'detach-partition', table, partition: nameOf(name), concurrently: concurrent === true }
}

/** `text`: the action as it is written. */
function changeOf({ subtype, def }: Action, text: () => string): ColumnChange | undefined {
  switch (subtype) {
    case 'AT_SetNotNull':
      return { set: 'not-null' }
    case 'AT_DropNotNull':
      return { set: 'nullable' }
    case 'AT_ColumnDefault':
      return { set: 'default', to: def === undefined ? undefined : { text: after(text(), 'DEFAULT'), is: kindOf(def) } }
    case 'AT_AlterColumnType':
      return newType(def, text)
    case 'AT_AddIdentity':
      return { set: 'identity' }
    case 'AT_DropIdentity':
      return { set: 'no-identity' }
    case 'AT_SetExpression':
      return { set: 'generated' }
    case 'AT_DropExpression':
      return { set: 'not-generated' }
    case 'AT_SetIdentity':
    case 'AT_SetStatistics':
    case 'AT_SetOptions':
    case 'AT_ResetOptions':
    case 'AT_SetStorage':
    case 'AT_SetCompression':
      return { set: 'other' }
  }
  return undefined
}

function newType(def: Node | undefined, text: () => string): ColumnChange {
  if (def === undefined || !('ColumnDef' in def) || def.ColumnDef.typeName === undefined) return { set: 'other' }
  const { typeName, raw_default, collClause } = def.ColumnDef
  return {
    set: 'type',
    type: typeOf(typeName),
    ...(raw_default === undefined ? {} : { using: after(text(), 'USING') }),
    ...(collClause === undefined ? {} : { collation: nameFrom(collClause.collname ?? []).name }),
  }
}

function after(text: string, word: string): string {
  return new Source(text).after(word, 0)
}

const plainOptions: Readonly<Record<string, TableOption>> = {
  AT_SetLogged: 'logged',
  AT_SetUnLogged: 'unlogged',
  AT_EnableRowSecurity: 'row-security',
  AT_DisableRowSecurity: 'no-row-security',
  AT_ForceRowSecurity: 'other',
  AT_NoForceRowSecurity: 'other',
  AT_ChangeOwner: 'other',
  AT_ClusterOn: 'other',
  AT_DropCluster: 'other',
  AT_EnableTrig: 'other',
  AT_EnableTrigAll: 'other',
  AT_EnableTrigUser: 'other',
  AT_EnableAlwaysTrig: 'other',
  AT_EnableReplicaTrig: 'other',
  AT_EnableRule: 'other',
  AT_DisableRule: 'other',
  AT_ResetRelOptions: 'other',
}

const identities: Readonly<Record<string, string>> = { f: 'full', n: 'nothing', d: 'default', i: 'index' }

function optionOf({ subtype = 'AT_AddOf', name, def }: Action): { option: TableOption; to?: string } | undefined {
  switch (subtype) {
    case 'AT_SetAccessMethod':
      return { option: 'access-method', ...(name === undefined ? {} : { to: name }) }
    case 'AT_SetTableSpace':
      return { option: 'tablespace', ...(name === undefined ? {} : { to: name }) }
    case 'AT_DisableTrig':
      return { option: 'disable-trigger', ...(name === undefined ? {} : { to: name }) }
    case 'AT_DisableTrigAll':
      return { option: 'disable-trigger', to: 'all' }
    case 'AT_DisableTrigUser':
      return { option: 'disable-trigger', to: 'user' }
    case 'AT_ReplicaIdentity':
      if (def === undefined || !('ReplicaIdentityStmt' in def)) return { option: 'replica-identity' }
      return { option: 'replica-identity', to: identities[def.ReplicaIdentityStmt.identity_type ?? ''] ?? 'other' }
    case 'AT_SetRelOptions': {
      const autovacuum =
        def !== undefined && 'List' in def ? optionValue(def.List.items ?? [], 'autovacuum_enabled') : undefined
      return autovacuum === undefined
        ? { option: 'other' }
        : { option: 'autovacuum', to: isOff(autovacuum) ? 'off' : 'on' }
    }
  }
  const option = plainOptions[subtype]
  return option === undefined ? undefined : { option }
}
