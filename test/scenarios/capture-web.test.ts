import { createHash } from 'node:crypto'
import { get } from 'node:http'
import { expect, test, vi } from 'vitest'
import { CannotTell } from '../../src/core/errors.ts'
import type { Oid } from '../../src/core/push.ts'
import type { ReviewDesk } from '../../src/review/review.ts'
import { openReview } from '../support/web-page.ts'
import { logo, png, type SampleFile, sampleReview, workingDay } from '../support/web-review.ts'

const secretHold = workingDay.find(file => file.path === 'config/services.php')!.holds!

/** Ids by path, as the page gets them. */
async function idsOf(page: Awaited<ReturnType<typeof openReview>>): Promise<Record<string, number>> {
  const { items } = (await page.ask('/review')).json
  return Object.fromEntries(items.map((item: { path: string; id: number }) => [item.path, item.id]))
}

async function opened(files: readonly SampleFile[] = workingDay, change: Partial<ReviewDesk> = {}) {
  const { review, desk, asked } = sampleReview(files)
  const page = await openReview(review, { ...desk, ...change })
  return { page, review, desk, asked, ids: await idsOf(page), [Symbol.asyncDispose]: () => page[Symbol.asyncDispose]() }
}

const nothingLifted: readonly [number, string][] = []

test('commits exactly what was ticked, bound to the tree that the button named', async () => {
  await using there = await opened()
  const { page, ids } = there
  const ticked = [ids['public/img/logo.png']!, ids['routes/web.php']!]
  const plan = (await page.ask('/plan', { ticked, lifted: nothingLifted })).json
  expect(plan).toMatchObject({ ticked: 2, changed: 2, added: 0, conflicts: 1 })
  expect((await page.ask('/approve', { ticked, lifted: nothingLifted, tree: plan.tree })).status).toBe(200)
  expect(await page.decisions).toEqual({ kind: 'approved', ticked: new Set(ticked), allowances: [], tree: plan.tree })
})

test('refuses to commit another tree than the button named, and says what it would be now', async () => {
  let tree = 'a'.repeat(40) as Oid
  await using there = await opened(workingDay, { tree: async () => tree })
  const ticked = [there.ids['public/img/logo.png']!]
  const plan = (await there.page.ask('/plan', { ticked, lifted: nothingLifted })).json
  tree = 'b'.repeat(40) as Oid
  const told = await there.page.ask('/approve', { ticked, lifted: nothingLifted, tree: plan.tree })
  expect(told.status).toBe(409)
  expect(told.json.plan.tree).toBe(tree)
  there.page.interrupt()
  expect(await there.page.decisions).toEqual({ kind: 'closed' })
})

test('builds one tree after the other, because they share an index', async () => {
  let building = 0
  let most = 0
  await using there = await opened(workingDay, {
    async tree() {
      most = Math.max(most, ++building)
      await new Promise(next => setTimeout(next, 20))
      building--
      return 'a'.repeat(40) as Oid
    },
  })
  const draft = { ticked: [there.ids['public/img/logo.png']!], lifted: nothingLifted }
  await Promise.all([1, 2, 3, 4].map(() => there.page.ask('/plan', draft)))
  expect(most).toBe(1)
})

test('takes a held file only with a reason, for exactly its content', async () => {
  await using there = await opened()
  const { page, ids, review } = there
  const id = ids['config/services.php']!
  const bare = await page.ask('/plan', { ticked: [id], lifted: nothingLifted })
  expect([bare.status, bare.json.problem]).toEqual([400, expect.stringContaining('config/services.php is held')])
  expect((await page.ask('/plan', { ticked: [id], lifted: [[id, ' - ']] })).status).toBe(400)
  const draft = { ticked: [id], lifted: [[id, 'a key of the test account']] }
  const { tree } = (await page.ask('/plan', draft)).json
  await page.ask('/approve', { ...draft, tree })
  const { difference } = review.items.find(item => item.id === id)!
  expect(await page.decisions).toMatchObject({
    kind: 'approved',
    allowances: [
      { path: difference.path, oid: difference.after!.oid, kind: 'secret', reason: 'a key of the test account' },
    ],
  })
})

test('lifts nothing that no person may lift', async () => {
  await using there = await opened()
  for (const path of ['.env', 'public/storage', 'storage/app/public/uploads/2026/11/video.mp4']) {
    const id = there.ids[path]!
    const told = await there.page.ask('/plan', { ticked: [id], lifted: [[id, 'because I want it']] })
    expect([path, told.status]).toEqual([path, 400])
  }
})

