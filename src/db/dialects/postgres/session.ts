// What concerns the session or keeps tables in shape: SET, transactions, VACUUM and its kin.
import type { Effect, Name } from '../../statement.ts'
import type { Node } from './engine.ts'
import { type Is, isOff, nameOf, namesOf, optionValue } from './nodes.ts'

const verbs: Readonly<Record<string, Extract<Effect, { kind: 'transaction' }>['verb']>> = {
  TRANS_STMT_BEGIN: 'begin',
  TRANS_STMT_START: 'begin',
  TRANS_STMT_COMMIT: 'commit',
  TRANS_STMT_ROLLBACK: 'rollback',
  TRANS_STMT_SAVEPOINT: 'savepoint',
  TRANS_STMT_RELEASE: 'savepoint',
  TRANS_STMT_ROLLBACK_TO: 'savepoint',
}

export function transaction({ kind = 'TRANS_STMT_PREPARE', chain }: Is<'TransactionStmt'>): Effect {
  // AND CHAIN begins the next one at once: what follows is in a transaction as before.
  const verb = chain === true ? 'other' : (verbs[kind] ?? 'other')
  return { kind: 'transaction', rollsBack: kind.startsWith('TRANS_STMT_ROLLBACK'), verb }
}

export function variable({ name = '', args = [], kind, is_local }: Is<'VariableSetStmt'>): Effect {
  if (name === 'search_path' || kind === 'VAR_RESET_ALL') return { kind: 'change-scope' }
  if (kind === 'VAR_SET_MULTI') return { kind: 'other' }
  const value = kind === 'VAR_SET_VALUE' ? args.map(settingOf).join(', ') : 'default'
  if (name === 'standard_conforming_strings' && kind === 'VAR_SET_VALUE' && value !== 'on')
    return { kind: 'unreadable', because: 'it changes how quotes are read, so that the rest cannot be trusted' }
  return { kind: 'set', name: name.toLowerCase(), value, local: is_local === true }
}

function settingOf(arg: Node): string {
  if ('TypeCast' in arg) return arg.TypeCast.arg === undefined ? '' : settingOf(arg.TypeCast.arg)
  if (!('A_Const' in arg)) return ''
  const { sval, ival, fval } = arg.A_Const
  return sval?.sval ?? fval?.fval ?? String(ival?.ival ?? 0)
}

/** Undefined for every other statement. */
export function maintenance(node: Node): Effect[] | undefined {
  if ('VacuumStmt' in node) {
    const { options = [], rels = [], is_vacuumcmd } = node.VacuumStmt
    const full = optionValue(options, 'full')
    const what = is_vacuumcmd !== true ? 'analyze' : full !== undefined && !isOff(full) ? 'vacuum-full' : 'vacuum'
    return each(
      what,
      rels.flatMap(one =>
        'VacuumRelation' in one && one.VacuumRelation.relation ? [nameOf(one.VacuumRelation.relation)] : [],
      ),
    )
  }
  if ('ClusterStmt' in node)
    return each('cluster', node.ClusterStmt.relation ? [nameOf(node.ClusterStmt.relation)] : [])
  if ('RefreshMatViewStmt' in node) {
    const { relation, concurrent, skipData } = node.RefreshMatViewStmt
    if (skipData === true) return [{ kind: 'other' }]
    return each(concurrent === true ? 'refresh-concurrently' : 'refresh', relation ? [nameOf(relation)] : [])
  }
  if ('ReindexStmt' in node) {
    const { kind, relation, params = [] } = node.ReindexStmt
    const concurrently = optionValue(params, 'concurrently')
    const what = concurrently !== undefined && !isOff(concurrently) ? 'reindex-concurrently' : 'reindex'
    return each(what, kind === 'REINDEX_OBJECT_TABLE' && relation ? [nameOf(relation)] : [])
  }
  return 'LockStmt' in node ? each('lock-table', namesOf(node.LockStmt.relations ?? [])) : undefined
}

function each(what: string, tables: readonly Name[]): Effect[] {
  return tables.length === 0
    ? [{ kind: 'maintenance', what }]
    : tables.map(table => ({ kind: 'maintenance', what, table }))
}
