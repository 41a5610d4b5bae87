import { textOf } from '../../code/arguments.ts'
import type { Call, Script } from '../../code/script.ts'
import type { Effect } from '../../statement.ts'
import { tableOfModel } from './names.ts'

/** Methods of a model or a relation that write. https://guides.rubyonrails.org/active_record_basics.html */
export const changesRows =
  /^(?:create!?|insert(?:_all!?)?|insert!|upsert(?:_all)?|save!?|update!?|update_all|update_columns?|update_attribute|delete|delete_all|delete_by|destroy|destroy_all|destroy_by|find_or_create_by!?|first_or_create!?|increment!|touch_all|touch|toggle!|import!?)$/

/** `User.delete_all` and `User.update_all(…)` touch every row; with anything between, only some. */
export function rowChange(model: string, calls: readonly Call[], script: Script): Effect {
  const last = calls.at(-1)!
  const isWhole = calls.every(call => call === last || call.name === 'unscoped' || call.name === 'all')
  const verb = /^(?:delete_all|destroy_all)$/.test(last.name)
    ? 'delete'
    : last.name === 'update_all'
      ? 'update'
      : undefined
  if (!isWhole || verb === undefined) return { kind: 'data' }
  const own = script.classes.find(one => one.name === model)
  const name = textOf(own?.members.get('self.table_name')) ?? tableOfModel(model)
  return {
    kind: 'data',
    change: { verb, table: { name }, columns: [...last.named.keys()], mayBeNull: [...last.named.keys()] },
  }
}
