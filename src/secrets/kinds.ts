import { engineRules } from './engine-rules.ts'
import { fileRules } from './file-names.ts'
import { type SecretRule, whoeverReads } from './rule.ts'
import { secretRules } from './rules/all.ts'

/** What can be said of a kind of secret without an engine being loaded. */
export type SecretKind = Pick<SecretRule, 'id' | 'title' | 'why' | 'examples'>

const own: readonly SecretKind[] = [
  ...secretRules,
  ...fileRules.map(({ id, title, why, names }) => ({
    id,
    title,
    why,
    examples: names.filter(name => !name.startsWith('!')).map(bad => ({ bad })),
  })),
]

/** Every kind of secret that can be found, each id once: our rules, whole files, and what only secretlint's rules know. */
export const secretKinds: readonly SecretKind[] = [
  ...own,
  ...engineRules
    .filter(({ id }) => !own.some(kind => kind.id === id))
    .map(({ id, title }) => ({ id, title, why: whoeverReads, examples: [] })),
]
