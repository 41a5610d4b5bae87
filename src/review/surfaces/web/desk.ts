import { CannotTell, UsageError } from '../../../core/errors.ts'
import { printable } from '../../../core/printable.ts'
import type { Oid } from '../../../core/push.ts'
import { z } from '../../../core/schema.ts'
import type { PageAnswer, PageRequest } from '../../../core/world.ts'
import { allowancesOf, approved, type Draft, faultsOf, lifted, proposal, totalsOf } from '../../decide.ts'
import type { Decisions, Review, ReviewDesk, ReviewItem } from '../../review.ts'
import { detailOf, imageOf } from './looks.ts'
import type { PagePlan } from './shape.ts'
import { toldReview } from './told.ts'

/** What the page may ask, and what its answers end in. */
export interface PageDesk {
  answer(request: PageRequest): Promise<PageAnswer>
}

export interface PageDeskFacts {
  readonly review: Review
  readonly desk: ReviewDesk
  /** The person decided. Called after the page was answered. */
  decided(decisions: Decisions): void
  /** The page was left; it may come back, for people reload. */
  left(): void
  /** Something of ours is broken: no decision can be taken on it. */
  failed(error: unknown): void
}

const draftSchema = z.object({
  ticked: z.array(z.int().nonnegative()).max(2_000_000),
  lifted: z.array(z.tuple([z.int().nonnegative(), z.string().max(2_000)])).max(100_000),
})
const approvalSchema = draftSchema.extend({ tree: z.string().regex(/^[0-9a-f]{40,64}$/) })

export function pageDesk({ review, desk, decided, left, failed }: PageDeskFacts): PageDesk {
  const items = new Map(review.items.map(item => [item.id, item]))
  // Trees are built in one private index: one after the other.
  let before: Promise<unknown> = Promise.resolve()
  const treeOf = (draft: Draft): Promise<Oid> => {
    const next = before.then(() => desk.tree(draft.ticked, allowancesOf(draft)))
    before = next.catch(() => {})
    return next
  }

  const plan = async (body: unknown): Promise<PageAnswer> => {
    const draft = readDraft(review, items, body)
    if (typeof draft === 'string') return problem(400, draft)
    return json(200, planOf(review, draft, await treeOf(draft)))
  }

  const approve = async (body: unknown): Promise<PageAnswer> => {
    const asked = approvalSchema.safeParse(body)
    const draft = readDraft(review, items, body)
    if (!asked.success || typeof draft === 'string') return problem(400, typeof draft === 'string' ? draft : notOurs)
    if (draft.ticked.size === 0) return problem(400, 'Nothing is ticked, so there is nothing to commit.')
    const tree = await treeOf(draft)
    // What the button said is what is committed, or nothing is.
    if (tree !== asked.data.tree) return json(409, { problem: otherTree, plan: planOf(review, draft, tree) })
    setImmediate(() => decided(approved(draft, tree)))
    return json(200, { tree })
  }

  const image = async ({ query }: PageRequest): Promise<PageAnswer> => {
    const item = items.get(Number(query.id))
    const side = query.side
    if (item === undefined || (side !== 'before' && side !== 'after')) return problem(404, notThere)
    const shown = await imageOf(item, side, desk)
    return shown === undefined ? problem(404, notThere) : { status: 200, type: shown.type, body: shown.bytes }
  }

  const routes: Record<string, (request: PageRequest) => Promise<PageAnswer>> = {
    'GET /review': async () => json(200, toldReview(review)),
    'GET /alive': async () => json(200, {}),
    'GET /item': async ({ query }) => {
      const item = items.get(Number(query.id))
      return item === undefined ? problem(404, notThere) : json(200, await detailOf(review, item, desk))
    },
    'GET /image': image,
    'POST /plan': ({ body }) => plan(body),
    'POST /approve': ({ body }) => approve(body),
    'POST /close': async () => {
      setImmediate(() => decided({ kind: 'closed' }))
      return json(200, {})
    },
    'POST /left': async () => {
      left()
      return json(200, {})
    },
  }

  return {
    async answer(request) {
      const route = routes[`${request.method} ${request.path}`]
      if (route === undefined) return problem(404, notThere)
      try {
        return await route(request)
      } catch (error) {
        if (error instanceof CannotTell || error instanceof UsageError)
          return problem(422, `${printable(error.message)} ${printable(error.instead)}`)
        failed(error)
        return problem(500, 'Something of ours is broken: see the terminal. Nothing was committed.')
      }
    },
  }
}

const notOurs = 'This is not what our page asks.'
const notThere = 'There is no such thing in this review.'
const otherTree = 'What would be committed is no longer what the button said. Look again.'

/** The draft that the page means, or why it is none. */
function readDraft(review: Review, items: ReadonlyMap<number, ReviewItem>, body: unknown): Draft | string {
  const asked = draftSchema.safeParse(body)
  if (!asked.success) return notOurs
  let draft = proposal({ ...review, items: [] })
  for (const [id, reason] of asked.data.lifted) {
    const item = items.get(id)
    if (item !== undefined) draft = lifted(draft, item, reason)
  }
  draft = { ...draft, ticked: new Set(asked.data.ticked) }
  const [fault] = faultsOf(review, approved(draft, '' as Oid) as Extract<Decisions, { kind: 'approved' }>)
  return fault ?? draft
}

function planOf(review: Review, draft: Draft, tree: Oid): PagePlan {
  return { tree, ...totalsOf(review.items, draft) }
}

function json(status: number, value: unknown): PageAnswer {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(value) }
}

function problem(status: number, text: string): PageAnswer {
  return json(status, { problem: text })
}
