import { defineSecrets, type Match, whoeverReads as why } from '../rule.ts'
import { entropy, isEveryday, isPlaceholder, isWordsAndFigures, isWordy, looksChosen, looksRandom } from '../value.ts'

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
  /^(?:secret|secrets|token|tokens|salt|credential|credentials|creds|apikey|authkey|secretkey|accesskey|privatekey|apitoken|authtoken|accesstoken|secrettoken|clientsecret|appsecret|apisecret|licensekey|licencekey|encryptionkey|signingkey|masterkey)$/
const publicWord =
  /^(?:public|publishable|pub|site|sitekey|file|path|dir|url|uri|endpoint|host|name|names|field|fields|id|ids|type|types|ttl|expires|expiry|expiration|lifetime|timeout|length|min|max|size|count|limit|limits|algorithm|algo|alg|cost|rounds|policy|regex|pattern|enabled|disabled|header|prefix|suffix|label|hint|title|placeholder|message|error|reset|column|table|index|param|parameter|format|version|cache|primary|foreign|sort|key0|keyboard|binding|shortcut|css|class|selector|autocomplete|icon)$/

/** What a variable's name promises: a password, a key or token, or nothing that must stay secret. */
export function promise(name: string): 'password' | 'key' | undefined {
  const words = nameWords(name)
  const last = words.at(-1) ?? ''
  if (publicWord.test(last)) return undefined
  if (
    words.some(word =>
      /^(?:public|publishable|sitekey|recv|websocket|fingerprint|thumbprint|csrf|nonce|checksum)$/.test(word),
    )
  )
    return undefined
  if (words.some(word => passwordWord.test(word))) return 'password'
  if (words.some(word => secretWord.test(word))) return 'key'
  // A bare "key" is the key of a map more often than one that opens something.
  if (words.length > 1 && /^(?:keys?|auth)$/.test(last)) return 'key'
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
    // A hash is not the password; many of them are a list of people.
    /^\$?(?:md5|sha1|pbkdf2_sha\d{1,3}|bcrypt(?:_sha256)?|scrypt|argon2\w{0,3}|2[abxy])\$/.test(value) ||
    /^(?:required|nullable|sometimes|string|confirmed|current_password|min:|max:)/.test(value) ||
    (/^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$/.test(value) && !looksRandom(value)) ||
    /\.(?:pem|key|crt|json|ya?ml|txt|php|js|ts|py|log|conf|ini|html?|css|env)$/i.test(value)
  )
}

interface Strictness {
  /** Only what was drawn at random, or what a careful person would choose as a password. */
  readonly strict: boolean
  /** The place is one for real values: a password of words and figures counts. */
  readonly settings?: boolean
}

function isSecretValue(name: string, value: string, { strict, settings = false }: Strictness): boolean {
  if (value.length < 4 || value.length > 4_096 || isPlaceholder(value) || isEveryday(value) || isCode(value))
    return false
  const kind = promise(name)
  if (kind === undefined || value.toLowerCase() === name.toLowerCase()) return false
  if (strict) {
    if (looksRandom(value)) return true
    return kind === 'password' && (looksChosen(value) || (settings && isWordsAndFigures(value)))
  }
  if (kind === 'password') return value.length >= 6 && (/[\d\W_]/.test(value) || entropy(value) >= 3)
  return value.length >= 8 && entropy(value) >= 2.5 && /\d|[A-Z].*[a-z]|[a-z].*[A-Z]/.test(value) && !isWordy(value)
}

function isEnvSecret({ value, groups, file }: Match): boolean {
  return isSecretValue(groups.name!, unquoted(value), {
    strict: !file.env || file.example,
    settings: !file.example,
  })
}

function nameBefore({ text, index, all }: Match): string {
  const before = /[\w.-]{0,60}$/.exec(text.slice(Math.max(0, index - 60), index))![0]
  return before + /^[\w.-]*/.exec(all)![0]
}

