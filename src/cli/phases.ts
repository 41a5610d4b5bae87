import { colours } from '../core/colour.ts'
import { duration } from '../core/duration.ts'
import { printable } from '../core/printable.ts'
import { pad } from '../core/width.ts'
import type { World } from '../core/world.ts'

/** The phases of a long command, one after the other: a live line while one runs, and one line that stays when it is over. */
export interface Phases {
  progress(phase: string, line: string): void
  ended(phase: string, line: string): void
  /** Before somebody else takes the terminal, and at the end. */
  stop(): void
}

/** `quiet`: nothing is shown at all, for output that programs read from both streams. */
export function openPhases(
  world: Pick<World, 'live' | 'terminal'>,
  names: readonly string[],
  options: { quiet?: boolean } = {},
): Phases {
  if (options.quiet === true) return { progress() {}, ended() {}, stop() {} }
  const paint = colours(world.terminal.colour)
  const wide = Math.max(...names.map(name => name.length))
  let running: { phase: string; live: ReturnType<World['live']>; since: number } | undefined
  const stop = () => {
    // Somebody is to be asked, or it is over: nothing was interrupted.
    if (running !== undefined) running.live.done(running.phase, 'skipped', performance.now() - running.since)
    running?.live.stop()
    running = undefined
  }
  const begin = (phase: string) => {
    if (running?.phase === phase) return running
    stop()
    running = { phase, live: world.live('capturing'), since: performance.now() }
    running.live.start([{ id: phase, title: '' }])
    return running
  }
  return {
    progress: (phase, line) => begin(phase).live.progress(phase, printable(line)),
    ended(phase, line) {
      const took = performance.now() - begin(phase).since
      running?.live.done(phase, 'passed', took)
      stop()
      world.terminal.error(`${paint.green('✓')} ${pad(phase, wide)}  ${printable(line)}  ${paint.dim(duration(took))}`)
    },
    stop,
  }
}