test.each([
  ['nothing', undefined],
  ['an id that is not there', { ticked: [99_999], lifted: [] }],
  ['ids that are no numbers', { ticked: ['1'], lifted: [] }],
  ['a list of other things', { ticked: [], lifted: [['x']] }],
  ['no draft', { tree: 'a'.repeat(40) }],
  ['a tree that is none', { ticked: [1], lifted: [], tree: '--output=/etc/passwd' }],
  ['nothing ticked', { ticked: [], lifted: [], tree: 'a'.repeat(40) }],
])('approves no %s', async (_, body) => {
  await using there = await opened()
  expect((await there.page.ask('/approve', body ?? null)).status).toBe(400)
  there.page.interrupt()
  expect(await there.page.decisions).toEqual({ kind: 'closed' })
})

test('never asks for the content of a file that is held for what is inside', async () => {
  await using there = await opened([
    ...workingDay,
    { path: 'scan.png', after: logo(8, true), holds: secretHold },
    { path: 'blob.bin', after: new Uint8Array(9), holds: secretHold },
  ])
  for (const path of ['config/services.php', 'storage/export/customers.csv', 'scan.png', 'blob.bin']) {
    const told = await there.page.ask(`/item?id=${there.ids[path]}`)
    expect(told.bytes.toString()).not.toMatch(/sk_live_4|a@example/)
    for (const side of ['before', 'after'])
      expect((await there.page.ask(`/image?id=${there.ids[path]}&side=${side}`)).status).toBe(404)
  }
  expect(there.asked.filter(line => line.startsWith('content'))).toEqual([])
})

test('shows a held text masked on both sides, with the reason', async () => {
  await using there = await opened([
    { path: 'a.php', before: "$key = 'sk_live_old';\n", after: "$key = 'sk_live_new';\n$x = 1;\n", holds: secretHold },
  ])
  const { holds, body } = (await there.page.ask(`/item?id=${there.ids['a.php']}`)).json
  expect(holds[0]).toMatchObject({
    title: 'Held: secret inside',
    details: [expect.stringContaining('Stripe secret key')],
  })
  expect(body).toMatchObject({ kind: 'text', masked: true })
  expect(JSON.stringify(body)).toContain('[masked, 32 characters]')
  expect(there.asked).toEqual(['masked a.php before', 'masked a.php after'])
})

test('shows nothing of a file that is held as a whole', async () => {
  await using there = await opened()
  const { body } = (await there.page.ask(`/item?id=${there.ids['storage/export/customers.csv']}`)).json
  expect(body.kind).toBe('nothing')
  expect(there.asked).toEqual([])
})

test('shows no half of a secret where a long text is cut', async () => {
  const filler = `${'x'.repeat(99)}\n`.repeat(5_242)
  const long = `${filler}${'y'.repeat(59)}\n$key = 'sk_live_4eC39HqLyjWDarjtT1zdp7dcXyZ01234';\n${filler}`
  await using there = await opened([{ path: 'long.php', after: long, holds: secretHold }], {
    masked: async (_item, _side, maxBytes) => Buffer.from(long).subarray(0, maxBytes),
  })
  const told = await there.page.ask(`/item?id=${there.ids['long.php']}`)
  expect(told.json.body.kind).toBe('text')
  expect(told.bytes.toString()).not.toContain('4eC39')
})

test('compares texts line by line', async () => {
  await using there = await opened()
  const { body } = (await there.page.ask(`/item?id=${there.ids['config/shop.php']}`)).json
  const changed = body.rows.filter((row: { kind: string }) => row.kind === 'changed')
  expect(changed[0].left.parts).toContainEqual(['80', true])
  expect(changed[0].right.parts).toContainEqual(['50', true])
  expect(changed[1]).toEqual({ kind: 'changed', right: { number: 7, parts: [["    'winter_sale' => true,", false]] } })
})

