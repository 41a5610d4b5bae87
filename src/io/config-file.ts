import type { FoundConfig } from '../core/world.ts'

export async function findConfig(_folder: string): Promise<FoundConfig | undefined> {
  return undefined
}
