import type { World } from '../core/world.ts'

export const serve: World['serve'] = async () => {
  throw new Error('not there yet')
}
