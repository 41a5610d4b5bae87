import { execFile } from 'node:child_process'
import { request as ask } from 'node:http'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { PageAnswer, PageRequest } from '../core/world.ts'
import { serve } from './http.ts'

const page: PageAnswer = {
  status: 200,
  type: 'text/html; charset=utf-8',
  body: '<p>page',
  policy: "default-src 'self'",
}

async function served(answer: (request: PageRequest) => Promise<PageAnswer> = async () => fine) {
  const asked: PageRequest[] = []
  const server = await serve(page, request => {
    asked.push(request)
    return answer(request)
  })
  const url = new URL(server.url)
  const token = url.hash.slice(1)
  const origin = url.origin
  const call = (path: string, { method = 'GET', headers = {}, body }: Call = {}) =>
    new Promise<Told>((told, failed) => {
      const sent = ask(`${origin}${path}`, { method, headers, agent: false }, reply => {
        const chunks: Buffer[] = []
        reply.on('data', chunk => chunks.push(chunk))
        reply.on('end', () =>
          told({ status: reply.statusCode!, headers: reply.headers, text: Buffer.concat(chunks).toString() }),
        )
      })
      sent.on('error', failed)
      sent.end(body)
    })
  const post = (path: string, value: unknown, headers: Record<string, string> = {}) =>
    call(path, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(value),
    })
  const enter = async () => {
    const { session } = JSON.parse((await post('/session', { token })).text) as { session: string }
    return { authorization: `Bearer ${session}` }
  }
  return { server, url, origin, token, asked, call, post, enter, [Symbol.asyncDispose]: () => server.close() }
}

interface Call {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

interface Told {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly text: string
}

const fine: PageAnswer = { status: 200, type: 'text/plain; charset=utf-8', body: 'fine' }

test('listens on loopback alone, on a port that the system chose', async () => {
  await using there = await served()
  expect(there.url.hostname).toBe('127.0.0.1')
  await using other = await served()
  expect(other.url.port).not.toBe(there.url.port)
  const elsewhere = await new Promise<string>(ended => {
    const socket = connect(Number(there.url.port), '127.0.0.2', () => ended('open'))
    socket.on('error', error => ended((error as NodeJS.ErrnoException).code ?? 'error'))
  })
  expect(elsewhere).toBe('ECONNREFUSED')
})

test('keeps the token out of everything that a browser sends by itself', async () => {
  await using there = await served()
  expect(there.url.pathname + there.url.search).toBe('/')
  expect(there.token).toMatch(/^[\w-]{43}$/)
})

test('answers nobody without a session, and never asks the owner for them', async () => {
  await using there = await served()
  expect((await there.call('/review')).status).toBe(401)
  expect((await there.call('/review', { headers: { authorization: 'Bearer undefined' } })).status).toBe(401)
  expect((await there.call(`/review?token=${there.token}`)).status).toBe(401)
  expect((await there.post('/approve', {}, { authorization: `Bearer ${there.token}` })).status).toBe(401)
  expect((await there.post('/session', { token: 'guess' })).status).toBe(401)
  expect((await there.post('/session', 'null')).status).toBe(401)
  expect(there.asked).toEqual([])
})

test('gives a session for the token once', async () => {
  await using there = await served()
  const headers = await there.enter()
  expect((await there.call('/review?id=1', { headers })).text).toBe('fine')
  expect(there.asked).toEqual([{ method: 'GET', path: '/review', query: { id: '1' } }])
  const again = await there.post('/session', { token: there.token })
  expect(again.status).toBe(410)
  expect(again.text).not.toContain('session')
})

test('gives a POST to the owner as the JSON it was', async () => {
  await using there = await served()
  const headers = await there.enter()
  expect((await there.post('/approve', { ticked: [1, 2] }, headers)).status).toBe(200)
  expect(there.asked).toEqual([{ method: 'POST', path: '/approve', query: {}, body: { ticked: [1, 2] } }])
})

test('refuses a name that was rebound to loopback', async () => {
  await using there = await served()
  const headers = await there.enter()
  for (const host of ['evil.example', `evil.example:${there.url.port}`, '127.0.0.1', '127.0.0.1.evil.example']) {
    expect((await there.call('/', { headers: { host } })).status).not.toBe(200)
    expect((await there.call('/review', { headers: { ...headers, host } })).status).not.toBe(200)
  }
  expect(there.asked).toEqual([])
})

test('refuses what another page asks, even with the session', async () => {
  await using there = await served()
  const session = await there.enter()
  const strangers: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `http://127.0.0.1:${Number(there.url.port) + 1}` },
    { origin: `http://localhost:${there.url.port}` },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ]
  for (const stranger of strangers) {
    expect((await there.post('/approve', {}, { ...session, ...stranger })).status).toBe(403)
    expect((await there.call('/review', { headers: { ...session, ...stranger } })).status).toBe(403)
  }
  const { 'content-type': _, ...bare } = { 'content-type': '', ...session }
  expect((await there.call('/approve', { method: 'POST', headers: bare, body: '{}' })).status).toBe(403)
  expect(there.asked).toEqual([])
})

