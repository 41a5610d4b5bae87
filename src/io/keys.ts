import type { World } from '../core/world.ts'

export const openKeys: World['keys'] = () => {
  throw new Error('not there yet')
}

export const show: World['show'] = async () => {
  throw new Error('not there yet')
}
