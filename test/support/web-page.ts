// The web review as the command opens it: the real server on loopback, the built page, and a client that asks as the page does.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writePage } from '../../scripts/page.ts'
import type { CommandResult, World } from '../../src/core/world.ts'
import { files } from '../../src/io/files.ts'
import { serve } from '../../src/io/http.ts'
import type { Decisions, Review, ReviewDesk } from '../../src/review/review.ts'
import type { SurfaceWorld } from '../../src/review/surface.ts'
import web from '../../src/review/surfaces/web/index.ts'
import { sourceRoot } from './package-root.ts'

export interface OpenedReview extends AsyncDisposable {
  /** With the one-time token. */
  readonly url: string
  readonly decisions: Promise<Decisions>
  /** What was said at the terminal. */
  readonly said: readonly string[]
  /** Ctrl-C. */
  interrupt(): void
  /** Asks as the page does: GET without a body, POST with one. The token is exchanged at the first question. */
  ask(path: string, body?: unknown): Promise<Answer>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Buffer
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at what it expects
  readonly json: any
}

export async function openReview(review: Review, desk: ReviewDesk, env: World['env'] = {}): Promise<OpenedReview> {
  const home = mkdtempSync(join(tmpdir(), 'ship-guard-page-'))
  mkdirSync(join(home, 'dist'))
  writePage(sourceRoot, join(home, 'dist'))
  const end = new AbortController()
  const said: string[] = []
  const url = deferred<string>()
  const world: SurfaceWorld = {
    serve,
    files,
    env,
    packageFolder: home,
    signal: end.signal,
    terminal: {
      isTty: false,
      colour: false,
      columns: 80,
      print: () => {},
      error(text) {
        said.push(text)
        url.resolve(/http:\S+/.exec(text)?.[0] ?? '')
      },
    },
    keys: () => undefined,
    show: async () => false,
    run: async command => ({ ...ran, stdout: Buffer.from(command.argv.join(' ')) }),
  }
  const decisions = web.present(review, desk, world)
  // Whoever does not wait for them must not be told of a rejection that nobody handles.
  decisions.catch(() => {})
  const address = new URL(await url.promise)
  let session: Promise<string> | undefined
  const ask = async (path: string, body?: unknown): Promise<Answer> => {
    session ??= send('/session', { token: address.hash.slice(1) }).then(told => told.json.session)
    return send(path, body, await session)
  }
  const send = async (path: string, body?: unknown, bearer?: string): Promise<Answer> => {
    const headers = {
      origin: address.origin,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    }
    const reply = await fetch(address.origin + path, {
      headers,
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    const bytes = Buffer.from(await reply.arrayBuffer())
    const isJson = reply.headers.get('content-type')?.startsWith('application/json') === true
    return {
      status: reply.status,
      headers: reply.headers,
      bytes,
      json: isJson ? JSON.parse(bytes.toString()) : undefined,
    }
  }
  return {
    url: address.href,
    decisions,
    said,
    ask,
    interrupt: () => end.abort(),
    async [Symbol.asyncDispose]() {
      end.abort()
      await decisions.catch(() => {})
      rmSync(home, { recursive: true, force: true })
    },
  }
}

const ran: CommandResult = {
  ended: 'exit',
  code: 0,
  stdout: new Uint8Array(),
  stderr: new Uint8Array(),
  output: new Uint8Array(),
  droppedBytes: 0,
  tookMs: 0,
}

function deferred<Value>() {
  let resolve: (value: Value) => void = () => {}
  const promise = new Promise<Value>(done => {
    resolve = done
  })
  return { promise, resolve }
}
