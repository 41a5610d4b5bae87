import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PageAnswer, PageRequest, World } from '../core/world.ts'
import { isAnotherUser } from './peer.ts'

/** Bytes of a POST: room for every id of a review of some hundred thousand files. */
const maxBody = 16 * 1024 * 1024

/** Serves a page on a random port of loopback until it is closed. See `World.serve`. */
export const serve: World['serve'] = async (page, answer) => {
  const token = randomBytes(32).toString('base64url')
  const desk: Desk = { page, answer, token, session: undefined, hosts: new Set() }
  const server = createServer(
    { maxHeaderSize: 16_384, headersTimeout: 10_000, requestTimeout: 60_000 },
    (ask, reply) => {
      replyTo(ask, desk).then(
        told => send(reply, told),
        () => send(reply, refused(500, 'This went wrong.')),
      )
    },
  )
  const port = await listen(server)
  // Names that no foreign DNS answer can stand behind. Anything else in Host is a page of another site that rebound its own name to loopback.
  for (const name of ['127.0.0.1', 'localhost']) desk.hosts.add(`${name}:${port}`)
  return {
    url: `http://127.0.0.1:${port}/#${token}`,
    close: () =>
      new Promise(closed => {
        server.close(() => closed())
        server.closeIdleConnections()
        // What was answered last may still be on its way.
        setTimeout(() => server.closeAllConnections(), 500).unref()
      }),
  }
}

interface Desk {
  readonly page: PageAnswer
  readonly answer: (request: PageRequest) => Promise<PageAnswer>
  readonly token: string
  /** Given out once, for the token. */
  session: string | undefined
  readonly hosts: Set<string>
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((ready, failed) => {
    server.once('error', failed)
    server.listen(0, '127.0.0.1', ready)
  })
  return (server.address() as AddressInfo).port
}

async function replyTo(ask: IncomingMessage, desk: Desk): Promise<PageAnswer> {
  const refusal = foreign(ask, desk.hosts)
  if (refusal !== undefined) return refused(403, refusal)
  const { method } = ask
  if (method !== 'GET' && method !== 'POST') return refused(405, 'Only GET and POST.')
  const { pathname: path, searchParams } = new URL(ask.url ?? '/', 'http://127.0.0.1')
  if (method === 'GET' && path === '/') return desk.page
  const body = method === 'POST' ? await bodyOf(ask) : undefined
  if (body !== undefined && 'refusal' in body) return body.refusal
  if (method === 'POST' && path === '/session')
    return (await isAnotherUser(ask.socket)) ? refused(403, anotherUser) : exchange(body?.json, desk)
  if (!isSession(ask.headers.authorization, desk)) return refused(401, 'No session.')
  const query = Object.fromEntries(searchParams)
  return desk.answer({ method, path, query, ...(body === undefined ? {} : { body: body.json }) })
}

/** Why the question does not come from our own page: undefined when it may. Fetch Metadata where the browser sends it, Origin everywhere. */
function foreign({ headers, method, url }: IncomingMessage, hosts: ReadonlySet<string>): string | undefined {
  const { host = '', origin } = headers
  if (!hosts.has(host)) return 'This name is not served here.'
  if (origin !== undefined && origin !== `http://${host}`) return 'Another page may not ask here.'
  if (method === 'POST' && origin === undefined) return 'A change needs to say which page asks for it.'
  const site = headers['sec-fetch-site']
  const isPage = method === 'GET' && url === '/' && headers['sec-fetch-dest'] === 'document'
  // Whoever follows a link from a web mail or a web terminal comes from another site; the page holds nothing yet.
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isPage)
    return 'Another page may not ask here.'
  return undefined
}

async function bodyOf(ask: IncomingMessage): Promise<{ json: unknown } | { refusal: PageAnswer }> {
  // A form of another site cannot send this type without being asked first (CORS preflight), and we answer no such question.
  if (ask.headers['content-type'] !== 'application/json') return { refusal: refused(415, 'Only application/json.') }
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of ask as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBody) return { refusal: refused(413, 'Too much.') }
    chunks.push(chunk)
  }
  try {
    return { json: JSON.parse(Buffer.concat(chunks).toString('utf8')) }
  } catch {
    return { refusal: refused(400, 'Not JSON.') }
  }
}

const anotherUser = 'Another user of this machine asks. Open the link in a browser of the user who runs the capture.'

function exchange(body: unknown, desk: Desk): PageAnswer {
  const told = typeof body === 'object' && body !== null && 'token' in body ? body.token : undefined
  if (typeof told !== 'string' || !isSame(told, desk.token)) return refused(401, 'Not the token of this page.')
  if (desk.session !== undefined) return refused(410, 'This link was used already.')
  desk.session = randomBytes(32).toString('base64url')
  return json(200, { session: desk.session })
}

// In a header of its own and not in a cookie: cookies of 127.0.0.1 go to every port, so also to whatever another user serves there.
function isSession(header: string | undefined, { session }: Desk): boolean {
  return session !== undefined && header !== undefined && isSame(header, `Bearer ${session}`)
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map(text => createHash('sha256').update(text).digest()) as [Buffer, Buffer]
  return timingSafeEqual(a, b)
}

function json(status: number, value: unknown): PageAnswer {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(value) }
}

function refused(status: number, problem: string): PageAnswer {
  return json(status, { problem })
}

function send(reply: ServerResponse, { status, type, body, policy }: PageAnswer): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  reply.writeHead(status, {
    'content-type': type,
    'content-length': bytes.byteLength,
    'content-security-policy': policy ?? "default-src 'none'; frame-ancestors 'none'; sandbox",
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    // A refusal may come before the whole question was read.
    ...(status < 400 ? {} : { connection: 'close' }),
  })
  reply.end(bytes)
}
