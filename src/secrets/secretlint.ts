// The one door for secretlint. Only its rules and its engine are used: no `.secretlintrc`, which may load modules, and none of its comments,
// with which a pushed file could switch off its own finding.
import { lintSource } from '@secretlint/core'
import { secretLintProfiler } from '@secretlint/profiler'
import { rules as recommended } from '@secretlint/secretlint-rule-preset-recommend'
import type { SecretLintCoreConfig } from '@secretlint/types'

// It keeps a record of about 60 marks a file and searches all of them at each: the time grows with the square of the number of files.
secretLintProfiler.mark = () => {}

export interface EngineHit {
  readonly id: string
  readonly title: string
  readonly start: number
  readonly end: number
}

export interface EngineRule {
  /** secretlint's own name, without `@secretlint/secretlint-rule-`. */
  readonly rule: string
  readonly id: string
  readonly title: string
  readonly cues: readonly RegExp[]
  /** The secret within the reported range, where that is more, or not exactly, the secret. */
  readonly value?: RegExp
}

const known: readonly EngineRule[] = [
  // Its range begins where the match begins and is as long as the key alone.
  {
    rule: 'aws',
    id: 'aws-secret-access-key',
    title: 'AWS secret access key',
    cues: [/secret_?access_?key/i],
    value: /[A-Za-z0-9/+=]{40}/,
  },
  { rule: 'gcp', id: 'google-service-account', title: 'Google service account key', cues: [/private_key_id/] },
  { rule: 'privatekey', id: 'private-key', title: 'private key', cues: [/-----BEGIN/] },
  {
    rule: 'npm',
    id: 'npm-token',
    title: 'npm access token',
    cues: [/x-oauth-basic@/, /_authToken=/, /npm_\w{36}/],
    value: /(?<=_authToken=\s?["']?)[\w+/=.-]{12,}|npm_\w{36}|(?<=\/\/)[^:]+(?=:x-oauth)/,
  },
  {
    rule: 'slack',
    id: 'slack-token',
    title: 'Slack token or webhook',
    cues: [/xox[bpaor]-/, /xapp-/, /hooks\.slack\.com\/services/i],
  },
  { rule: 'sendgrid', id: 'sendgrid-key', title: 'SendGrid API key', cues: [/SG\.\w/] },
  { rule: 'shopify', id: 'developer-service-token', title: 'Shopify token', cues: [/shp(?:pa|ca|at|ss)_/] },
  { rule: 'github', id: 'github-token', title: 'GitHub token', cues: [/gh[opusr]_\w{36}/, /github_pat_/] },
  { rule: 'gitlab', id: 'gitlab-token', title: 'GitLab token', cues: [/glpat-/] },
  { rule: 'grafana', id: 'grafana-token', title: 'Grafana token', cues: [/glc_[A-Za-z0-9+/]{32}/, /glsa_/] },
  { rule: 'openai', id: 'ai-service-key', title: 'OpenAI key', cues: [/T3BlbkFJ/] },
  { rule: 'anthropic', id: 'ai-service-key', title: 'Anthropic key', cues: [/sk-ant-api0/] },
  { rule: 'groq', id: 'ai-service-key', title: 'Groq key', cues: [/gsk_[A-Za-z0-9]{52}/] },
  { rule: 'huggingface', id: 'ai-service-key', title: 'Hugging Face token', cues: [/hf_[A-Za-z]{34}/] },
  { rule: 'linear', id: 'developer-service-token', title: 'Linear key', cues: [/lin_api_/] },
  { rule: 'notion', id: 'notion-token', title: 'Notion token', cues: [/ntn_\d{11}/] },
  { rule: '1password', id: 'onepassword-token', title: '1Password service account token', cues: [/ops_ey/] },
  { rule: 'hashicorp-vault', id: 'vault-token', title: 'Vault token', cues: [/hv[sbr]\.[\w-]{90}/] },
  { rule: 'vercel', id: 'vercel-token', title: 'Vercel token', cues: [/vc[piark]_[A-Za-z0-9]{20}/] },
  { rule: 'databricks', id: 'databricks-token', title: 'Databricks token', cues: [/dapi[A-Fa-f0-9]{32}/] },
  { rule: 'docker', id: 'package-registry-token', title: 'Docker access token', cues: [/dckr_pat_/] },
  { rule: 'figma', id: 'figma-token', title: 'Figma token', cues: [/figd_/] },
]

/** Rules of the preset that are not run: comments must not switch findings off, and our `url-with-password` reads the same addresses and knows more placeholders. */
export const replacedRules: readonly string[] = ['filter-comments', 'basicauth', 'database-connection-string']

const prefix = '@secretlint/secretlint-rule-'
const byName = new Map(recommended.map(rule => [rule.meta.id.slice(prefix.length), rule]))

/** Rules of the installed preset that we neither run nor replace: a newer preset has more than we know of. */
export function unknownRules(): readonly string[] {
  return [...byName.keys()].filter(name => !replacedRules.includes(name) && !known.some(({ rule }) => rule === name))
}

/** The rules that are run, for the prefilter. */
export const engineRules: readonly EngineRule[] = known

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
    const kind = known.find(({ rule }) => message.ruleId === prefix + rule)
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
