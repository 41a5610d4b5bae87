import { describe, expect, test } from 'vitest'
import { serve } from '../../src/io/http.ts'
import type { Decisions, Review, ReviewDesk, ReviewItem } from '../../src/review/review.ts'
import type { Surface, SurfaceWorld } from '../../src/review/surface.ts'
import { surfaces } from '../../src/review/surfaces/registry.generated.ts'
import { hostile, madeUpReview, oid, oneOfEach, someImages } from '../support/made-up-review.ts'
import { scriptedKeys } from '../support/scripted-keys.ts'

/** What a person means to do, in no surface's own way. */
interface Meant {
  readonly tick?: readonly string[]
  readonly untick?: readonly string[]
  readonly lift?: readonly (readonly [name: string, reason: string])[]
  readonly ending: 'approve' | 'close' | 'interrupt'
}

interface Acted {
  readonly decisions: Decisions
  /** Everything that was shown, as text. */
  readonly shown: string
}

type Act = (surface: Surface, review: Review, desk: ReviewDesk, meant: Meant) => Promise<Acted>

/** How a person works with each of them. A new surface needs a line here. */
const ways: Readonly<Record<string, Readonly<Record<string, Act>>>> = {
  terminal: { keys: byKeys, lines: byLines },
  web: { page: byPage },
}

const review = madeUpReview([...oneOfEach(), ...hostile()], { into: 'develop', images: someImages })
const tree = oid(0xabcdef)
const desk: ReviewDesk = {
  content: async () => Buffer.from('content'),
  masked: async () => Buffer.from('masked \u001b[2J content'),
  tree: async () => tree,
}

test('every surface is tried', () => {
  expect(surfaces.map(surface => surface.id).toSorted()).toEqual(Object.keys(ways).toSorted())
})

describe.each(
  surfaces.flatMap(surface => Object.entries(ways[surface.id]!).map(([way, act]) => ({ surface, way, act }))),
)('surface $surface.id by $way', ({ surface, act }) => {
  const sit = (meant: Meant, at = desk) => act(surface, review, at, meant)

  test('approving what was proposed decides exactly that', async () => {
    const { decisions } = await sit({ ending: 'approve' })
    const proposed = review.items.filter(item => item.proposed).map(item => item.id)
    expect(decisions).toEqual({ kind: 'approved', ticked: new Set(proposed), allowances: [], tree })
  })

  test('the same ticks and reasons are the same decisions', async () => {
    const { decisions } = await sit({
      tick: ['routes/old.php', 'config/app.php'],
      untick: ['public/img/logo.png'],
      lift: [['held/00-secret.txt', 'it is an example of the docs']],
      ending: 'approve',
    })
    const names = (ids: ReadonlySet<number>) => review.items.filter(item => ids.has(item.id)).map(item => item.shown)
    expect(decisions.kind === 'approved' && names(decisions.ticked).filter(name => !name.startsWith('evil/'))).toEqual([
      'app/Http/routes.php',
      'config/app.php',
      'public/uploads/2026/banner.jpg',
      'public/uploads/2026/price list.pdf',
      'resources/views/new-name.blade.php',
      'routes/old.php',
      'held/00-secret.txt',
    ])
    const { path, after } = named('held/00-secret.txt').difference
    expect(decisions.kind === 'approved' && decisions.allowances).toEqual([
      { path, oid: after!.oid, kind: 'secret', reason: 'it is an example of the docs' },
    ])
  })

  test('what is held and cannot be lifted is never taken', async () => {
    const { decisions } = await sit({
      tick: ['held/09-link.txt', 'held/11-denied.txt', 'held/00-secret.txt'],
      lift: [['held/05-unsafe-name.txt', 'let it in']],
      ending: 'approve',
    })
    const held = review.items.filter(item => item.difference.holds.length > 0).map(item => item.id)
    if (decisions.kind === 'approved') expect(held.filter(id => decisions.ticked.has(id))).toEqual([])
  })

  test.each(['close', 'interrupt'] as const)('%s decides nothing, whatever was ticked before', async ending => {
    expect((await sit({ tick: ['routes/old.php'], ending })).decisions).toEqual({ kind: 'closed' })
  })

  test('the tree that was shown is the one that is approved', async () => {
    const asked: ReadonlySet<number>[] = []
    const counting: ReviewDesk = {
      ...desk,
      async tree(ticked) {
        asked.push(ticked)
        return oid(ticked.size)
      },
    }
    const { decisions, shown } = await sit({ tick: ['routes/old.php'], ending: 'approve' }, counting)
    expect(decisions).toMatchObject({ kind: 'approved', tree: oid(asked.at(-1)!.size) })
    expect(shown).toContain(oid(asked.at(-1)!.size).slice(-8))
  })

  test('names from the server are shown without control characters', async () => {
    const { shown } = await sit({ ending: 'approve' })
    expect(shown).toContain('new\\x0aline [x] approved.php')
    expect(shown).toContain('\\x202egnp.exe')
    expect(shown).toContain('\\xff\\xfe.txt')
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
  })

  test('content that was not masked is never asked for where a secret is held', async () => {
    const touched: string[] = []
    const watching: ReviewDesk = {
      ...desk,
      async content(item) {
        touched.push(item.shown)
        return Buffer.from('content')
      },
    }
    await sit({ lift: [['held/00-secret.txt', 'I have looked at it']], ending: 'approve' }, watching)
    expect(touched).not.toContain('held/00-secret.txt')
  })

  test('says where it cannot be used', () => {
    const nowhere = { ...scriptedKeys([]).world, env: { CI: 'true' } }
    const because = surface.available({ ...nowhere, terminal: { ...nowhere.terminal, isTty: false } })
    expect(because).toMatch(/\.$/)
  })
})

