import { randomBytes, randomInt } from 'node:crypto'
import { join } from 'node:path'
import type { DatabaseAddress } from '../../core/database.ts'
import { CannotTell } from '../../core/errors.ts'
import type { ScratchFolder } from '../../core/world.ts'
import type { EngineRequest, EngineWorld, Scratch } from './engine.ts'
import { versionNumbers } from './programs.ts'
import { connectWhenUp, plainWords, startServer, tailOf } from './server-process.ts'
import { type Unprivileged, unprivileged } from './unprivileged.ts'

/** Memory that a fresh cluster and a thousand migrations need. */
const roomBytes = 512 * 1024 * 1024
const user = 'postgres'

/** A PostgreSQL of our own from the programs in `bin`: made in a temporary folder, on a socket in it, gone at the end. */
export async function startPostgres(
  world: EngineWorld,
  bin: string,
  request: EngineRequest,
  attempts = 5,
): Promise<Scratch> {
  const as = await unprivileged(world, ['postgres'])
  if (as === undefined) throw cannotStart('PostgreSQL does not run as root, and no setpriv, su-exec or gosu is here.')
  const folder = await world.scratchFolder({
    bytes: roomBytes,
    ...(as.owner === undefined ? {} : { owner: as.owner }),
  })
  try {
    const password = randomBytes(18).toString('base64url')
    await makeCluster(world, { bin, as, folder, password, signal: request.signal })
    return await start(world, { bin, as, folder, password, request })
  } catch (error) {
    await folder.remove()
    if (error instanceof PortTaken && attempts > 1) return startPostgres(world, bin, request, attempts - 1)
    throw error
  }
}

interface Cluster {
  readonly bin: string
  readonly as: Unprivileged
  readonly folder: ScratchFolder
  readonly password: string
}

async function makeCluster(
  world: EngineWorld,
  { bin, as, folder, password, signal }: Cluster & { signal: AbortSignal },
) {
  const passwordFile = join(folder.path, 'password')
  // Whoever runs initdb must be able to read it; nobody else gets into the folder.
  await world.files.write(passwordFile, password, { mode: 0o644 })
  const argv = [
    ...as.words,
    join(bin, 'initdb'),
    `--pgdata=${join(folder.path, 'data')}`,
    `--username=${user}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
  ]
  const made = await world.run(
    { argv: argv as [string, ...string[]], cwd: folder.path, env: plainWords },
    { signal, timeoutMs: 120_000 },
  )
  await world.files.remove(passwordFile)
  if (made.ended !== 'exit' || made.code !== 0) throw cannotStart(`initdb could not: ${tailOf(made.output)}`)
}

// Nothing of it outlives the run, so nothing has to reach a disk. A server whose client is gone must not go on working for minutes.
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '32MB',
  max_connections: '20',
  max_locks_per_transaction: '512',
  autovacuum: 'off',
  logging_collector: 'off',
}

async function start(
  world: EngineWorld,
  { bin, as, folder, password, request: { forTools, signal } }: Cluster & { request: EngineRequest },
): Promise<Scratch> {
  const port = forTools ? randomInt(20_000, 60_000) : 5432
  const all = {
    ...settings,
    listen_addresses: forTools ? '127.0.0.1' : '',
    port: String(port),
    unix_socket_directories: folder.path,
  }
  const argv = [...as.words, join(bin, 'postgres'), '-D', join(folder.path, 'data'), ...optionsOf(all)]
  const server = startServer(world, { argv, folder, endsBy: 'QUIT', signal })
  const address = { kind: 'postgres', host: folder.path, port, user, password, database: 'postgres' } as const
  try {
    const database = await connectWhenUp(world, server, address, signal)
    return scratchOf(world, { database, address, forTools, signal, stop: server.stop })
  } catch (error) {
    await server.stop()
    throw /Address already in use/.test(server.lastWords() ?? '') ? new PortTaken() : error
  }
}

class PortTaken extends Error {}

function optionsOf(all: Readonly<Record<string, string>>): string[] {
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

interface Running {
  readonly database: Scratch['database']
  readonly address: Extract<DatabaseAddress, { kind: 'postgres' | 'mysql' }>
  readonly forTools: boolean
  readonly signal: AbortSignal
  stop(): Promise<void>
}

function scratchOf(world: EngineWorld, { database, address, forTools, signal, stop }: Running): Scratch {
  const opened = [database]
  return {
    flavour: 'postgres',
    version: versionNumbers(database.version),
    shown: `PostgreSQL ${database.version}`,
    reach: 'own',
    database,
    connect: async () => {
      const another = await world.database(address, { signal })
      opened.push(another)
      return another
    },
    environment: forTools ? environmentOf(address) : undefined,
    stop: async () => {
      await Promise.all(opened.map(one => one.close()))
      await stop()
    },
  }
}

function environmentOf({ host = '', port = 5432, password = '', database }: Running['address']) {
  return {
    flavour: 'postgres',
    host: '127.0.0.1',
    port,
    socket: host,
    user,
    password,
    database,
    url: `postgres://${user}:${password}@127.0.0.1:${port}/${database}`,
  } as const
}

function cannotStart(because: string): CannotTell {
  return new CannotTell(
    `No scratch PostgreSQL could be started. ${because}`,
    'Name a scratch database of your own (SHIP_GUARD_SCRATCH_URL), or set gates.db.replay to off.',
  )
}
