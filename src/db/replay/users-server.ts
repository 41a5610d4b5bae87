// A server of the user's, named by a scratch URL. We make a database of our own on it and drop that again; nothing else is touched.
import { randomBytes } from 'node:crypto'
import { type Database, type DatabaseAddress, DatabaseError } from '../../core/database.ts'
import { shownAddress } from '../../core/database-url.ts'
import { CannotTell, UsageError } from '../../core/errors.ts'
import { printable } from '../../core/printable.ts'
import type { Flavour } from '../rule.ts'
import type { ScratchEnvironment } from '../tool.ts'
import type { EngineWorld, Scratch } from './engine.ts'
import { versionNumbers } from './programs.ts'

type Address = Extract<DatabaseAddress, { kind: 'postgres' | 'mysql' }>

export interface UsersServer {
  readonly address: Address
  readonly signal: AbortSignal
  /** Gives `name`: whatever is there that anybody may want to keep. */
  readonly anybodys: string
  /** Gives `name`: databases of ours (LIKE `ship_guard_scratch_%`) that nobody is connected to. */
  readonly leftovers: string
  flavourOf(version: string): Flavour
}

const prefix = 'ship_guard_scratch_'
/** Milliseconds after which a database of ours that nobody uses counts as left by a killed run. */
const leftMs = 60_000

/** Says when it was made, so that one that a killed run left is known. */
export function ownDatabaseName(): string {
  return `${prefix}${Date.now().toString(36)}_${randomBytes(4).toString('hex')}`
}

/** Throws UsageError when something is kept there, CannotTell when the server or the right to make a database is missing. */
export async function startOnUsers(world: EngineWorld, server: UsersServer): Promise<Scratch> {
  const { address, signal } = server
  const given = await connect(world, address, signal)
  try {
    await refuseUnlessEmpty(given, server)
    await sweep(given, server.leftovers)
    const name = ownDatabaseName()
    await create(given, name, address)
    // The signal ends connections; the database is dropped all the same.
    const leave = async () => {
      const last = await world.database(address)
      await last.execute(`DROP DATABASE ${name}`).finally(() => last.close())
    }
    return await scratchOn(world, { ...server, address: { ...address, database: name } }, leave)
  } finally {
    await given.close()
  }
}

async function scratchOn(world: EngineWorld, server: UsersServer, leave: () => Promise<void>): Promise<Scratch> {
  const { address, signal } = server
  const database = await connect(world, address, signal)
  const opened = [database]
  const flavour = server.flavourOf(database.version)
  return {
    flavour,
    version: versionNumbers(database.version),
    shown: `${titles[flavour]} ${database.version.replace(/-.*$/, '')}`,
    reach: 'shared',
    database,
    connect: async () => {
      const another = await connect(world, address, signal)
      opened.push(another)
      return another
    },
    environment: environmentOf(flavour, address),
    stop: async () => {
      await Promise.all(opened.map(one => one.close()))
      await leave()
    },
  }
}

const titles = { postgres: 'PostgreSQL', mysql: 'MySQL', mariadb: 'MariaDB', sqlite: 'SQLite' } as const

async function connect(world: EngineWorld, address: Address, signal: AbortSignal): Promise<Database> {
  try {
    return await world.database(address, { signal })
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    throw new CannotTell(
      `The scratch server ${shownAddress(address)} cannot be used: ${printable(error.message)}`,
      'See that it runs and lets you in, or take its URL away to use what this machine has.',
    )
  }
}

async function refuseUnlessEmpty(given: Database, { address, anybodys }: UsersServer): Promise<void> {
  const names = (await given.query(anybodys)).map(row => printable(String(row.name)))
  if (names.length === 0) return
  const shown = names.slice(0, 3).join(', ')
  const more = names.length > 3 ? ` and ${names.length - 3} more` : ''
  throw new UsageError(
    `The scratch URL ${shownAddress(address)} is no scratch: it holds ${shown}${more}.`,
    'Give the URL of an empty database on a server that nobody needs, or none, to use what this machine has.',
  )
}

async function sweep(given: Database, leftovers: string): Promise<void> {
  for (const { name } of await given.query(leftovers)) {
    const [, made] = /^ship_guard_scratch_([0-9a-z]{6,10})_[0-9a-f]{8}$/.exec(String(name)) ?? []
    if (made !== undefined && Date.now() - Number.parseInt(made, 36) > leftMs)
      // Somebody may have connected in this moment; then it is not left.
      await given.execute(`DROP DATABASE ${name}`).catch(() => {})
  }
}

async function create(given: Database, name: string, address: Address): Promise<void> {
  try {
    await given.execute(`CREATE DATABASE ${name}`)
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    throw new CannotTell(
      `No database of our own could be made at ${shownAddress(address)}: ${printable(error.message)}`,
      'Let that user create databases (PostgreSQL: ALTER ROLE … CREATEDB), or take the URL away to use what this machine has.',
    )
  }
}

function environmentOf(flavour: Flavour, address: Address): ScratchEnvironment {
  const {
    user = '',
    password = '',
    database,
    host = 'localhost',
    port = flavour === 'postgres' ? 5432 : 3306,
  } = address
  const socket = host.startsWith('/') ? host : undefined
  const [named, secret] = [user, password].map(encodeURIComponent)
  const scheme = flavour === 'postgres' ? 'postgres' : flavour
  return {
    flavour,
    host: socket === undefined ? host : 'localhost',
    port,
    ...(socket === undefined ? {} : { socket }),
    user,
    password,
    database,
    url: `${scheme}://${named}:${secret}@${socket === undefined ? host : 'localhost'}:${port}/${database}${
      socket === undefined ? '' : `?${flavour === 'postgres' ? 'host' : 'socket'}=${encodeURIComponent(socket)}`
    }`,
  }
}