test('gives an image the type that its own bytes tell, whatever its name', async () => {
  await using there = await opened([{ path: 'a.html', after: logo(8, true) }])
  const told = await there.page.ask(`/image?id=${there.ids['a.html']}&side=after`)
  expect(told.headers.get('content-type')).toBe('image/png')
  expect(told.headers.get('x-content-type-options')).toBe('nosniff')
  expect(told.headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'; sandbox")
})

const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>\n'

test('gives an SVG only as the text that it is', async () => {
  const bytes = Buffer.from(svg)
  await using there = await opened([{ path: 'logo.svg', after: bytes }])
  const id = there.ids['logo.svg']
  expect((await there.page.ask(`/image?id=${id}&side=after`)).status).toBe(404)
  const told = await there.page.ask(`/item?id=${id}`)
  expect(told.json.body.kind).toBe('text')
  expect(told.headers.get('content-type')).toBe('application/json; charset=utf-8')
})

test('gives no image that a browser could choke on', async () => {
  const bomb = Buffer.from(png(1, 1, () => [0, 0, 0]))
  bomb.writeUInt32BE(60_000, 16)
  bomb.writeUInt32BE(60_000, 20)
  await using there = await opened([{ path: 'bomb.png', after: bomb }])
  const id = there.ids['bomb.png']
  expect((await there.page.ask(`/image?id=${id}&side=after`)).status).toBe(404)
  expect((await there.page.ask(`/item?id=${id}`)).json.body.because).toBe('The image is too large to be shown here.')
})

test('names nothing that is not in the review', async () => {
  await using there = await opened()
  const paths = [
    '/item?id=999',
    '/item?id=__proto__',
    '/item',
    '/image?id=1&side=../..',
    '/etc/passwd',
    '/../../etc/passwd',
  ]
  for (const path of paths) expect([path, (await there.page.ask(path)).status]).toEqual([path, 404])
})

test('the page may run and load nothing but itself', async () => {
  await using there = await opened()
  const reply = await fetch(new URL('/', there.page.url))
  const html = await reply.text()
  const policy = reply.headers.get('content-security-policy')!
  const script = /<script>(.*?)<\/script>/s.exec(html)![1]!
  expect(policy).toContain(`script-src 'sha256-${createHash('sha256').update(script).digest('base64')}';`)
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("require-trusted-types-for 'script'")
  expect(policy).not.toMatch(/unsafe|\*|https?:/)
  expect(html.slice(0, html.indexOf('<style>'))).not.toMatch(/<script|\bsrc=|href="(?!data:)/)
  const ways = ['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'document.write', 'eval(', 'new Function', '@import']
  expect(ways.filter(way => html.includes(way))).toEqual([])
  expect(html).not.toMatch(/shop\.example|production/)
  expect(Buffer.byteLength(html)).toBeLessThan(60_000)
})

test('shows nothing to whoever only knows the port', async () => {
  await using there = await opened()
  const { origin } = new URL(there.page.url)
  for (const path of ['/review', '/item?id=1', '/image?id=1&side=after'])
    expect((await fetch(origin + path)).status).toBe(401)
  expect((await fetch(`${origin}/approve`, { method: 'POST', body: '{}', headers: { origin } })).status).not.toBe(200)
})

test('refuses a name that was rebound to loopback', async () => {
  await using there = await opened()
  const { port } = new URL(there.page.url)
  const status = await new Promise(told =>
    get({ port, host: '127.0.0.1', path: '/', headers: { host: `evil.example:${port}` } }, reply =>
      told(reply.statusCode),
    ),
  )
  expect(status).toBe(403)
})

test('Ctrl-C closes it, decides nothing, and the page is gone', async () => {
  await using there = await opened()
  there.page.interrupt()
  expect(await there.page.decisions).toEqual({ kind: 'closed' })
  await expect(fetch(there.page.url)).rejects.toThrow()
})

test('closing it from the page decides nothing', async () => {
  await using there = await opened()
  await there.page.ask('/close', {})
  expect(await there.page.decisions).toEqual({ kind: 'closed' })
})

test('leaving the page decides nothing either, and a reload in between counts for nothing', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    await using there = await opened()
    let isOver = false
    void there.page.decisions.then(() => {
      isOver = true
    })
    await there.page.ask('/left', {})
    await vi.advanceTimersByTimeAsync(10_000)
    await there.page.ask('/review')
    await vi.advanceTimersByTimeAsync(20_000)
    expect(isOver).toBe(false)
    await there.page.ask('/left', {})
    await vi.advanceTimersByTimeAsync(16_000)
    expect(await there.page.decisions).toEqual({ kind: 'closed' })
  } finally {
    vi.useRealTimers()
  }
})

test('a tree that cannot be built is told on the page, and the review goes on', async () => {
  await using there = await opened(workingDay, {
    tree: async () => {
      throw new CannotTell('It changed on the server.', 'Capture again.')
    },
  })
  const told = await there.page.ask('/plan', { ticked: [1], lifted: nothingLifted })
  expect([told.status, told.json.problem]).toEqual([422, 'It changed on the server. Capture again.'])
  expect((await there.page.ask('/review')).status).toBe(200)
})

test('what is broken in us ends the review with that error, not with a decision', async () => {
  const broken = new Error('sk_live_secret in a message')
  await using there = await opened(workingDay, {
    tree: async () => {
      throw broken
    },
  })
  const told = await there.page.ask('/plan', { ticked: [1], lifted: nothingLifted })
  expect(told.status).toBe(500)
  expect(told.bytes.toString()).not.toContain('sk_live')
  await expect(there.page.decisions).rejects.toBe(broken)
})

test('says the address, that it works once, and over SSH how to come to it', async () => {
  const { review, desk } = sampleReview(workingDay)
  await using here = await openReview(review, desk)
  expect(here.said.join('\n')).toContain(here.url)
  expect(here.said.join('\n')).not.toContain('ssh -L')
  await using there = await openReview(review, desk, { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' })
  const { port } = new URL(there.url)
  expect(there.said.join('\n')).toContain(`ssh -L ${port}:127.0.0.1:${port}`)
})
