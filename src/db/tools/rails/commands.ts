// https://guides.rubyonrails.org/active_record_migrations.html, "Running Migrations"
import { basename } from 'node:path/posix'
import type { Command, CommandResult } from '../../../core/world.ts'
import type { ScratchEnvironment, Status, ToolCommands } from '../../tool.ts'

export const commands: ToolCommands = {
  status: () => rails(['db:migrate:status']),
  readStatus,
  migrate: (_project, upTo, database) =>
    rails(['db:migrate'], { ...scratch(database), ...(upTo === undefined ? {} : { VERSION: versionIn(upTo) }) }),
  revert: (_project, path, database) => rails(['db:migrate:down'], { ...scratch(database), VERSION: versionIn(path) }),
}

function rails(words: readonly string[], env: Command['env'] = {}): Command {
  return { argv: ['bin/rails', ...words], env }
}

function versionIn(path: string): string {
  return /^\d+/.exec(basename(path))?.[0] ?? ''
}

// DATABASE_URL goes before config/database.yml for the environment that runs. After a migration Rails writes the schema into the checkout.
function scratch({ url, flavour }: ScratchEnvironment): Command['env'] {
  const scheme = flavour === 'postgres' ? 'postgresql' : flavour === 'sqlite' ? 'sqlite3' : 'mysql2'
  return {
    RAILS_ENV: 'test',
    DATABASE_URL: url.replace(/^\w+:/, `${scheme}:`),
    SCHEMA: '/dev/null',
    DISABLE_SPRING: '1',
  }
}

const unreached =
  /ConnectionNotEstablished|ConnectionFailed|NoDatabaseError|could not connect|Connection refused|connection to server|Can't connect|Access denied|unable to open database/i

/** Lines such as `   up     20240101120000  Create users`; what the database has and the code has not is `********** NO FILE **********`. */
function readStatus(result: CommandResult, known: readonly string[]): Status {
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
  const output = decode(result.stdout)
  const errors = decode(result.stderr)
  const said = [...output.matchAll(/^[ \t]*(up|down)\s+(\d+)\s+(.*)$/gm)]
  const isList = /^[ \t]*Status\s+Migration ID\s+Migration Name/m.test(output)
  // Rails leaves out the list when the table of migrations was never made.
  if (/Schema migrations table does not exist yet/.test(output + errors)) return pendingOf(known, new Set())
  if (!isList) {
    if (unreached.test(errors + output)) return { state: 'unreachable', because: 'the database does not answer' }
    return { state: 'unknown', because: 'the command printed no list of migrations' }
  }
  const has = new Set(known)
  const ran = said.filter(([, state]) => state === 'up').map(([, , version]) => version!.replace(/^0+(?=\d)/, ''))
  const foreign = said.flatMap(([, state, version = '', name = '']) =>
    state === 'up' && (/NO FILE/.test(name) || !has.has(version.replace(/^0+(?=\d)/, ''))) ? [version] : [],
  )
  if (foreign.length > 0)
    return { state: 'diverged', because: 'it has run migrations that the code does not have', names: foreign }
  return pendingOf(known, new Set(ran))
}

function pendingOf(known: readonly string[], ran: ReadonlySet<string>): Status {
  const pending = known.filter(name => !ran.has(name))
  return pending.length === 0 ? { state: 'clean' } : { state: 'pending', pending }
}
