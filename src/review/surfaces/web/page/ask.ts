// One session for one tab. It is kept in sessionStorage, which other ports and other tabs do not see, so that a reload finds it again.
const key = 'session'
let session: string | undefined

export class Refused extends Error {
  readonly status: number
  readonly told: unknown
  constructor(status: number, problem: string, told?: unknown) {
    super(problem)
    this.status = status
    this.told = told
  }
}

/** Exchanges the token of the address for a session, or takes up the one of before. Throws Refused. */
export async function enter(): Promise<void> {
  const token = location.hash.slice(1)
  // Neither the history nor a bookmark nor someone who looks on should have it.
  history.replaceState(null, '', '/')
  session = sessionStorage.getItem(key) ?? undefined
  if (token === '') {
    if (session === undefined) throw new Refused(401, 'The address is not complete.')
    return
  }
  const told = await ask<{ session: string }>('/session', { token })
  session = told.session
  sessionStorage.setItem(key, session)
}

/** Asks our server: GET without a body, POST with one. Throws Refused, and status 0 when the command has ended. */
export async function ask<Told>(path: string, body?: unknown): Promise<Told> {
  const reply = await send(path, body)
  const told: unknown = await reply.json()
  if (reply.ok) return told as Told
  throw new Refused(reply.status, (told as { problem?: string }).problem ?? 'Refused.', told)
}

/** An image as an address of this page, for as long as it is needed. */
export async function askImage(path: string): Promise<string> {
  const reply = await send(path)
  if (!reply.ok) throw new Refused(reply.status, 'There is no image to show.')
  return URL.createObjectURL(await reply.blob())
}

/** Says that the page is going; sent even while it goes. */
export function sayGone(): void {
  if (session !== undefined) void send('/left', {}, true).catch(() => {})
}

async function send(path: string, body?: unknown, keepalive = false): Promise<Response> {
  const headers: Record<string, string> = session === undefined ? {} : { authorization: `Bearer ${session}` }
  if (body !== undefined) headers['content-type'] = 'application/json'
  const request: RequestInit =
    body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body), keepalive }
  try {
    return await fetch(path, { ...request, cache: 'no-store', credentials: 'omit', redirect: 'error' })
  } catch {
    throw new Refused(0, 'The command has ended.')
  }
}
