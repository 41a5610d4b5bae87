import type { Colours } from '../../../core/colour.ts'
import { cut, width } from '../../../core/width.ts'
import type { Command, Keys } from '../../../core/world.ts'
import type { SurfaceWorld } from '../../surface.ts'

export interface PagerWorld extends Pick<SurfaceWorld, 'show' | 'run' | 'env' | 'terminal'> {
  readonly keys: Keys
  readonly paint: Colours
}

/** Milliseconds; a program that ends sooner (`less -F`, `cat`) has shown something that would be gone at once. */
const glance = 500

/** Shows lines in the person's pager, in ours where there is none. */
export async function page(lines: readonly string[], world: PagerWorld): Promise<void> {
  const command = await pagerOf(world)
  if (command === undefined) return ownPager(lines, world)
  const began = performance.now()
  const shown = await world.keys.lend(() => world.show({ ...command, input: `${lines.join('\n')}\n` }))
  if (!shown) return ownPager(lines, world)
  if (performance.now() - began < glance) await goOn(world)
}

/**
 * As git chooses: GIT_PAGER, core.pager, PAGER, less (git-var(1)). A pager of their own is a command line that people wrote for a shell, and git
 * gives it to one as well. None of it comes from the repository or the server.
 */
async function pagerOf({ run, env }: PagerWorld): Promise<Command | undefined> {
  const asked = await run({ argv: ['git', 'var', 'GIT_PAGER'] })
  const line = asked.ended === 'exit' && asked.code === 0 ? Buffer.from(asked.stdout).toString('utf8').trim() : 'less'
  if (line === '' || line === 'cat') return undefined
  return line === 'less' ? { argv: ['less', '-R'] } : { argv: ['sh', '-c', line], env: { LESS: env.LESS ?? 'R' } }
}

async function goOn({ keys, terminal }: PagerWorld): Promise<void> {
  await keys.lend(async () => terminal.error('-- any key: back to the review --'))
  await keys.next()
}

/** Arrows, pages, q. */
export async function ownPager(
  lines: readonly string[],
  { keys, paint }: Pick<PagerWorld, 'keys' | 'paint'>,
): Promise<void> {
  let top = 0
  for (;;) {
    const { columns, rows } = keys.size()
    const room = Math.max(1, rows - 1)
    top = Math.max(0, Math.min(top, lines.length - room))
    const shown = lines.slice(top, top + room).map(line => fitted(line, columns - 1))
    const more = lines.length - top - room
    const foot = more > 0 ? `${more.toLocaleString('en-US')} more lines. Arrows, space; q: back` : 'End. q: back'
    keys.draw([
      ...shown,
      ...Array.from({ length: room - shown.length }, () => ''),
      paint.inverse(cut(foot, columns - 1)),
    ])
    const key = await keys.next()
    if (key === undefined || ['q', 'escape', 'enter', 'ctrl-c', 'ctrl-d', 'i', 'd', '?'].includes(key)) return
    top += steps(room)[key] ?? 0
  }
}

// Colours take no columns; what was cut off may have held their end.
function fitted(line: string, columns: number): string {
  if (width(line) <= columns) return line
  return `${cut(line, columns)}${line.includes('\x1b') ? '\x1b[0m' : ''}`
}

function steps(room: number): Readonly<Record<string, number>> {
  const all = Number.MAX_SAFE_INTEGER / 2
  return {
    up: -1,
    k: -1,
    down: 1,
    j: 1,
    'page-up': -room,
    b: -room,
    'page-down': room,
    ' ': room,
    home: -all,
    end: all,
  }
}
