// Migration tools in Python are asked through Python itself: what they print is meant for people and leaves out what matters here.
import type { Command, CommandResult } from '../core/world.ts'
import { isRecord, parsedJson } from './evidence.ts'
import type { ScratchEnvironment, Status } from './tool.ts'

/**
 * What is in this variable runs first: the scratch database comes in by it, and nothing else does. A folder of the project must not hide the
 * package of the same name (`alembic/`), so it joins the search path later.
 */
const first =
  "import os,sys\nsys.path[:]=[p for p in sys.path if p not in ('',os.getcwd())]\nexec(os.environ.get('SHIP_GUARD_SCRATCH_CODE',''))\n"

/** Runs Python code in the project's root. */
export function python(code: string, words: readonly string[] = [], env: Command['env'] = {}): Command {
  return { argv: ['python3', '-c', `${first}${code}`, ...words], env }
}

/**
 * `patch` makes the tool's own library connect to the scratch database, whatever the project's settings say: `s` holds its parts. Settings that do
 * not look at the environment could otherwise lead to the real one.
 */
export function scratchEnv(database: ScratchEnvironment, patch: string): Command['env'] {
  const { flavour, host, port, socket, user, password, url } = database
  const parts = { flavour, host, port, socket, user, password, database: database.database }
  return {
    DATABASE_URL: url,
    SHIP_GUARD_SCRATCH: JSON.stringify(parts),
    SHIP_GUARD_SCRATCH_CODE: `import json\ns=json.loads(os.environ['SHIP_GUARD_SCRATCH'])\n${patch}`,
  }
}

export const mark = 'ship-guard:'

export interface Said {
  /** Names that the database says have run. */
  readonly ran: readonly string[]
  /** Names that count as run, also those that others were squashed into. */
  readonly satisfied: readonly string[]
  /** Names that the tool knows itself, also those that were squashed away. */
  readonly known: readonly string[]
}

/** The line that our own code printed; undefined when it did not get that far. */
function saidBy(output: string): Said | undefined {
  const line = output.split('\n').find(one => one.startsWith(mark))
  const json = line === undefined ? undefined : parsedJson(line.slice(mark.length))
  if (!isRecord(json)) return undefined
  const names = (key: string) => (Array.isArray(json[key]) ? json[key].filter(one => typeof one === 'string') : [])
  return { ran: names('ran'), satisfied: names('satisfied'), known: names('known') }
}

const unreached =
  /OperationalError|InterfaceError|could not connect|Connection refused|can't connect|could not translate host|Access denied|unable to open database/i

/** Whether the database is as far as `known`. `isOurs`: other packages' migrations are none of this repository's business. */
export function statusFrom(result: CommandResult, known: readonly string[], isOurs: (name: string) => boolean): Status {
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
  const said = saidBy(decode(result.stdout))
  if (said === undefined) {
    const error = decode(result.stderr).trim().split('\n').at(-1) ?? ''
    const kind = /^[\w.]+/.exec(error)?.[0] ?? 'nothing'
    if (unreached.test(decode(result.stderr)))
      return { state: 'unreachable', because: `the database does not answer (${kind})` }
    return { state: 'unknown', because: `the command ended with ${kind} before it said anything` }
  }
  const has = new Set(known)
  const theirs = new Set(said.known)
  const foreign = said.ran.filter(name => isOurs(name) && !has.has(name) && !theirs.has(name))
  if (foreign.length > 0)
    return { state: 'diverged', because: 'it has run migrations that the code does not have', names: foreign }
  const done = new Set([...said.ran, ...said.satisfied])
  const pending = known.filter(name => !done.has(name))
  return pending.length === 0 ? { state: 'clean' } : { state: 'pending', pending }
}
