import type { Git, Mirror, MirrorPlace } from '../core/world.ts'

export async function openMirror(_git: Git, _place: MirrorPlace): Promise<Mirror> {
  throw new Error('not there yet')
}

export async function discardMirrors(_git: Git, _environment?: string): Promise<readonly string[]> {
  throw new Error('not there yet')
}
