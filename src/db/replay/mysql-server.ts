import { randomBytes, randomInt } from 'node:crypto'
import { dirname, join } from 'node:path'
import type { DatabaseAddress } from '../../core/database.ts'
import { CannotTell } from '../../core/errors.ts'
import type { ScratchFolder } from '../../core/world.ts'
import type { EngineRequest, EngineWorld, Scratch } from './engine.ts'
import { versionNumbers } from './programs.ts'
import { connectWhenUp, plainWords, startServer, tailOf } from './server-process.ts'
import { type Unprivileged, unprivileged } from './unprivileged.ts'

export interface MysqlPrograms {
  readonly flavour: 'mysql' | 'mariadb'
  readonly title: string
  /** Absolute: mariadbd or mysqld. */
  readonly server: string
  /** Absolute: mariadb-install-db; undefined for MySQL, whose server makes its own folder. */
  readonly install: string | undefined
}

/** On a disk it works as well, only slower. */
const roomBytes = 512 * 1024 * 1024
const user = 'scratch'
const database = 'scratch'

/** A MySQL or MariaDB of our own: made in a temporary folder, on a socket in it, gone at the end. */
export async function startMysql(
  world: EngineWorld,
  programs: MysqlPrograms,
  request: EngineRequest,
  attempts = 5,
): Promise<Scratch> {
  const as = await unprivileged(world, ['mysql'])
  if (as === undefined)
    throw cannotStart(programs, 'As root it can only be started with setpriv, su-exec or gosu, and none is here.')
  const folder = await world.scratchFolder({
    bytes: roomBytes,
    ...(as.owner === undefined ? {} : { owner: as.owner }),
  })
  try {
    const password = randomBytes(18).toString('base64url')
    await makeFolder(world, { programs, as, folder, signal: request.signal })
    return await start(world, { programs, as, folder, password, request })
  } catch (error) {
    await folder.remove()
    if (error instanceof PortTaken && attempts > 1) return startMysql(world, programs, request, attempts - 1)
    throw error
  }
}

class PortTaken extends Error {}

interface Place {
  readonly programs: MysqlPrograms
  readonly as: Unprivileged
  readonly folder: ScratchFolder
}

async function makeFolder(world: EngineWorld, { programs, as, folder, signal }: Place & { signal: AbortSignal }) {
  const data = `--datadir=${join(folder.path, 'data')}`
  const command =
    programs.install === undefined
      ? [programs.server, '--no-defaults', '--initialize-insecure', data]
      : [
          programs.install,
          '--no-defaults',
          `--basedir=${dirname(dirname(programs.install))}`,
          data,
          '--auth-root-authentication-method=normal',
          '--skip-test-db',
          '--skip-name-resolve',
        ]
  const made = await world.run(
    { argv: [...as.words, ...command] as [string, ...string[]], cwd: folder.path, env: plainWords },
    { signal, timeoutMs: 120_000 },
  )
  if (made.ended !== 'exit' || made.code !== 0)
    throw cannotStart(programs, `Its data folder could not be made: ${tailOf(made.output)}`)
}

// Nothing of it outlives the run, so nothing has to reach a disk.
const settings = [
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-flush-method=nosync',
  '--innodb-doublewrite=0',
  '--innodb-buffer-pool-size=64M',
  '--loose-innodb-log-file-size=16M',
  '--skip-log-bin',
  '--performance-schema=OFF',
  '--loose-mysqlx=OFF',
  '--skip-name-resolve',
  '--character-set-server=utf8mb4',
  '--local-infile=0',
  '--max-connections=20',
]

async function start(
  world: EngineWorld,
  {
    programs,
    as,
    folder,
    password,
    request: { forTools, signal },
  }: Place & { password: string; request: EngineRequest },
): Promise<Scratch> {
  const port = randomInt(20_000, 60_000)
  const socket = join(folder.path, 's')
  const first = join(folder.path, 'first.sql')
  await world.files.write(first, firstStatements(programs.flavour, password), { mode: 0o644 })
  const files = [`--datadir=${join(folder.path, 'data')}`, `--socket=${socket}`, `--init-file=${first}`]
  const places = [
    `--pid-file=${join(folder.path, 'pid')}`,
    `--secure-file-priv=${folder.path}`,
    `--tmpdir=${folder.path}`,
  ]
  const network = forTools ? ['--bind-address=127.0.0.1', `--port=${port}`] : ['--skip-networking']
  const argv = [...as.words, programs.server, '--no-defaults', ...files, ...places, ...network, ...settings]
  const server = startServer(world, { argv, folder, endsBy: 'KILL', signal })
  const address = { kind: 'mysql', host: socket, user, password, database } as const
  try {
    const connected = await connectWhenUp(world, server, address, signal)
    await world.files.remove(first)
    return scratchOf(world, {
      programs,
      connected,
      address,
      port: forTools ? port : undefined,
      signal,
      stop: server.stop,
    })
  } catch (error) {
    await server.stop()
    throw /Address already in use|Can't start server/.test(server.lastWords() ?? '') && forTools
      ? new PortTaken()
      : error
  }
}

/** Run before anybody is let in. `--init-file` reads one statement a line. */
function firstStatements(flavour: MysqlPrograms['flavour'], password: string): string {
  const account = `'${user}'@'%'`
  return [
    `CREATE DATABASE ${database} CHARACTER SET utf8mb4;`,
    "DROP USER IF EXISTS ''@'localhost';",
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${password}';`,
    ...(flavour === 'mariadb' ? ["DROP USER IF EXISTS 'root'@'127.0.0.1';", "DROP USER IF EXISTS 'root'@'::1';"] : []),
    `CREATE USER ${account} IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO ${account} WITH GRANT OPTION;`,
    '',
  ].join('\n')
}

interface Running {
  readonly programs: MysqlPrograms
  readonly connected: Scratch['database']
  readonly address: Extract<DatabaseAddress, { kind: 'postgres' | 'mysql' }>
  readonly port: number | undefined
  readonly signal: AbortSignal
  stop(): Promise<void>
}

function scratchOf(world: EngineWorld, { programs, connected, address, port, signal, stop }: Running): Scratch {
  const { flavour, title } = programs
  const { host: socket = '', password = '' } = address
  const url = `${flavour}://${user}:${password}@127.0.0.1:${port}/${database}`
  const opened = [connected]
  return {
    flavour,
    version: versionNumbers(connected.version),
    shown: `${title} ${connected.version.replace(/-.*$/, '')}`,
    reach: 'own',
    database: connected,
    connect: async () => {
      const another = await world.database(address, { signal })
      opened.push(another)
      return another
    },
    environment:
      port === undefined ? undefined : { flavour, host: '127.0.0.1', port, socket, user, password, database, url },
    stop: async () => {
      await Promise.all(opened.map(one => one.close()))
      await stop()
    },
  }
}

function cannotStart({ title }: MysqlPrograms, because: string): CannotTell {
  return new CannotTell(
    `No scratch ${title} could be started. ${because}`,
    'Name a scratch database of your own (SHIP_GUARD_SCRATCH_URL), or set gates.db.replay to off.',
  )
}
