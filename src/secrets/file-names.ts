import { globMatcher } from '../core/glob.ts'
import type { Content } from './decode.ts'
import { looksRandom } from './value.ts'

/** A file that is no business of a repository, whatever its lines look like. */
export interface FileRule {
  readonly id: string
  readonly title: string
  readonly why: string
  /** Names that are denied; a name without a slash counts in every folder. */
  readonly names: readonly string[]
  /** Kinds of content that are denied under any name. */
  readonly content?: readonly Content['kind'][]
  /** Whether the content shows that there is nothing in it to hide. */
  readonly harmless?: (text: string) => boolean
  /** Whether text gives the file away under one of `perhaps`. */
  readonly perhaps?: { readonly names: readonly string[]; readonly looks: (text: string) => boolean }
  /** A warning in tests and examples. */
  readonly likely: boolean
}

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

const dumpHead =
  /^(?:\uFEFF)?(?:[^\n]*\n){0,5}[^\n]*(?:-- (?:MySQL|MariaDB|mysqldump|phpMyAdmin|Adminer|HeidiSQL|Navicat|PostgreSQL database|Dumped|Sequel)|PRAGMA foreign_keys\s?=\s?OFF)/i
const rows =
  /^\s*(?:INSERT(?: IGNORE)?|REPLACE) INTO\s+(?:ONLY\s+)?[`"[]?(?:\w+[`"\]]?\.[`"[]?)?(?<insert>\w+)|^COPY\s+(?:["\w]+\.)?"?(?<copy>\w+)"?\s[^;\n]{0,4000}FROM stdin;\r?\n(?!\\\.)/gim
// Tables in which migration tools keep their own books; a dump of the schema carries these rows.
const books =
  /^(?:migrations|schema_migrations|ar_internal_metadata|schema_info|flyway_schema_history|alembic_version|django_migrations|knex_migrations\w*|_prisma_migrations|databasechangelog\w*|phinxlog|doctrine_migration\w*|goose_db_version|sqlite_sequence)$/i

function isDump(text: string): boolean {
  return (dumpHead.test(text.slice(0, 4_000)) && holdsRows(text)) || holdsPeople(text)
}

function holdsRows(text: string): boolean {
  for (const { groups } of text.matchAll(rows)) if (!books.test(groups!.insert ?? groups!.copy!)) return true
  return false
}

/** Twenty mail addresses or three password hashes: data of people, not the few rows of a seed. */
function holdsPeople(text: string): boolean {
  const hashes = new Set(text.match(/\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}|\$argon2id?\$v=\d+\$[\w=,$+/]{40,200}/g))
  if (hashes.size >= 3) return true
  const people = new Set<string>()
  for (const [address, host] of text.matchAll(/[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,4})/g)) {
    if (!/(?:^|\.)(?:example|test|invalid|localhost)(?:\.\w+)?$/i.test(host!)) people.add(address.toLowerCase())
    if (people.size >= 20) return true
  }
  return false
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
  {
    id: 'database-file',
    title: 'database',
    why: 'A database holds what its users entrusted to you; in the repository it stays in every clone.',
    names: ['*.sqlite', '*.sqlite3', '*.sqlitedb', '*.mdb', '*.accdb', '*.realm'],
    content: ['database'],
    harmless: text => text === '',
    likely: true,
  },
  {
    id: 'database-dump',
    title: 'database dump',
    why: 'A dump holds what your users entrusted to you; in the repository it stays in every clone.',
    names: ['*.{sql,dump,psql,mysql}.{gz,bz2,xz,zst,zip,7z,lz4}'],
    content: ['dump'],
    perhaps: { names: ['*.sql', '*.dump', '*.psql', '*.mysql', '*.bak'], looks: isDump },
    likely: true,
  },
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
  denies: globMatcher(anywhere(rule.names)),
  mayBe: globMatcher(anywhere(rule.perhaps?.names ?? [])),
}))

/** A glob without a slash counts in every folder, as in .gitignore. */
export function anywhere(globs: readonly string[]): readonly string[] {
  return globs.map(glob => {
    const [not, rest] = glob.startsWith('!') ? ['!', glob.slice(1)] : ['', glob]
    return rest.includes('/') ? glob : `${not}**/${rest}`
  })
}

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
