import type { SecretRule } from '../rule.ts'
import { assignments } from './assignments.ts'
import { cloud } from './cloud.ts'
import { codeHosts } from './code-hosts.ts'
import { keys } from './keys.ts'
import { logins } from './logins.ts'
import { markedTokens } from './marked-tokens.ts'
import { namedKeys } from './named-keys.ts'
import { php } from './php.ts'
import { services } from './services.ts'
import { web } from './web.ts'

/** Every rule of our own that looks at text. The first one that claims a place keeps it: shapes come before names. */
export const secretRules: readonly SecretRule[] = [
  ...cloud,
  ...codeHosts,
  ...services,
  ...markedTokens,
  ...keys,
  ...web,
  ...php,
  ...logins,
  ...namedKeys,
  ...assignments,
]
