import { houseOf } from '../../gates/changelog/house.ts'

/** A changelog that no one writes by hand into one file. */
export interface ToolHouse {
  readonly format: 'changesets' | 'fragments' | 'conventional' | 'gnu'
  readonly because: string
}

/** The gate's own answer, where a tool or a house's form keeps the changelog; undefined where it is one file that people write. */
export async function findHouse(
  paths: readonly string[],
  text: (path: string) => Promise<string | undefined>,
): Promise<ToolHouse | undefined> {
  const files = {
    paths,
    async texts(wanted: readonly string[]) {
      const found = new Map<string, string>()
      for (const path of wanted) {
        const here = await text(path)
        if (here !== undefined) found.set(path, here)
      }
      return found
    },
  }
  const { format, because } = await houseOf({ format: 'auto' }, files, files)
  return format.id === 'keep-a-changelog' || format.id === 'any' ? undefined : { format: format.id, because }
}
