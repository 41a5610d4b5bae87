import type { FileRule } from './file-rule.ts'

const dumpHead =
  /^(?:\uFEFF)?(?:[^\n]*\n){0,5}[^\n]*(?:-- (?:MySQL|MariaDB|mysqldump|phpMyAdmin|Adminer|HeidiSQL|Navicat|PostgreSQL database|Dumped|Sequel)|PRAGMA foreign_keys\s?=\s?OFF;\s{1,4}BEGIN TRANSACTION)/i
const rows =
  /^\s*(?:INSERT(?: IGNORE)?|REPLACE) INTO\s+(?:ONLY\s+)?[`"[]?(?:\w+[`"\]]?\.[`"[]?)?(?<insert>\w+)[`"\]]?\s{0,4}(?:\([^)]{0,2000}\)\s{0,4})?VALUES|^COPY\s+(?:["\w]+\.)?"?(?<copy>\w+)"?\s[^;\n]{0,4000}FROM stdin;\r?\n(?!\\\.)/gim
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
export function holdsPeople(text: string): boolean {
  const hashes = new Set(text.match(/\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}|\$argon2id?\$v=\d+\$[\w=,$+/]{40,200}/g))
  return hashes.size >= 3 || addresses(text, 20) >= 20
}

const nobody = /(?:^|\.)(?:example|test|invalid|localhost|local|domain|email)(?:\.\w+)?$/i
const noHost = /\.(?:png|jpe?g|gif|svg|webp|ico|css|js|ts|json|php|py|rb|html?|md|txt|xml|ya?ml)$/i

/** How many different mail addresses of people a text has; no more than `most` are looked for. */
function addresses(text: string, most: number): number {
  const people = new Set<string>()
  for (let at = text.indexOf('@'); at >= 0 && people.size < most; at = text.indexOf('@', at + 1)) {
    const user = /[\w.+-]{1,64}$/.exec(text.slice(Math.max(0, at - 64), at))?.[0]
    const host = /^(?:[a-z\d-]{1,63}\.){1,5}[a-z]{2,24}(?![\w-])/i.exec(text.slice(at + 1, at + 256))?.[0]
    if (user === undefined || host === undefined || nobody.test(host) || noHost.test(host)) continue
    if (/^(?:git|no-?reply)$/i.test(user)) continue
    people.add(`${user}@${host}`.toLowerCase())
  }
  return people.size
}

/** Files of people's data, not a page that names its authors: more than one address in a thousand characters. */
function isListOfPeople(text: string): boolean {
  if (!hasMany(text, '@', 20) && !hasMany(text, '$2', 3) && !hasMany(text, '$argon2', 3)) return false
  return holdsPeople(text) && text.length / Math.max(1, addresses(text, text.length / 1_000 + 3)) < 1_000
}

function hasMany(text: string, part: string, least: number): boolean {
  let count = 0
  for (let at = text.indexOf(part); at >= 0 && count < least; at = text.indexOf(part, at + 1)) count++
  return count >= least
}

// session.serialize_handler of php.ini; Laravel's file driver writes serialize().
const phpSession = /^[\w.-]{1,60}\|(?:[abids]:\d|N;|O:\d)/
const laravelSession = /^a:\d{1,4}:\{(?:[^}]{0,200};)?s:6:"_token";s:40:"/

// curl(1), "--cookie-jar": seven fields with tabs between them.
const jarLine =
  /^(?:#HttpOnly_)?[\w.-]{1,200}\t(?:TRUE|FALSE)\t[^\t\n]{1,500}\t(?:TRUE|FALSE)\t\d{1,20}\t[^\t\n]{1,500}\t/m

function isCookieJar(text: string): boolean {
  if (/^# (?:Netscape )?HTTP Cookie File/.test(text)) return jarLine.test(text)
  const start = text.slice(0, 20_000)
  return /"httpOnly"\s?:/i.test(start) && /"sameSite"\s?:/i.test(start) && /"value"\s?:\s?"[^"]{8}/.test(start)
}

/** What browsers save of the network: every header and cookie. */
function isRecording(text: string): boolean {
  const start = text.slice(0, 20_000)
  return (
    /"log"\s?:/.test(start) &&
    /"(?:request|response)"\s?:/.test(start) &&
    /"(?:cookie|set-cookie|authorization)"/i.test(text)
  )
}

const words =
  'authors contributors maintainers credits thanks license licence notice changelog changes history readme copying'.split(
    ' ',
  )
const pagesOfAuthors = `!*{${words.flatMap(word => [word, word.toUpperCase(), word.replace(/^./, first => first.toUpperCase())])}}*`

/** Files that hold what other people entrusted to somebody. */
export const personalRules: readonly FileRule[] = [
  {
    id: 'database-file',
    title: 'database',
    why: 'A database holds what its users entrusted to you; in the repository it stays in every clone.',
    names: ['*.sqlite', '*.sqlite3', '*.sqlitedb', '*.mdb', '*.accdb', '*.realm'],
    content: ['database'],
    harmless: text => text === '',
    personal: true,
    likely: true,
  },
  {
    id: 'database-dump',
    title: 'database dump',
    why: 'A dump holds what your users entrusted to you; in the repository it stays in every clone.',
    names: ['*.{sql,dump,psql,mysql}.{gz,bz2,xz,zst,zip,7z,lz4}'],
    content: ['dump'],
    perhaps: { names: ['*.sql', '*.dump', '*.psql', '*.mysql', '*.bak'], looks: isDump },
    personal: true,
    likely: true,
  },
  {
    id: 'session-file',
    title: 'session of somebody who is logged in',
    why: 'With it one is that person, and it holds what they did last.',
    names: ['sess_*'],
    perhaps: {
      names: ['**/sessions/*', '**/session/*', '**/sess/*'],
      looks: text => phpSession.test(text) || laravelSession.test(text),
    },
    harmless: text =>
      text.trim() === '' || /^\s*(?:<\?php|[#/*"'[{]|(?:use|import|export|module|class|def|package) )/.test(text),
    personal: true,
    likely: true,
  },
  {
    id: 'cookie-jar',
    title: 'cookies of somebody who is logged in',
    why: 'With them one is that person until they expire.',
    names: [],
    perhaps: { names: ['*cookie*', '*.har'], looks: text => isCookieJar(text) || isRecording(text) },
    personal: true,
    likely: true,
  },
  {
    id: 'people-list',
    title: 'list of people',
    why: 'Mail addresses and password hashes belong to people; in the repository they stay in every clone.',
    names: [],
    perhaps: {
      names: [
        '*.{csv,tsv,psv,json,jsonl,ndjson,xml,ldif,vcf,mbox,txt,log,xlsx.txt,yaml,yml}',
        '!{package,package-lock,composer,installed,contributors,maintainers}*.json',
        pagesOfAuthors,
        '!**/{vendor,node_modules,bower_components}/**',
      ],
      looks: isListOfPeople,
    },
    personal: true,
    likely: true,
  },
]
