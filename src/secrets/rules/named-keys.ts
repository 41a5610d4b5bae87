import { type SecretRule, whoeverReads as why } from '../rule.ts'
import { entropy } from '../value.ts'

interface NamedKey {
  readonly id: string
  readonly title: string
  /** The service's name as it stands in the names of variables; plain text, or a group of such. */
  readonly service: string
  readonly shape: string
  readonly bad: string
  readonly good?: string
  readonly likely?: boolean
}

/** A key without a mark of its own: known by its length and letters beside the name of the service. */
function namedKey({ service, shape, bad, good, likely = true, ...rule }: NamedKey): SecretRule {
  const sign = String.raw`[\w.-]{0,40}(?![\w-])[\\"'\])]{0,4}\s{0,4}(?:=>|[?.:]{0,3}=|[:,(>])\s{0,20}\\?["']?`
  return {
    ...rule,
    why,
    likely,
    cues: [new RegExp(`${service}${sign}${shape}`, 'i')],
    pattern: new RegExp(`${service}${sign}(?<value>${shape})(?![\\w-])`, 'gi'),
    entropy: 2.7,
    accept: ({ value }) => /\d/.test(value) && /[A-Za-z]/.test(value) && entropy(value) >= 2.7,
    examples: [{ bad, ...(good === undefined ? {} : { good }) }],
  }
}

const uuid = '[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}'
const uuidExample = '{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}'

export const namedKeys: readonly SecretRule[] = [
  namedKey({
    id: 'telegram-bot-key',
    title: 'Telegram bot token',
    service: 'telegram',
    shape: '\\d{5,16}:A[\\w-]{34}',
    bad: 'telegram_bot = {digits:9}:Ab{word:33}',
    good: 'telegram_chat = -{digits:12}',
  }),
  namedKey({
    id: 'cloudflare-key',
    title: 'Cloudflare API key',
    service: '(?:cloudflare|cf_api|cf-api)',
    shape: '(?:[a-f0-9]{37}|[\\w-]{40})',
    bad: 'CLOUDFLARE_API={hex:37}',
    good: 'CLOUDFLARE_ZONE={hex:32}',
  }),
  namedKey({
    id: 'heroku-account-key',
    title: 'Heroku API key',
    service: 'heroku',
    shape: uuid,
    bad: `heroku_api = "${uuidExample}"`,
    good: 'heroku: https://acme.herokuapp.com',
  }),
  namedKey({
    id: 'dropbox-secret',
    title: 'Dropbox app secret',
    service: 'dropbox',
    shape: '[a-z0-9]{15}',
    bad: 'DROPBOX_SECRET={lower:15}',
    good: 'dropbox: applicationname',
  }),
  namedKey({
    id: 'okta-token',
    title: 'Okta API token',
    service: 'okta',
    shape: '00[\\w-]{40}',
    bad: 'OKTA_API = "00{word:40}"',
    good: 'okta = "https://acme.okta.com"',
  }),
  namedKey({
    id: 'plaid-secret',
    title: 'Plaid secret',
    service: 'plaid',
    shape: '(?:[a-f0-9]{30}|access-(?:sandbox|development|production)-[a-f0-9-]{36})',
    bad: 'PLAID_SECRET={hex:30}',
    good: 'PLAID_ENV=sandbox',
  }),
  namedKey({
    id: 'facebook-app-secret',
    title: 'Facebook app secret',
    service: '(?:facebook|fb_app|fb_client|instagram)',
    shape: '[a-f0-9]{32}',
    bad: 'FACEBOOK_APP={hex:32}',
    good: 'FACEBOOK_APP_ID={digits:15}',
  }),
  namedKey({
    id: 'discord-client-secret',
    title: 'Discord client secret',
    service: 'discord',
    shape: '[A-Za-z0-9_-]{32}',
    bad: 'discord_client = "{word:32}"',
    good: 'discord_client = "{digits:18}"',
  }),
  namedKey({
    id: 'paypal-secret',
    title: 'PayPal client secret',
    service: 'paypal',
    shape: 'E[A-Za-z0-9_-]{79}',
    bad: 'PAYPAL_LIVE="E{word:79}"',
    good: 'PAYPAL_MODE=live',
  }),
  namedKey({
    id: 'sonar-token',
    title: 'SonarQube token',
    service: 'sonar',
    shape: '[a-f0-9]{40}',
    bad: 'sonar.login={hex:40}',
    good: 'sonar.login=admin',
  }),
  namedKey({
    id: 'snyk-token',
    title: 'Snyk token',
    service: 'snyk',
    shape: uuid,
    bad: `snyk_auth: ${uuidExample}`,
    good: 'snyk_org: acme',
  }),
  namedKey({
    id: 'postmark-token',
    title: 'Postmark server token',
    service: 'postmark',
    shape: uuid,
    bad: `postmark: "${uuidExample}"`,
    good: 'postmark: true',
  }),
  namedKey({
    id: 'azure-devops-token',
    title: 'Azure DevOps token',
    service: '(?:ado_pat|azure_devops|azuredevops|vsts)',
    shape: '[a-z2-7]{52}',
    bad: 'ado_pat = "{upper:52}"',
    good: 'azure_devops_url = "https://dev.azure.com/acme/"',
  }),
  namedKey({
    id: 'alibaba-secret',
    title: 'Alibaba Cloud secret',
    service: '(?:aliyun|alibaba|oss_access)',
    shape: '[A-Za-z0-9]{30}',
    bad: 'ALIYUN_OSS = {word:30}',
    good: 'aliyun: oss-cn-hangzhou',
  }),
  namedKey({
    id: 'vault-key',
    title: 'Vault token',
    service: 'vault',
    shape: '[sbr]\\.[A-Za-z0-9]{22,90}',
    bad: 'VAULT_CLIENT="s.{word:24}"',
    good: 'vault: s.example',
  }),
  namedKey({
    id: 'code-climate-reporter',
    title: 'Code Climate reporter id',
    service: '(?:cc_test_reporter_id|codeclimate)',
    shape: '[a-f0-9]{64}',
    bad: 'CC_TEST_REPORTER_ID: {hex:64}',
    good: 'CC_TEST_REPORTER_ID: {dollar:1}{CC_ID}',
  }),
  namedKey({
    id: 'contribsys-login',
    title: 'login of the Sidekiq gem server',
    service: 'contribsys__com',
    shape: '[a-f0-9]{8}:[a-f0-9]{8}',
    bad: 'BUNDLE_GEMS__CONTRIBSYS__COM={hex:8}:{hex:8}',
    good: 'BUNDLE_GEMS__CONTRIBSYS__COM: required',
  }),
]