function named(name: string): ReviewItem {
  return review.items.find(item => item.shown === name)!
}

async function byKeys(surface: Surface, of: Review, at: ReviewDesk, meant: Meant): Promise<Acted> {
  const find = (name: string) => ['/', `'${name}`, 'enter', 'down']
  // Every row once, with all there is to say about it, and the difference of those that a reason is given for.
  const look = of.items.flatMap(() => ['down', 'i', 'q'])
  const scripted = scriptedKeys(
    [
      ...look,
      ...(meant.lift ?? []).flatMap(([name, reason]) => [
        ...find(name),
        'i',
        'q',
        'l',
        `'${reason}`,
        'enter',
        'escape',
      ]),
      ...(meant.tick ?? []).flatMap(name => [...find(name), ' ', 'escape']),
      ...(meant.untick ?? []).flatMap(name => [...find(name), ' ', 'escape']),
      ...{ approve: ['enter', 'y'], close: ['q', 'y'], interrupt: ['enter', 'ctrl-c'] }[meant.ending],
    ],
    { columns: 120, rows: 50 },
  )
  const decisions = await surface.present(of, at, scripted.world)
  expect(scripted.closed()).toBe(true)
  return { decisions, shown: scripted.screens.join('\n') }
}

async function byLines(surface: Surface, of: Review, at: ReviewDesk, meant: Meant): Promise<Acted> {
  const number = (name: string) => of.items.find(item => item.shown === name)!.id
  const scripted = scriptedKeys(
    [
      ...(meant.lift ?? []).flatMap(([name, reason]) => [`diff ${number(name)}`, `lift ${number(name)} ${reason}`]),
      ...(meant.tick ?? []).map(name => `tick ${number(name)}`),
      ...(meant.untick ?? []).map(name => `untick ${number(name)}`),
      ...{ approve: ['commit', 'yes'], close: ['close'], interrupt: ['commit'] }[meant.ending],
    ],
    { draws: false },
  )
  const decisions = await surface.present(of, at, scripted.world)
  return { decisions, shown: scripted.printed.join('\n') }
}

/** Speaks to the page's own interface, as its script in the browser does. */
async function byPage(surface: Surface, of: Review, at: ReviewDesk, meant: Meant): Promise<Acted> {
  const abort = new AbortController()
  const { world, printed } = scriptedKeys([])
  const page: SurfaceWorld = {
    ...world,
    env: { SSH_CONNECTION: 'so that no browser is opened' },
    signal: abort.signal,
    serve,
    files: { text: async () => '<!doctype html><title>page</title>' } as unknown as SurfaceWorld['files'],
  }
  const presented = surface.present(of, at, page)
  const url = new URL(await addressIn(printed))
  const shown: string[] = []
  const ask = async (path: string, body?: unknown, session = '') => {
    const answer = await fetch(new URL(path, url.origin), {
      headers: { authorization: `Bearer ${session}`, origin: url.origin, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    const told = (await answer.json()) as Record<string, unknown>
    shown.push(texts(told))
    return { status: answer.status, told }
  }
  const { told } = await ask('/session', { token: url.hash.slice(1) })
  const session = String(told.session)
  await ask('/review', undefined, session)
  const number = (name: string) => of.items.find(item => item.shown === name)!.id
  for (const [name] of meant.lift ?? []) await ask(`/item?id=${number(name)}`, undefined, session)

  const draft = (honest: boolean) => {
    const lifted = (meant.lift ?? []).map(([name, reason]) => [number(name), reason] as const)
    const liftable = honest ? lifted.filter(([id]) => of.items[id - 1]!.shown === 'held/00-secret.txt') : lifted
    const ids = new Set(of.items.filter(item => item.proposed).map(item => item.id))
    for (const name of meant.untick ?? []) ids.delete(number(name))
    for (const name of meant.tick ?? []) ids.add(number(name))
    for (const [id] of liftable) ids.add(id)
    const ticked = [...ids].filter(
      id => !honest || of.items[id - 1]!.difference.holds.length === 0 || liftable.some(([one]) => one === id),
    )
    return { ticked, lifted: liftable }
  }
  // A page that was tampered with asks for what may not be; the surface refuses, and the honest one goes on.
  let asked: ReturnType<typeof draft> = draft(false)
  let plan = await ask('/plan', asked, session)
  if (plan.status !== 200) {
    expect((await ask('/approve', { ...asked, tree }, session)).status).toBe(400)
    asked = draft(true)
    plan = await ask('/plan', asked, session)
  }
  if (meant.ending === 'close') await ask('/close', {}, session)
  else if (meant.ending === 'interrupt') abort.abort()
  else expect((await ask('/approve', { ...asked, tree: plan.told.tree }, session)).status).toBe(200)
  return { decisions: await presented, shown: shown.join('\n') }
}

async function addressIn(printed: readonly string[]): Promise<string> {
  for (let turn = 0; turn < 500; turn++) {
    const found = /http:\/\/\S+/.exec(printed.join('\n'))
    if (found !== null) return found[0]
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  throw new Error('No address was printed.')
}

/** Every text of an answer: JSON itself would escape what should not be there. */
function texts(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.values(value).map(texts).join('\n')
}
