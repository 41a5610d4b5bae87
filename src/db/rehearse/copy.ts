// Commands that bring a database into a scratch one of ours, as a stream. Passwords go through the environment of the processes only.
import type { DatabaseAddress } from '../../core/database.ts'
import type { Environment } from '../../core/environment.ts'
import type { Command } from '../../core/world.ts'
import type { Flavour } from '../rule.ts'
import type { ScratchEnvironment } from '../tool.ts'

export type CopySource =
  | { readonly kind: 'server'; readonly address: Extract<DatabaseAddress, { kind: 'postgres' | 'mysql' }> }
  /** `form`: `custom` is pg_dump's own format, `zipped` is gzip around SQL. */
  | { readonly kind: 'dump'; readonly path: string; readonly form: 'sql' | 'zipped' | 'custom' }
  | { readonly kind: 'environment'; readonly environment: Environment & { readonly dump: readonly string[] } }

/** The programs of the database, each as an absolute path. */
export interface Programs {
  readonly dump: string
  readonly client: string
  /** PostgreSQL only. */
  readonly restore?: string
}

/** What prints the dump. Reads only: the source's sessions are read-only, and nothing is locked longer than a read needs. */
export function dumpCommand(source: CopySource, flavour: Flavour, programs: Programs): Command {
  if (source.kind === 'dump')
    return { argv: source.form === 'zipped' ? ['gzip', '-dc', '--', source.path] : ['cat', '--', source.path] }
  if (source.kind === 'environment') {
    const { ssh, port, path, via = [], dump } = source.environment
    const argv = [...via, ...dump] as unknown as Command['argv']
    const where = path === undefined ? {} : { cwd: path }
    return ssh === undefined
      ? { argv, ...where }
      : { argv, ...where, on: { ssh, ...(port === undefined ? {} : { port }) } }
  }
  return flavour === 'postgres' ? pgDump(source.address, programs) : mysqlDump(source.address, programs)
}

type Server = Extract<CopySource, { kind: 'server' }>['address']

function pgDump({ host, port, user, password, database }: Server, { dump }: Programs): Command {
  return {
    argv: [
      dump,
      '--no-password',
      '--no-owner',
      '--no-privileges',
      '--no-subscriptions',
      '--no-publications',
      '--format=plain',
    ],
    env: {
      PGDATABASE: database,
      ...(host === undefined ? {} : { PGHOST: host }),
      ...(port === undefined ? {} : { PGPORT: String(port) }),
      ...(user === undefined ? {} : { PGUSER: user }),
      ...(password === undefined ? {} : { PGPASSWORD: password }),
      // libpq, "PGOPTIONS": settings of the session. A program that tried to write would be refused by the server.
      PGOPTIONS: '-c default_transaction_read_only=on -c lock_timeout=10s',
    },
  }
}

function mysqlDump({ host, port, user, password, database }: Server, { dump }: Programs): Command {
  return {
    argv: [
      dump,
      ...mysqlPlace({ host, port, user }),
      '--single-transaction',
      '--quick',
      '--skip-lock-tables',
      '--no-tablespaces',
      '--routines',
      '--triggers',
      '--',
      database,
    ],
    env: password === undefined ? {} : { MYSQL_PWD: password },
  }
}

interface Place {
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly user?: string | undefined
}

function mysqlPlace({ host, port, user }: Place): string[] {
  const at =
    host?.startsWith('/') === true
      ? [`--socket=${host}`]
      : host === undefined
        ? []
        : [`--host=${host}`, '--protocol=tcp']
  return [...at, ...(port === undefined ? [] : [`--port=${port}`]), ...(user === undefined ? [] : [`--user=${user}`])]
}

/** What reads the dump into the scratch database, and stops at the first thing that does not fit. */
export function restoreCommand(source: CopySource, to: ScratchEnvironment, programs: Programs): Command {
  if (to.flavour !== 'postgres')
    return {
      argv: [programs.client, '--no-defaults', ...mysqlPlace(to), '--', to.database],
      env: { MYSQL_PWD: to.password },
    }
  const env = {
    PGHOST: to.host,
    PGPORT: String(to.port),
    PGUSER: to.user,
    PGPASSWORD: to.password,
    PGDATABASE: to.database,
  }
  if (source.kind === 'dump' && source.form === 'custom')
    return {
      argv: [
        programs.restore ?? 'pg_restore',
        '--no-password',
        '--no-owner',
        '--no-privileges',
        '--exit-on-error',
        `--dbname=${to.database}`,
      ],
      env,
    }
  return {
    argv: [programs.client, '--no-psqlrc', '--no-password', '--quiet', '--set=ON_ERROR_STOP=1', '--output=/dev/null'],
    env,
  }
}