// An id as often as a secret.
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function isRandomWithFigures(value: string): boolean {
  return /\d/.test(value) && /[A-Za-z]/.test(value) && looksRandom(value)
}

function isHardCoded(match: Match): boolean {
  const { value, groups, file, all } = match
  // After a comma or nothing but a space the two may have nothing to do with each other.
  if (/^[\s,(]*$/.test(groups.sign!) && !isRandomWithFigures(value)) return false
  // A list over several lines, not a call.
  if (groups.sign === ',' && all.includes('\n')) return false
  if (groups.sign === ',' && uuid.test(value) && !/^[\w.-]*["'`]/.test(all)) return false
  return isSecretValue(nameBefore(match), value, { strict: true, settings: file.config && !file.example })
}

function isBare(match: Match): boolean {
  const { value, groups } = match
  if (!isRandomWithFigures(value)) return false
  if (groups.sign!.trim() === '' && (value.length < 20 || uuid.test(value))) return false
  const name = nameBefore(match)
  // In an address or a line of a log; the key of a map is written with a colon.
  if (name.toLowerCase() === 'key') return groups.sign === '=' && value.length >= 20 && !isCode(value)
  return isSecretValue(name, value, { strict: true })
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
      /^[ \t]{0,40}(?:- )?(?:(?:export|set|ENV|ARG)[ \t]{1,8})?["']?(?<name>[A-Za-z_][\w.-]{1,80})["']?[ \t]{0,8}[=:][ \t]{0,8}(?<value>\S[^\r\n]{3,1000})/gm,
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
      /(?:pass|pwd|secret|token|salt|cred|auth|key)[\w.-]{0,34}(?![\w-])[\\"'`\])]{0,4}\s{0,4}(?::?\s?(?:string|str)\s{1,4})?(?:=>|[?.|+:!]{0,3}={1,3}|[:,(]|(?<=\s))\s{0,4}\\?["'`]{1,2}\s?(?=[^"'`\s\\\d!@#$%^&*~]{0,60}[\d!@#$%^&*~])[^"'`\s\\]{8}/i,
    ],
    only: file => !file.env && !file.generated,
    pattern:
      /(?:passw(?:or)?d|passphrase|pass|pwd|secret|token|key|salt|credentials?|creds|auth)[\w.-]{0,30}(?![\w-])[\\"'`\])]{0,4}\s{0,4}(?::?\s?(?:string|str)\s{1,4})?(?<sign>=>|[?.|+:!]{0,3}={1,3}|[:,(]|(?<=\s))\s{0,4}(?<quote>\\?["'`]{1,2})\s?(?=[^"'`\s\\\d!@#$%^&*~]{0,60}[\d!@#$%^&*~])(?<value>[^"'`\s\\]{8,400})\s?\k<quote>/gi,
    likely: true,
    accept: isHardCoded,
    examples: [
      { bad: "const apiKey = '{word:32}'", good: 'const apiKey = process.env.API_KEY' },
      { bad: '"client_secret": "{word:40}"', good: '"client_secret": "<your client secret>"' },
      { bad: "$ftp_pass = '{word:8}!B3';", good: "$ftp_pass = getenv('FTP_PASS');" },
      { bad: 'SECRET_KEY = "{word:50}"', good: 'SECRET_KEY = "django-insecure-change-me"' },
      { bad: 'var mapsToken string = "{word:32}"', good: 'var mapsToken string = "github.com/acme/maps"' },
      { bad: 'API_TOKEN ::= "{hex:40}"', good: 'API_TOKEN ?= "see the wiki"' },
      { bad: 'System.setProperty("API_TOKEN", "{word:24}")', good: 'setProperty("API_TOKEN", "apiTokenProperty")' },
      { bad: '$token .= "{lower:32}";', good: '$token .= "suffix-of-the-token";' },
      {},
      {
        good: '<add key="Password" value="%PASSWORD%" />',
      },
      { bad: 'body = "{\\"api_token\\": \\"{word:32}\\"}"' },
      { good: '["trust", "password", "scram-sha-256"]' },
      { good: '"Password": "Contraseña"' },
      { good: 'tokenType: "authorization_code"' },
      { good: "'password' => 'required|string|min:8|confirmed'" },
      { good: 'const passwordLabel = "Password2Repeat"' },
      { good: "primaryKey: 'user_id_2'" },
      { good: '"password": "md5{dollar:1}seasalt{dollar:1}{hex:32}"' },
    ],
  },
  {
    id: 'named-value',
    title: 'secret beside its name',
    why,
    cues: [/(?:name|key)["']?\s{0,4}[:=]\s{0,4}["']?[\w.-]{1,80}["']?[\s,]{1,40}["']?value["']?\s{0,4}[:=]/i],
    only: file => !file.generated,
    // Kubernetes, Azure and AWS write a variable's name and its value as two fields, .NET as two attributes.
    pattern:
      /\b(?:name|key)["']?\s{0,4}[:=]\s{0,4}["']?(?<name>[\w.-]{1,80})["']?[\s,]{1,40}["']?value["']?\s{0,4}[:=]\s{0,4}["']?(?<value>[^\s"'<>]{6,400})/gi,
    likely: true,
    accept: match => isSecretValue(match.groups.name!, match.value, { strict: true, settings: !match.file.example }),
    examples: [
      {
        bad: '{"name": "API_TOKEN", "value": "{word:32}"}',
        good: '{"name": "API_TOKEN", "value": "{dollar:1}{TOKEN}"}',
      },
      {
        bad: '- name: DB_PASSWORD\n  value: {word:12}-aB3',
        good: '- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef:',
      },
      {
        bad: '<add key="ClearTextPassword" value="{word:8}-aB3" />',
        good: '<add key="Password" value="%PASSWORD%" />',
      },
    ],
  },
  {
    id: 'secret-in-text',
    title: 'secret beside its name',
    why,
    cues: [
      /(?:pass|pwd|secret|token|salt|cred|auth|key)[\w.-]{0,34}(?![\w-])["'\])]{0,2}[ \t]{0,4}(?:=>|[?.:]{0,3}=|[:>]|(?<=[ \t]))\s{0,20}(?=[A-Za-z+/_=.~|:-]{0,40}\d)[A-Za-z0-9][\w+/.~|:=-]{14}/i,
    ],
    only: file => !file.generated,
    pattern:
      /(?:passw(?:or)?d|passphrase|pass|pwd|secret|token|key|salt|credentials?|creds|auth)[\w.-]{0,30}(?![\w-])["'\])]{0,2}[ \t]{0,4}(?<sign>=>|[?.:]{0,3}=|[:>]|(?<=[ \t]))\s{0,20}(?=[A-Za-z+/_=.~|:-]{0,40}\d)(?<value>[A-Za-z0-9][\w+/.~|:=-]{14,399})(?![\w+/.~|:=([{$-])/gi,
    likely: true,
    accept: isBare,
    examples: [
      { bad: 'API_TOKEN={hex:40} make deploy', good: 'API_TOKEN=readFromTheVault() make deploy', file: 'deploy.md5' },
      {
        bad: 'curl https://api.acme.io/v1?api_key={hex:32}&page=2',
        good: 'curl https://api.acme.io/v1?page_key={hex:12}',
      },
      {
        bad: 'curl -H "X-Api-Key: {word:32}" https://api.acme.io',
        good: 'curl -H "X-Api-Key: $KEY" https://api.acme.io',
      },
      { bad: '{"app.ini": "API_TOKEN={word:32}\\nBACKUP=true"}' },
      { bad: 'https://api.acme.io/v1/users?key={word:32}', good: '<li key="{word:32}">' },
      { bad: 'the api token {word:32} is valid until May' },
      { good: 'const token = nextTokenFromStream2.value' },
    ],
  },
])
