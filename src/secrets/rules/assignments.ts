import { defineSecrets, type Match, whoeverReads as why } from '../rule.ts'
import { entropy, isEveryday, isPlaceholder, isWordy, looksChosen, looksRandom } from '../value.ts'

/** The words of a variable's name: `dbPassword`, `DB_PASSWORD` and `db-password` are all `db password`. */
export function nameWords(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '')
}

const passwordWord =
  /^(?:pass|passwd|password|passphrase|passcode|pwd|pw|dbpass|dbpassword|userpass|rootpw|mypass|ftppass)$/
const secretWord =
  /^(?:secret|secrets|token|tokens|salt|credential|credentials|apikey|authkey|secretkey|accesskey|privatekey|apitoken|authtoken|accesstoken)$/
const publicWord =
  /^(?:public|publishable|pub|site|sitekey|file|path|dir|url|uri|endpoint|host|name|names|field|fields|id|ids|type|types|ttl|expires|expiry|expiration|lifetime|timeout|length|min|max|size|count|limit|limits|algorithm|algo|alg|cost|rounds|policy|regex|pattern|enabled|disabled|header|prefix|suffix|label|hint|title|placeholder|message|error|reset|column|table|index|param|parameter|format|version|cache|primary|foreign|sort|key0|keyboard|binding|shortcut|css|class|selector|autocomplete|icon)$/

/** What a variable's name promises: a password, a key or token, or nothing that must stay secret. */
export function promise(name: string): 'password' | 'key' | undefined {
  const words = nameWords(name)
  const last = words.at(-1) ?? ''
  if (publicWord.test(last)) return undefined
  if (words.some(word => word === 'public' || word === 'publishable' || word === 'sitekey')) return undefined
  if (words.some(word => passwordWord.test(word))) return 'password'
  if (words.some(word => secretWord.test(word))) return 'key'
  // A bare "key" is the key of a map more often than one that opens something.
  if (words.length > 1 && (last === 'key' || last === 'keys')) return 'key'
  return undefined
}

