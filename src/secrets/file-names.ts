import type { Content } from './decode.ts'
import type { FileRule } from './file-rule.ts'
import { nameMatcher } from './name-matcher.ts'
import { personalRules } from './personal-data.ts'
import { looksRandom } from './value.ts'

export type { FileRule } from './file-rule.ts'

const settings = /^[ \t]*(?:export[ \t]+)?[A-Za-z_][\w.-]*[ \t]*=[ \t]*(?!["']{2}[ \t]*$)[^\s#]/m
const everyLine = /^\s*[^#;\s]/m

/** Encrypted with sops or dotenvx: made to be committed. */
function isEncrypted(text: string): boolean {
  const values = text.split('\n').filter(line => settings.test(line) && !/^\s*(?:sops_|DOTENV_PUBLIC_KEY)/.test(line))
  return values.length > 0 && values.every(line => /=\s*["']?(?:encrypted:|ENC\[)/.test(line))
}

/** Certificates, public keys, a key that is only named: everything but a private key or one random line, as Rails' master.key is. */
function holdsNoKey(text: string): boolean {
  if (/PRIVATE KEY|Private-Lines:/.test(text)) return false
  return !looksRandom(text.trim())
}

export const fileRules: readonly FileRule[] = [
  {
    id: 'env-file',
    title: 'environment file',
    why: 'Environment files hold the real values of one machine; in the repository everyone who ever clones it has them.',
    names: [
      '.env',
      '.env.*',
      '.env-*',
      // Samples, encrypted files, and the values for tests, which frameworks ask to commit. Their lines are still looked at.
      '!.env*{example,sample,dist,template}*',
      '!.env*{.,-}{test,testing,ci}{.,-}*',
      '!.env*{.,-}{tpl,stub,default,defaults,schema,test,testing,ci,encrypted,enc,vault,gpg,age,sops,asc,md,ts}',
    ],
    harmless: text => !settings.test(text) || isEncrypted(text),
    likely: true,
  },
  {
    id: 'private-key-file',
    title: 'file for a private key',
    why: 'Whoever has the key can be you: log in to your servers, sign in your name, or read your traffic.',
    names: [
      'id_rsa',
      'id_dsa',
      'id_ecdsa',
      'id_ed25519',
      'id_ecdsa_sk',
      'id_ed25519_sk',
      '*.pem',
      '*.key',
      '*.ppk',
      '*.p8',
    ],
    harmless: holdsNoKey,
    likely: true,
  },
  {
    id: 'key-store',
    title: 'store of keys or passwords',
    why: 'A store is only as safe as its password, and whoever has a copy can try as many as they like.',
    names: [
      '*.p12',
      '*.pfx',
      '*.jks',
      '*.keystore',
      '*.bks',
      '*.kdbx',
      '*.kdb',
      '*.agilekeychain',
      '*.psafe3',
      '!debug.keystore',
    ],
    content: ['key-store'],
    likely: true,
  },
  {
    id: 'login-file',
    title: 'file of logins',
    why: 'Everyone who ever clones the repository can log in with it, or try to guess the passwords behind its hashes.',
    names: ['.htpasswd', '*.htpasswd', '.netrc', '_netrc', '.pgpass', '.git-credentials', '.mylogin.cnf'],
    harmless: text => !everyLine.test(text),
    likely: true,
  },
  {
    id: 'shell-history',
    title: 'history of a shell',
    why: 'Commands are typed with passwords in them.',
    names: [
      '.{bash,zsh,sh,fish,mysql,psql,sqlite,python,php,rediscli,node_repl,irb,mongo,mongosh}_history',
      '.mysql_history',
    ],
    harmless: text => text.trim() === '',
    likely: false,
  },
  ...personalRules,
  {
    id: 'terraform-state',
    title: 'Terraform state',
    why: 'It holds every password and key of what was built, in plain text.',
    names: ['*.tfstate', '*.tfstate.backup'],
    harmless: text => text.trim() === '' || /"resources"\s*:\s*\[\s*\]/.test(text),
    likely: true,
  },
]

const matchers = fileRules.map(rule => ({
  rule,
  denies: nameMatcher(rule.names),
  mayBe: nameMatcher(rule.perhaps?.names ?? []),
}))

/** The rule that a file as a whole breaks. Without `content` (too big to read) the name alone decides. */
export function fileRuleFor(path: string, content: Content | undefined): FileRule | undefined {
  const bare = path.startsWith('"') && path.endsWith('"') ? path.slice(1, -1) : path
  const name = bare.slice(bare.lastIndexOf('/') + 1)
  return matchers.find(({ rule, denies, mayBe }) => {
    if (content === undefined) return denies(bare)
    if (rule.content?.includes(content.kind) === true) return true
    if (content.kind !== 'text') return denies(bare) && !(content.kind === 'archive' && name.endsWith('.key'))
    if (denies(bare)) return rule.harmless?.(content.text) !== true
    return mayBe(bare) && rule.perhaps!.looks(content.text)
  })?.rule
}
