import type { Finding } from '../core/finding.ts'
import type { GateUse } from '../core/gate.ts'
import { printable } from '../core/printable.ts'
import { pad, width } from '../core/width.ts'
import type { Git, World } from '../core/world.ts'
import type { InForce } from './in-force.ts'
import { type Runnable, readTrusted, remember, rememberAsking } from './trusted.ts'

interface Place {
  readonly git: Pick<Git, 'commonDir'>
  readonly world: Pick<World, 'files' | 'terminal' | 'ask'>
}

export interface AcceptOptions {
  /** The person started this themselves and sees what runs: showing it is enough, unless the config asks for a yes. */
  readonly byHand?: boolean
}

/** The command lines that these gates and their checkout would run, as the config writes them. */
export function runnablesOf(uses: readonly GateUse[], { prepare }: Pick<InForce['checkout'], 'prepare'>): Runnable[] {
  const own = uses.flatMap(use =>
    (use.gate.commands?.(use.options) ?? []).map(line => ({ by: use.id, line, ...envOf(use.options) })),
  )
  return own.length === 0 || prepare === undefined ? own : [{ by: 'checkout.prepare', line: prepare }, ...own]
}

/** The same, without those that may run as things stand. For what runs where nobody looks: in the background, after a merge. */
export async function waitingForTrust(
  uses: readonly GateUse[],
  { checkout, trust }: Pick<InForce, 'checkout' | 'trust'>,
  { git, world }: { readonly git: Pick<Git, 'commonDir'>; readonly world: Pick<World, 'files'> },
): Promise<readonly Runnable[]> {
  const trusted = await readTrusted(world.files, git.commonDir)
  return runnablesOf(uses, checkout).filter(one => !(trusted.of(one) === 'accepted' || trust === 'always'))
}

/** Shows the commands that were never accepted on this machine. What keeps the push back when a yes is needed and was not given. */
export async function unaccepted(
  uses: readonly GateUse[],
  inForce: Pick<InForce, 'checkout' | 'trust'>,
  place: Place,
  options: AcceptOptions = {},
): Promise<Finding | undefined> {
  const { trust, checkout } = inForce
  if (trust === 'ask') await rememberAsking(place.world.files, place.git.commonDir).catch(() => {})
  const waiting = await accept(runnablesOf(uses, checkout), trust, place, options)
  return waiting.length === 0 ? undefined : notAccepted(waiting)
}

/** Shows what is new and asks where a yes is needed; what was not accepted. */
export async function accept(
  runnables: readonly Runnable[],
  trust: 'ask' | 'always',
  { git, world }: Place,
  { byHand = false }: AcceptOptions = {},
): Promise<readonly Runnable[]> {
  const trusted = await readTrusted(world.files, git.commonDir)
  const isNew = (one: Runnable) => (trust === 'ask' ? trusted.of(one) !== 'accepted' : trusted.of(one) === undefined)
  const fresh = runnables.filter(isNew)
  if (fresh.length === 0) return []
  world.terminal.error(shownRunnables(neverAccepted(fresh.length), fresh))
  if (trust === 'ask' && !(await saysYes(world))) return fresh
  // What cannot be remembered is shown again next time.
  await remember(world.files, git.commonDir, fresh, trust === 'ask' || byHand ? 'accepted' : 'shown').catch(() => {})
  return []
}

function neverAccepted(count: number): string {
  const these = count === 1 ? 'this command of the config was' : `these ${count} commands of the config were`
  return `ship-guard: ${these} never accepted on this machine:`
}

/** Whether a person at the terminal says yes; where there is none, nobody does. */
export async function saysYes({ ask }: Pick<World, 'ask'>): Promise<boolean> {
  const answer = await ask('Let this run here, now and later? [y/N] ')
  return /^\s*y(es)?\s*$/i.test(answer ?? '')
}

/** One block for a person, nothing cut: what is not seen cannot be accepted. */
export function shownRunnables(title: string, runnables: readonly Runnable[]): string {
  const columns = Math.max(...runnables.map(({ by }) => width(printable(by))))
  const lines = runnables.map(({ by, line, env = {} }) => {
    const [first, ...rest] = printable(line, { lines: true }).split('\n')
    const sets = Object.keys(env).length === 0 ? [] : [`(sets ${printable(Object.keys(env).join(', '))})`]
    return [
      `  ${pad(printable(by), columns)}  ${first}`,
      ...[...rest, ...sets].map(more => `  ${' '.repeat(columns)}  ${more}`),
    ]
  })
  return [title, ...lines.flat()].join('\n')
}

function envOf(options: unknown): { env?: Readonly<Record<string, string>> } {
  const env = (options as { env?: Readonly<Record<string, string>> } | null | undefined)?.env
  return env === undefined || Object.keys(env).length === 0 ? {} : { env }
}

function notAccepted(waiting: readonly Runnable[]): Finding {
  const names = [...new Set(waiting.map(({ by }) => by))]
  return {
    rule: 'commands-not-accepted',
    severity: 'error',
    what: `Nobody has accepted on this machine what ${names.join(', ')} would run.`,
    why: 'The config comes with the commits: whoever changed it decides what runs here, with your rights (trust: ask).',
    instead: 'Look at the commands, and accept them when they are right: npx ship-guard trust',
  }
}
