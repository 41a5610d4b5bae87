import type { DatabaseAddress } from './database.ts'
import { UsageError } from './errors.ts'

/**
 * A database's address as people write it: `postgres://user:password@host:5432/app`, `mysql://…`, `mariadb://…`, `sqlite:db/app.sqlite3`, or
 * a path to a SQLite file. SQLAlchemy's drivers (`postgresql+psycopg2://`) and `jdbc:` in front are understood.
 * Throws UsageError, in words that never hold the address itself, since it may hold a password.
 */
export function addressFrom(text: string): DatabaseAddress {
  const written = text.trim().replace(/^jdbc:(?=[a-z])/i, '')
  if (written === '') throw refused('is empty')
  if (/[\u0000-\u001f\u007f]/.test(written)) throw refused('holds a control character')
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]+):(.*)$/i.exec(written) ?? []
  if (scheme === undefined || rest === undefined) return sqlite(written)
  const kind = kinds[scheme.toLowerCase().replace(/\+.*$/, '')]
  if (kind === undefined) throw refused('begins with none of postgres://, mysql://, mariadb:// and sqlite:')
  return kind === 'sqlite' ? sqlite(fileOf(rest)) : server(kind, written)
}

/** The address for people: without the password. */
export function shownAddress(address: DatabaseAddress): string {
  if (address.kind === 'sqlite') return address.file
  if (address.kind === 'pglite') return 'PGlite'
  const { kind, user, host = 'localhost', port, database } = address
  return `${kind}://${user === undefined ? '' : `${user}@`}${host}${port === undefined ? '' : `:${port}`}/${database}`
}

const kinds: Readonly<Record<string, DatabaseAddress['kind'] & ('postgres' | 'mysql' | 'sqlite')>> = {
  postgres: 'postgres',
  postgresql: 'postgres',
  pgsql: 'postgres',
  mysql: 'mysql',
  mysql2: 'mysql',
  mariadb: 'mysql',
  sqlite: 'sqlite',
  sqlite3: 'sqlite',
  file: 'sqlite',
}

function refused(why: string): UsageError {
  return new UsageError(
    `The database address ${why}.`,
    'Write it as postgres://user:password@host:5432/database, mysql://user:password@host:3306/database or sqlite:path/to/file; in a user name or password write each of @ : / ? # % by its number: %40 %3A %2F %3F %23 %25.',
  )
}

// `sqlite:///abs`, SQLAlchemy's `sqlite:////abs`, `sqlite:rel`, `sqlite://rel`; `?mode=ro` and the like are for drivers.
function fileOf(rest: string): string {
  const path = rest.replace(/\?.*$/, '')
  return decoded(path.startsWith('//') ? path.slice(2).replace(/^\/{2,}/, '/') : path, 'path')
}

function sqlite(file: string): DatabaseAddress {
  if (file === '') throw refused('names no file')
  if (file === '/:memory:') return { kind: 'sqlite', file: ':memory:' }
  if (file.startsWith('-')) throw refused('names a file that begins with a hyphen')
  return { kind: 'sqlite', file }
}

function server(kind: 'postgres' | 'mysql', written: string): DatabaseAddress {
  const url = parsed(written)
  const parameters = parametersOf(url)
  const host = (kind === 'postgres' ? parameters.get('host') : firstOf(parameters, socketNames)) ?? hostOf(url)
  const database = decoded(url.pathname.replace(/^\//, ''), 'database') || (parameters.get('dbname') ?? '')
  const user = decoded(url.username, 'user') || parameters.get('user')
  const password = decoded(url.password, 'password') || parameters.get('password')
  const port = url.port === '' ? parameters.get('port') : url.port
  if (database === '') throw refused('names no database')
  if (host.startsWith('-')) throw refused('names a host that begins with a hyphen')
  if (port !== undefined && !/^\d{1,5}$/.test(port)) throw refused('has a port that is no number')
  const tls = tlsOf(parameters.get('sslmode') ?? parameters.get('ssl-mode') ?? parameters.get('sslMode'))
  return {
    kind,
    database,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(host === '' ? {} : { host }),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(tls === undefined ? {} : { tls }),
  }
}

const socketNames = ['socket', 'unix_socket', 'socketPath', 'unixSocket']

function firstOf(parameters: ReadonlyMap<string, string>, names: readonly string[]): string | undefined {
  const name = names.find(one => parameters.has(one))
  return name === undefined ? undefined : parameters.get(name)
}

function parsed(written: string): URL {
  if (!/^[^:]+:\/\//.test(written)) throw refused('lacks the // behind its first word')
  // SQLAlchemy leaves the host empty where the settings name a socket.
  const url = parsedOrNot(written.replace(/^([^:]+:\/\/[^/?#@]*@)(?=\/)/, '$1localhost'))
  // A password with one of these in it would be read as host, port or database, and then be shown.
  const misread = url === undefined || url.hash !== '' || written.includes('#') || /@/.test(url.pathname + url.search)
  if (misread) throw refused('cannot be read')
  if (url.hostname.includes(',')) throw refused('names several hosts, and only one can be asked')
  return url
}

function parsedOrNot(written: string): URL | undefined {
  try {
    return new URL(written)
  } catch {
    return undefined
  }
}

function parametersOf(url: URL): ReadonlyMap<string, string> {
  return new Map(
    url.search
      .slice(1)
      .split('&')
      .filter(part => part !== '')
      .map(part => {
        const [name = '', ...value] = part.split('=')
        return [decoded(name, 'settings'), decoded(value.join('='), 'settings')] as const
      }),
  )
}

function hostOf({ hostname }: URL): string {
  return decoded(hostname.replace(/^\[(.*)\]$/, '$1'), 'host')
}

function decoded(text: string, what: string): string {
  const plain = decodedOrNot(text)
  if (plain === undefined) throw refused(`holds a % in its ${what} that is not followed by two hex digits`)
  if (/[\u0000-\u001f\u007f]/.test(plain)) throw refused(`holds a control character in its ${what}`)
  return plain
}

function decodedOrNot(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function tlsOf(mode: string | undefined): 'off' | 'required' | 'verified' | undefined {
  switch (mode?.toLowerCase().replace(/_/g, '-')) {
    case 'disable':
    case 'disabled':
      return 'off'
    case 'require':
    case 'required':
      return 'required'
    case 'verify-ca':
    case 'verify-full':
    case 'verify-identity':
      return 'verified'
    default:
      return undefined
  }
}
