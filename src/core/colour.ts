// The one door for picocolors. Its own guess about colours is not asked: the terminal knows.
import picocolors from 'picocolors'

export type Colours = ReturnType<typeof picocolors.createColors>

/** Functions that colour text, or leave it alone when `on` is false. */
export function colours(on: boolean): Colours {
  return picocolors.createColors(on)
}
