import { Scope } from './scope.ts'
import type { Value } from './script.ts'

/** The scope of a module's or a class's own body: what it sets can be asked for afterwards, however large. */
export class BodyScope extends Scope {
  readonly members = new Map<string, Value>()

  override set(name: string, value: Value): void {
    this.members.set(name, value)
    super.set(name, value)
  }
}
