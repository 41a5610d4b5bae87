import type { World } from '../core/world.ts'
import type { Decisions, Review, ReviewDesk } from './review.ts'

export type SurfaceWorld = Pick<
  World,
  'terminal' | 'keys' | 'serve' | 'show' | 'signal' | 'env' | 'files' | 'run' | 'packageFolder'
>

/** A way to show a review and take decisions. */
export interface Surface {
  readonly id: string
  readonly title: string
  readonly why: string
  /** Whether it can be used here and now; else the reason, for a person. */
  available(world: SurfaceWorld): string | undefined
  /** Shows it until the person decides. Closing it, Ctrl-C and a lost terminal decide nothing. */
  present(review: Review, desk: ReviewDesk, world: SurfaceWorld): Promise<Decisions>
}

export function defineSurface(surface: Surface): Surface {
  return surface
}
