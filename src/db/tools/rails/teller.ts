import type { Call } from '../../code/script.ts'
import type { CodeWriter } from '../../code/writer.ts'
import type { DialectId, Effect } from '../../statement.ts'

/** Writes effects at the place of one call. */
export interface Teller {
  (effect: Effect): void
  readonly dialect: DialectId
  /** It runs for certain. */
  readonly surely: boolean
}

export function tellerAt(call: Call, writer: CodeWriter, inside: string | undefined): Teller {
  // A chain's own place: `t.string :a` begins at `t`.
  const tell = (effect: Effect) => writer.effect(call, effect, inside)
  return Object.assign(tell, { dialect: writer.dialect, surely: inside === undefined })
}
