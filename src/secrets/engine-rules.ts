/** A rule of secretlint's recommended preset, as we name and prefilter it. */
export interface EngineRule {
  /** secretlint's own name, without `@secretlint/secretlint-rule-`. */
  readonly rule: string
  readonly id: string
  readonly title: string
  readonly cues: readonly RegExp[]
  /** The secret within the reported range, where that is more, or not exactly, the secret. */
  readonly value?: RegExp
}

/** The rules of secretlint that are run, by our names for what they find. */
export const engineRules: readonly EngineRule[] = [
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
