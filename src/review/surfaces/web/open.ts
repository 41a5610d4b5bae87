import type { Command, World } from '../../../core/world.ts'

/** Opens the address in the person's browser where there is a desktop in front of them. Whether it worked is not known: the address is printed too. */
export async function openBrowser(url: string, world: Pick<World, 'env' | 'run'>): Promise<void> {
  const command = browserCommand(url, world.env, process.platform)
  if (command === undefined) return
  await world.run(command, { timeoutMs: 10_000, keepBytes: 4_096 })
}

/** The command that opens it, or undefined where nobody would see the window: over SSH, without a display, in CI. */
export function browserCommand(url: string, env: World['env'], platform: string): Command | undefined {
  if (env.SSH_CONNECTION || env.SSH_TTY || env.CI || env.BROWSER === 'none') return undefined
  if (platform === 'darwin') return { argv: ['open', url] }
  if (env.DISPLAY || env.WAYLAND_DISPLAY) return { argv: ['xdg-open', url] }
  return undefined
}
