// What migration tools print, as the status commands read it.
import { stripVTControlCharacters } from 'node:util'
import type { CommandResult } from '../core/world.ts'
import type { Status } from './tool.ts'

/** stdout and stderr as they came, without colours. */
export function outputOf(result: CommandResult): string {
  return stripVTControlCharacters(new TextDecoder().decode(result.output)).replaceAll('\r\n', '\n')
}

const unreachable =
  /ECONNREFUSED|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|ECONNRESET|EAI_AGAIN|getaddrinfo|connect ENOENT|connection refused|could not connect|can't connect|can't reach database|P1001|P1002|unable to connect|no such host|i\/o timeout|server closed the connection|could not translate host name|connection to server .* failed/i
const denied =
  /password authentication failed|access denied for user|P1000|no password supplied|SASL|role ".*" does not exist|P1003|database ".*" does not exist|unknown database|ER_ACCESS_DENIED/i

/** What keeps every status command from saying anything: it did not run, or it did not get in. Undefined when neither. */
export function failureOf(result: CommandResult, output: string): Status | undefined {
  if (result.ended === 'not-started') return { state: 'unknown', because: `it could not be started: ${result.because}` }
  if (result.ended === 'timeout') return { state: 'unreachable', because: 'it did not answer in time' }
  if (result.ended !== 'exit') return { state: 'unknown', because: 'it was ended before it answered' }
  if (/^(?:\d+ )?.*\bnot found\b/.test(output) && result.code === 127)
    return { state: 'unknown', because: 'the tool is not installed' }
  if (unreachable.test(output)) return { state: 'unreachable', because: 'the database cannot be reached' }
  if (denied.test(output)) return { state: 'unreachable', because: 'the database does not let it in' }
  return undefined
}

/** What is told when a tool said something else than it ever should. */
export function notUnderstood(result: CommandResult): Status {
  const code = result.ended === 'exit' ? ` and ended with ${result.code}` : ''
  return { state: 'unknown', because: `it said something that is not understood${code}` }
}

/**
 * The state told by the names that have run and those that have not: what has run and is not in the code means that they went apart.
 * What the code has and the tool did not name at all is not understood either.
 */
export function stateOf(ran: readonly string[], pending: readonly string[], known: readonly string[]): Status {
  const own = new Set(known)
  const strange = ran.filter(name => !own.has(name))
  if (strange.length > 0)
    return { state: 'diverged', because: 'the database has run migrations that the code does not have', names: strange }
  const told = new Set([...ran, ...pending])
  const missed = known.filter(name => !told.has(name))
  const all = [...pending, ...missed]
  return all.length === 0 ? { state: 'clean' } : { state: 'pending', pending: all }
}
