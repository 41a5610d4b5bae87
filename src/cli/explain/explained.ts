import { finds as configFinds } from '../../config/finds.ts'
import type { Gate } from '../../core/gate.ts'
import { rules } from '../../db/rules/registry.generated.ts'
import { gates } from '../../gates/registry.generated.ts'
import { finds as pushFinds } from '../../push/finds.ts'
import { finds as packageFinds } from '../../push/packages/finds.ts'
import { secretKinds } from '../../secrets/kinds.ts'
import { type Topic, topicsOf } from './topics.ts'

/** Everything that can be explained. */
export const explained: readonly Topic[] = topicsOf({
  gates: gates as unknown as readonly Gate[],
  rules,
  secrets: secretKinds,
  ofPush: [...pushFinds, ...packageFinds, ...configFinds],
})
