import { defineSecrets, type Match } from '../rule.ts'
import { entropy, isEveryday, isPlaceholder, looksChosen, looksRandom } from '../value.ts'
import { promise } from './assignments.ts'

const why =
  'PHP files are copied to the server and into every clone; a password in them is known to all who ever had one.'

// WordPress's own sample says "put your unique phrase here"; salts contain spaces and every other sign.
function isDefinedSecret({ value, groups }: Match): boolean {
  if (promise(groups.name!) === undefined || isPlaceholder(value) || isEveryday(value)) return false
  if (/^put your unique phrase here$|^(?:username|password|database)_here$|_here$/i.test(value)) return false
  return value.length >= 6 && entropy(value) >= 2.2
}

function isArrayPassword({ value, file }: Match): boolean {
  if (
    isPlaceholder(value) ||
    isEveryday(value) ||
    /[|]|^(?:required|nullable|min:|max:|passwords?\.|auth\.)/.test(value)
  )
    return false
  return looksRandom(value) || (looksChosen(value) && !file.example)
}

/** Whether the last of these names is followed by objects only: auth.json nests host and login in it. */
function isInComposerLogin(before: string): boolean {
  return /"(?:http-basic|bearer|github-oauth|gitlab-oauth|gitlab-token)"\s{0,8}:\s{0,8}\{[^}]*$/.test(before)
}

export const php = defineSecrets([
  {
    id: 'php-define',
    title: 'secret in a PHP define()',
    why,
    cues: [/define\s{0,4}\(\s{0,4}['"]\w{2,60}['"]\s{0,4},\s{0,20}['"]/i],
    pattern:
      /define\s{0,4}\(\s{0,4}(["'])(?<name>[A-Z0-9_]{2,60})\1\s{0,4},\s{0,20}(?<quote>["'])(?<value>(?:(?!\k<quote>)[^\\\n]|\\.){4,400})\k<quote>/gi,
    accept: isDefinedSecret,
    examples: [
      { bad: "define('DB_PASSWORD', '{word:10}');", good: "define( 'DB_PASSWORD', 'password_here' );" },
      {
        bad: "define('AUTH_KEY',         '{word:30} %{word:33}');",
        good: "define('AUTH_KEY', 'put your unique phrase here');",
      },
      { good: "define('DB_PASSWORD', getenv('DB_PASSWORD'));" },
      { good: "define('PASSWORD_FIELD', 'user_password_1');" },
    ],
  },
  {
    id: 'php-array-password',
    title: 'password in a PHP or Ruby array',
    why,
    cues: [/(?:pass|pwd|secret|token|key|salt)\w{0,8}['"]\s{0,4}=>/i],
    pattern:
      /(?<quoted>["'])(?:[\w.-]{0,40}(?:password|passwd|pwd|passphrase|secret|token|api_?key|[_-]key|salt))\k<quoted>\s{0,4}=>\s{0,4}(?<quote>["'])(?<value>[^"'\s\\]{6,400})\k<quote>/gi,
    likely: true,
    accept: isArrayPassword,
    examples: [
      {
        bad: "'password' => '{word:12}-aB3',",
        good: "'password' => env('DB_PASSWORD', ''),",
        file: 'config/database.php',
      },
      { bad: "'secret' => '{word:40}',", good: "'password' => 'required|string|min:8',", file: 'config/services.php' },
      { good: "'password' => 'hashed'" },
    ],
  },
  {
    id: 'serialized-password',
    title: 'password in serialized PHP data',
    why,
    cues: [/";s:\d{1,4}:\\?"/],
    pattern:
      /s:\d{1,3}:\\?"[\w-]{0,40}(?:password|passwd|pass|secret|token|api_?key)\\?";s:\d{1,4}:\\?"(?<value>[^"\s\\]{6,400})\\?"/gi,
    likely: true,
    accept: ({ value }) => looksRandom(value) || looksChosen(value),
    examples: [{ bad: 's:8:"password";s:11:"{word:8}!B3";', good: 's:8:"password";s:0:"";' }],
  },
  {
    id: 'composer-login',
    title: 'password for Composer',
    why,
    cues: [/"(?:http-basic|bearer|github-oauth|gitlab-oauth|gitlab-token)"/],
    pattern: /"(?:password|token|[\w-]{1,60}(?:\.[\w-]{1,60}){1,4})"\s{0,4}:\s{0,4}"(?<value>[^"\s\\]{6,200})"/g,
    accept: ({ value, text, index }) =>
      isInComposerLogin(text.slice(Math.max(0, index - 1_000), index)) && !isPlaceholder(value) && !isEveryday(value),
    examples: [
      {
        bad: '{"http-basic": {"repo.acme.io": {"username": "ci", "password": "{hex:40}"}}}',
        good: '{"http-basic": {"repo.acme.io": {"username": "token", "password": "<your token>"}}}',
        file: 'auth.json',
      },
      {
        bad: '{"github-oauth": {"github.com": "{hex:40}"}}',
        good: '"bearer": "x", "password": "some-password-7"',
        file: 'auth.json',
      },
    ],
  },
  {
    id: 'ftp-client-login',
    title: 'password saved by an FTP client',
    why: 'Whoever reads it can change every file on the server.',
    cues: [/<Pass\b/],
    pattern: /<Pass(?: encoding="base64")?>(?<value>[^<]{4,200})<\/Pass>/g,
    accept: ({ value }) => !isPlaceholder(value) && !isEveryday(value),
    examples: [
      { bad: '<Server><Host>acme.io</Host><Pass encoding="base64">{word:16}</Pass></Server>', good: '<Pass></Pass>' },
    ],
  },
  {
    id: 'registry-login',
    title: 'login of a container registry',
    why: 'Whoever has it can replace the images that you run.',
    cues: [/"auths"/],
    pattern: /"auth"\s{0,4}:\s{0,4}"(?<value>[A-Za-z0-9+/]{12,400}={0,2})"/g,
    accept: ({ value }) => Buffer.from(value, 'base64').toString('latin1').includes(':'),
    examples: [
      { bad: '{"auths": {"ghcr.io": {"auth": "{b64:deploy:kX9vQ2mLw7}"}}}', good: '{"auths": {"ghcr.io": {}}}' },
    ],
  },
])
