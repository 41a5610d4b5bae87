// The one door for secretlint. Only its rules and its engine are used: no `.secretlintrc`, which may load modules, and none of its comments,
// with which a pushed file could switch off its own finding.
import { lintSource } from '@secretlint/core'
import { secretLintProfiler } from '@secretlint/profiler'
import { rules as recommended } from '@secretlint/secretlint-rule-preset-recommend'
import type { SecretLintCoreConfig } from '@secretlint/types'
import { type EngineRule, engineRules } from './engine-rules.ts'

// It keeps a record of about 60 marks a file and searches all of them at each: the time grows with the square of the number of files.
secretLintProfiler.mark = () => {}

export interface EngineHit {
  readonly id: string
  readonly title: string
  readonly start: number
  readonly end: number
}

/** Rules of the preset that are not run: comments must not switch findings off, and our `url-with-password` reads the same addresses and knows more placeholders. */
export const replacedRules: readonly string[] = ['filter-comments', 'basicauth', 'database-connection-string']

const prefix = '@secretlint/secretlint-rule-'
const byName = new Map(recommended.map(rule => [rule.meta.id.slice(prefix.length), rule]))

/** Rules of the installed preset that we neither run nor replace: a newer preset has more than we know of. */
export function unknownRules(): readonly string[] {
  return [...byName.keys()].filter(
    name => !replacedRules.includes(name) && !engineRules.some(({ rule }) => rule === name),
  )
}

/**
 * Runs these rules of secretlint over one text. It is told one of two names instead of the path: the npm rule looks at nothing else, and for
 * `.p12` a rule would open the path on this machine.
 */
export async function engineHits(
  text: string,
  among: readonly EngineRule[],
  extension: string,
): Promise<readonly EngineHit[]> {
  const wanted = among.filter(({ rule }) => rule !== 'gcp' || extension === '.json')
  if (wanted.length === 0) return []
  const isJson = extension === '.json'
  const rules = wanted.map(({ rule }) => ({ id: prefix + rule, rule: byName.get(rule)!, options: {} }))
  const { messages } = await lintSource({
    source: {
      filePath: isJson ? 'package.json' : '.npmrc',
      ext: isJson ? '.json' : '.txt',
      content: text,
      contentType: 'text',
    },
    options: { config: { rules } as unknown as SecretLintCoreConfig, maskSecrets: true, noPhysicFilePath: true },
  })
  return messages.flatMap(message => {
    const kind = engineRules.find(({ rule }) => message.ruleId === prefix + rule)
    return kind === undefined ? [] : locate(kind, text, message.range[0], message.range[1])
  })
}

function locate(kind: EngineRule, text: string, start: number, end: number): readonly EngineHit[] {
  const { id, title } = kind
  if (kind.value === undefined) return [{ id, title, start, end }]
  const inner = kind.value.exec(text.slice(start, end + 200))
  if (inner === null) return []
  return [{ id, title, start: start + inner.index, end: start + inner.index + inner[0].length }]
}