function unquoted(raw: string): string {
  const text = raw.trim()
  const quoted = /^(["'`])(.*?)\1/.exec(text)
  return quoted === null ? text.replace(/\s+#.*$/, '').replace(/[;,]$/, '') : quoted[2]!
}

/** Whether a value reads as code, a path, an address or a rule of a validator instead of as a value by itself. */
function isCode(value: string): boolean {
  return (
    /^(?:https?:|\/|\.{1,2}\/|~\/|\\|[A-Z]:\\|arn:|file:|data:|vault:|ssm:|op:\/\/|secret:\/\/|!|&|\*|\||>|\[|\{|@|%|<)/.test(
      value,
    ) ||
    /[(){}<>]|=>|::|->|\s/.test(value) ||
    /^(?:required|nullable|sometimes|string|confirmed|current_password|min:|max:)/.test(value) ||
    /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$/.test(value) ||
    /\.(?:pem|key|crt|json|ya?ml|txt|php|js|ts|py|log|conf|ini|html?|css|env)$/i.test(value)
  )
}

function isSecretValue(name: string, value: string, strict: boolean): boolean {
  if (value.length < 4 || value.length > 4_096 || isPlaceholder(value) || isEveryday(value) || isCode(value))
    return false
  const kind = promise(name)
  if (kind === undefined || value.toLowerCase() === name.toLowerCase()) return false
  if (strict) return looksRandom(value) || (kind === 'password' && looksChosen(value))
  if (kind === 'password') return value.length >= 6 && (/[\d\W_]/.test(value) || entropy(value) >= 3)
  return value.length >= 8 && entropy(value) >= 2.5 && /\d|[A-Z].*[a-z]|[a-z].*[A-Z]/.test(value) && !isWordy(value)
}

function isEnvSecret({ value, groups, file }: Match): boolean {
  return isSecretValue(groups.name!, unquoted(value), !file.env || file.example)
}

function nameBefore({ text, index, all }: Match): string {
  const before = /[\w.-]{0,60}$/.exec(text.slice(Math.max(0, index - 60), index))![0]
  return before + /^[\w.-]*/.exec(all)![0]
}

function isHardCoded(match: Match): boolean {
  return isSecretValue(nameBefore(match), match.value, true)
}

// Laravel's guide to phpunit.xml and .env.testing prints this kind of key; a key for tests opens nothing.
function isAppKey({ value, file }: Match): boolean {
  return !file.example && Buffer.from(value, 'base64').length >= 16 && new Set(value).size > 8
}

export const assignments = defineSecrets([
  {
    id: 'laravel-app-key',
    title: 'Laravel application key',
    why: 'Whoever has it can forge sessions and, through serialized cookies, run code on the server.',
    cues: [/base64:[A-Za-z0-9+/]{22}/],
    pattern:
      /\bAPP_(?:PREVIOUS_)?KEYS?["']?\s{0,4}(?:=>|[:=,]|"?\s?value=")\s{0,4}["']?base64:(?<value>[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{22}==)/g,
    entropy: 3.5,
    accept: isAppKey,
    examples: [{ bad: 'APP_KEY=base64:{base64:43}=', good: 'APP_KEY=' }],
  },
  {
    id: 'secret-setting',
    title: 'secret in a settings file',
    why: 'Settings with real values belong on the server, not in the history of the code.',
    cues: [],
    only: file => file.config && !file.generated,
    pattern:
      /^[ \t]{0,40}(?:- )?(?:export[ \t]+|set[ \t]+|ENV[ \t]+|ARG[ \t]+)?["']?(?<name>[A-Za-z_][\w.-]{1,80})["']?[ \t]{0,8}[=:][ \t]{0,8}(?<value>\S[^\r\n]{3,1000})/gm,
    likely: true,
    accept: isEnvSecret,
    examples: [
      { bad: 'DB_PASSWORD={word:10}', good: 'DB_PASSWORD=', file: '.env' },
      { bad: 'MAIL_PASSWORD="{word:12}-aB3"', good: 'MAIL_PASSWORD=null', file: '.env.production' },
      { bad: 'export API_TOKEN={word:32} # for the deploy', good: 'API_TOKEN={dollar:1}{TOKEN}', file: '.envrc' },
      { bad: 'jwt_secret: {hex:64}', good: 'jwt_secret: "%env(JWT_SECRET)%"', file: 'config/app.yaml' },
      { bad: 'password = {word:8}!B3', good: 'password = changeme', file: '.my.cnf' },
      { bad: 'aws_token={word:40}', good: 'token_url=https://acme.io/oauth/token', file: 'app.properties' },
      { bad: 'PUSHER_APP_SECRET={hex:20}', good: 'VITE_PUBLIC_KEY={hex:20}', file: '.env' },
      { good: 'STRIPE_PUBLISHABLE_KEY={word:24}', file: '.env' },
      { good: 'PASSWORD_MIN_LENGTH=12', file: '.env' },
      { good: 'DB_PASSWORD=secret', file: '.env.testing' },
    ],
  },
  {
    id: 'hard-coded-secret',
    title: 'secret written into code',
    why,
    cues: [
      /(?:pass|pwd|secret|token|salt|credential|apikey|api_key|_key|-key)[\w.-]{0,34}["'\])]{0,3}\s{0,4}(?:=>|:=|[:=])\s{0,4}["'`][^"'`\s\\]{8}/i,
    ],
    only: file => !file.env && !file.generated,
    pattern:
      /(?:passw(?:or)?d|passwd|passphrase|pass|pwd|secret|token|api_?key|[_-]key|salt|credentials?)[\w.-]{0,30}["'\])]{0,3}\s{0,4}(?:=>|:=|[:=])\s{0,4}(?<quote>["'`])(?<value>[^"'`\s\\]{8,400})\k<quote>/gi,
    likely: true,
    accept: isHardCoded,
    examples: [
      { bad: "const apiKey = '{word:32}'", good: 'const apiKey = process.env.API_KEY' },
      { bad: '"client_secret": "{word:40}"', good: '"client_secret": "<your client secret>"' },
      { bad: "$ftp_pass = '{word:8}!B3';", good: "$ftp_pass = getenv('FTP_PASS');" },
      { bad: 'SECRET_KEY = "{word:50}"', good: 'SECRET_KEY = "django-insecure-change-me"' },
      { good: '["trust", "password", "scram-sha-256"]' },
      { good: '"Password": "Contraseña"' },
      { good: 'tokenType: "authorization_code"' },
      { good: "'password' => 'required|string|min:8|confirmed'" },
      { good: 'const passwordLabel = "Password2Repeat"' },
      { good: "primaryKey: 'user_id_2'" },
    ],
  },
])
