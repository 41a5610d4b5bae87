import type { Decisions } from '../../review.ts'
import { defineSurface, type SurfaceWorld } from '../../surface.ts'
import { pageAsset } from './asset.ts'
import { pageDesk } from './desk.ts'
import { openBrowser } from './open.ts'

/** Milliseconds after which a page that was left counts as closed: long enough to reload it, or to open its tab again. */
const backWithinMs = 15_000

export default defineSurface({
  id: 'web',
  title: 'A page in your browser',
  why: 'Images and long differences are easier to judge side by side.',
  available: ({ env }) => (env.CI ? 'Nobody is there to open a page in CI.' : undefined),
  async present(review, desk, world) {
    const ending = whenDecided(world.signal)
    const { answer } = pageDesk({ review, desk, ...ending })
    const server = await world.serve(await pageAsset(world), request => {
      ending.back()
      return answer(request)
    })
    try {
      world.terminal.error(invitation(server.url, world))
      void openBrowser(server.url, world)
      return await ending.decisions
    } finally {
      ending.back()
      await server.close()
    }
  },
})

function whenDecided(signal: AbortSignal) {
  let gone: NodeJS.Timeout | undefined
  let decided: (decisions: Decisions) => void = () => {}
  let failed: (error: unknown) => void = () => {}
  const decisions = new Promise<Decisions>((resolve, reject) => {
    decided = resolve
    failed = reject
  })
  const close = () => decided({ kind: 'closed' })
  if (signal.aborted) close()
  signal.addEventListener('abort', close, { once: true })
  const back = () => clearTimeout(gone)
  const left = () => {
    back()
    gone = setTimeout(close, backWithinMs)
  }
  return { decisions, decided, failed, left, back }
}

function invitation(url: string, { env }: Pick<SurfaceWorld, 'env'>): string {
  const { port } = new URL(url)
  const there = env.SSH_CONNECTION
    ? `  From your own machine, first: ssh -L ${port}:127.0.0.1:${port} <this machine>\n`
    : ''
  return `Review this capture in your browser. The link works once, and only while this command runs:\n  ${url}\n${there}  Ctrl-C closes it and decides nothing.`
}
