import { bytesText } from '../../../../core/amount.ts'
import type { PageBody, PageImage } from '../shape.ts'
import { askImage } from './ask.ts'
import { choice, el } from './dom.ts'

type ImageBody = Extract<PageBody, { kind: 'images' }>
export type ImageView = 'side' | 'swipe' | 'difference'

/** The images of both sides. `view` is what was chosen before, and is told when it changes. */
export function imageView(
  body: ImageBody,
  id: number,
  view: ImageView,
  chosen: (view: ImageView) => void,
): HTMLElement {
  const { before, after } = body
  const holder = el('div', { class: 'images' })
  const stage = el('div', { class: 'stage' })
  if (before === undefined || after === undefined) {
    const side = before === undefined ? 'after' : 'before'
    stage.append(figure(side, (before ?? after)!, id))
    holder.append(stage)
    return holder
  }
  const show = (now: ImageView) => stage.replaceChildren(...staged(now, before, after, id))
  const options = [
    ['side', 'Side by side'],
    ['swipe', 'Swipe'],
    ['difference', 'Difference'],
  ] as const
  const onChoice = (now: ImageView) => {
    chosen(now)
    show(now)
  }
  holder.append(choice('How to compare the images', options, view, onChoice), stage)
  show(view)
  return holder
}

function staged(view: ImageView, before: PageImage, after: PageImage, id: number): HTMLElement[] {
  if (view === 'side') return [figure('before', before, id), figure('after', after, id)]
  const under = picture('before', before, id)
  const over = picture('after', after, id)
  const pile = el('div', { class: `pile ${view}` }, under, over)
  // Both at the scale of the larger one, so that a change of size shows as one.
  const [width, height] = [Math.max(before.width, after.width), Math.max(before.height, after.height)]
  pile.style.aspectRatio = `${width} / ${height}`
  const frame = el('div', { class: 'frame' }, pile)
  frame.style.maxWidth = `${Math.max(width, 320)}px`
  for (const [image, { width: own, height: high }] of [
    [under, before],
    [over, after],
  ] as const) {
    image.style.width = `${(own / width) * 100}%`
    image.style.height = `${(high / height) * 100}%`
  }
  if (view === 'difference') {
    frame.append(el('p', { class: 'dim small' }, 'What is equal is black.'))
    return [frame]
  }
  const edge = el('span', { class: 'edge', 'aria-hidden': 'true' })
  const slider = el('input', {
    type: 'range',
    min: 0,
    max: 100,
    value: 50,
    'aria-label': 'How much of the image before is seen, in percent',
  })
  const set = () => {
    over.style.clipPath = `inset(0 0 0 calc(${slider.value} * ${width / after.width}%))`
    edge.style.left = `${slider.value}%`
  }
  slider.addEventListener('input', set)
  set()
  pile.append(edge)
  const labels = el('p', { class: 'swipe-labels dim small' }, el('span', {}, 'Before'), el('span', {}, 'On the server'))
  frame.append(slider, labels)
  return [frame]
}

function figure(side: 'before' | 'after', facts: PageImage, id: number): HTMLElement {
  const title = side === 'before' ? 'Before' : 'On the server'
  const caption = `${facts.type.toUpperCase()} ${facts.width} × ${facts.height}, ${bytesText(facts.size)}`
  const image = picture(side, facts, id)
  image.style.aspectRatio = `${facts.width} / ${facts.height}`
  image.style.width = `${facts.width}px`
  return el(
    'figure',
    { class: 'figure' },
    el('div', { class: 'paper' }, image),
    el('figcaption', {}, el('strong', {}, title), ' ', el('span', { class: 'dim' }, caption)),
  )
}

function picture(side: 'before' | 'after', facts: PageImage, id: number): HTMLImageElement {
  const words = side === 'before' ? 'The image before' : 'The image on the server'
  const image = el('img', { alt: `${words}, ${facts.width} by ${facts.height} pixels`, decoding: 'async' })
  askImage(`/image?id=${id}&side=${side}`).then(
    url => {
      image.addEventListener('load', () => URL.revokeObjectURL(url), { once: true })
      image.addEventListener('error', () => image.replaceWith(el('span', { class: 'dim' }, 'It cannot be drawn.')), {
        once: true,
      })
      image.src = url
    },
    () => image.replaceWith(el('span', { class: 'dim' }, 'It cannot be shown.')),
  )
  return image
}
