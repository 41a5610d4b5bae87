import { bytesText, counted } from '../../../../core/amount.ts'
import type { PagePlan } from '../shape.ts'
import { ask, Refused } from './ask.ts'
import { byId, el, say } from './dom.ts'
import { draftOf, type State } from './state.ts'

/** Milliseconds without a further change before the server is asked what would be committed. */
const restMs = 250

/** The foot of the page: totals, and the button that says exactly what will be committed. */
export interface Bottom {
  /** Something was ticked, unticked or lifted. */
  changed(): void
  commit(): Promise<void>
}

export interface BottomWishes {
  committed(plan: PagePlan): void
  failed(error: unknown): void
}

export function openBottom(state: State, wishes: BottomWishes): Bottom {
  const commit = byId<HTMLButtonElement>('commit')
  const totals = byId('totals')
  let plan: PagePlan | undefined
  let turn = 0
  let timer: number | undefined
  let busy = false

  const draw = (working: boolean) => {
    commit.disabled = working || plan === undefined || plan.ticked === 0 || busy
    commit.replaceChildren(...buttonWords(plan, working, state))
    totals.replaceChildren(...totalWords(plan, state))
  }

  const askPlan = async () => {
    const mine = ++turn
    try {
      const told = await ask<PagePlan>('/plan', draftOf(state))
      if (mine !== turn) return
      plan = told
      draw(false)
    } catch (error) {
      if (mine === turn) wishes.failed(error)
    }
  }

  const bottom: Bottom = {
    changed() {
      turn++
      plan = undefined
      draw(true)
      clearTimeout(timer)
      timer = window.setTimeout(askPlan, restMs)
    },
    async commit() {
      if (plan === undefined || plan.ticked === 0 || busy) return
      busy = true
      draw(false)
      const agreed = plan
      try {
        await ask('/approve', { ...draftOf(state), tree: agreed.tree })
        wishes.committed(agreed)
      } catch (error) {
        busy = false
        if (error instanceof Refused && error.status === 409) plan = (error.told as { plan: PagePlan }).plan
        draw(false)
        wishes.failed(error)
      }
    },
  }
  commit.addEventListener('click', () => void bottom.commit())
  return bottom
}

/** `8 new, 3 changed, 1 deleted`. */
export function partsText({ added, changed, renamed, deleted }: PagePlan): string {
  const parts = [
    [added, 'new'],
    [changed, 'changed'],
    [renamed, 'renamed'],
    [deleted, 'deleted'],
  ] as const
  return parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count.toLocaleString('en-US')} ${word}`)
    .join(', ')
}

function buttonWords(plan: PagePlan | undefined, working: boolean, { review }: State): HTMLElement[] {
  const words = (first: string, second: string) => [el('strong', {}, first), el('span', {}, second)]
  if (working || plan === undefined) return words('Working out the tree…', 'The button says what will be committed')
  if (plan.ticked === 0) return words('Nothing to commit', 'Tick at least one file')
  const into = review.into === undefined ? `on ${review.ref}` : `then merged into ${review.into}`
  return words(`Commit ${counted(plan.ticked, 'file')}: ${partsText(plan)}`, `Tree ${plan.tree.slice(0, 12)}, ${into}`)
}

function totalWords(plan: PagePlan | undefined, { review }: State): HTMLElement[] {
  if (plan === undefined) return []
  const held = plan.held === 0 ? [] : [el('span', { class: 'dim' }, `${counted(plan.held, 'file')} held`)]
  const warn = [
    ...(plan.lifted === 0 ? [] : [`${counted(plan.lifted, 'hold')} lifted`]),
    ...(plan.conflicts === 0 ? [] : [counted(plan.conflicts, 'conflict')]),
    ...(plan.deleted === 0 ? [] : [counted(plan.deleted, 'deletion')]),
  ].map(text => el('span', { class: 'flag warn' }, text))
  say(`${counted(plan.ticked, 'file')} would be committed as tree ${plan.tree.slice(0, 12)}.`)
  return [
    el(
      'span',
      {},
      el('strong', {}, plan.ticked.toLocaleString('en-US')),
      ` of ${counted(review.items.length, 'file')} ticked, ${bytesText(plan.bytes)}`,
    ),
    ...held,
    ...warn,
  ]
}