test('refuses a form of another site, which can send no JSON', async () => {
  await using there = await served()
  const session = await there.enter()
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
    expect((await there.post('/approve', {}, { ...session, 'content-type': type })).status).toBe(415)
  expect(there.asked).toEqual([])
})

test('answers no question of CORS and knows no other method', async () => {
  await using there = await served()
  const asked = await there.call('/approve', { method: 'OPTIONS', headers: { origin: there.origin } })
  expect(asked.status).toBe(405)
  expect(Object.keys(asked.headers).filter(name => name.startsWith('access-control'))).toEqual([])
  expect((await there.call('/', { method: 'PUT' })).status).toBe(405)
})

test('refuses what is no JSON and what is too long', async () => {
  await using there = await served()
  const headers = { ...(await there.enter()), origin: there.origin, 'content-type': 'application/json' }
  expect((await there.call('/approve', { method: 'POST', headers, body: '{' })).status).toBe(400)
  const long = await there
    .call('/approve', { method: 'POST', headers, body: `"${'x'.repeat(17 * 1024 * 1024)}"` })
    .then(
      told => told.status,
      () => 'cut off',
    )
  expect([413, 'cut off']).toContain(long)
  expect(there.asked).toEqual([])
})

test('tells browsers to keep nothing, to guess nothing and to load nothing', async () => {
  await using there = await served()
  const shown = await there.call('/')
  expect(shown.text).toBe('<p>page')
  expect(shown.headers['content-security-policy']).toBe("default-src 'self'")
  const told = await there.call('/x', { headers: await there.enter() })
  for (const { headers } of [shown, told])
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    })
  expect(told.headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'; sandbox")
  expect(told.headers['set-cookie']).toBeUndefined()
})

test('says nothing of what went wrong inside', async () => {
  await using there = await served(async () => {
    throw new Error('DB_PASSWORD=hunter2')
  })
  const told = await there.call('/review', { headers: await there.enter() })
  expect(told.status).toBe(500)
  expect(told.text).not.toContain('hunter2')
})

test('is gone once it is closed', async () => {
  const there = await served()
  const headers = await there.enter()
  await there.server.close()
  await expect(there.call('/review', { headers })).rejects.toThrow(/ECONNREFUSED/)
})

test('goes on after whatever somebody throws at the port', async () => {
  await using there = await served()
  const lines = [
    '\0\0\0\0',
    'GET / HTTP/1.1\r\n\r\n',
    'GET // HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
    `GET /${'a'.repeat(70_000)}`,
  ]
  const hosts = [`Host: ${there.url.host}\r\nHost: evil.example`, `Host: evil.example\r\nHost: ${there.url.host}`]
  for (const line of [...lines, ...hosts.map(host => `GET /review HTTP/1.1\r\n${host}\r\n\r\n`)])
    await new Promise(ended => {
      const socket = connect(Number(there.url.port), '127.0.0.1', () => socket.end(line))
      socket.on('close', ended).on('error', () => {})
      socket.resume()
    })
  expect((await there.call('/')).text).toBe('<p>page')
  expect(there.asked).toEqual([])
})

test('the token is worth nothing to another user of the machine, who may have seen it in the list of processes', async () => {
  await using there = await served()
  const argv = ['-s', '-H', `origin: ${there.origin}`, '-H', 'content-type: application/json']
  const stolen = [...argv, '-d', JSON.stringify({ token: there.token }), `${there.origin}/session`]
  // Only root may be somebody else; elsewhere what tells users apart is tried in peer.test.ts.
  if (process.getuid?.() === 0) {
    const { stdout } = await promisify(execFile)('curl', stolen, { uid: 65_534, gid: 65_534 })
    expect(stdout).toContain('Another user of this machine')
  }
  expect(await there.enter()).toEqual({ authorization: expect.stringMatching(/^Bearer .{40}/) })
})
