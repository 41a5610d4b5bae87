import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sourceRoot } from './package-root.ts'

/** The files of a folder that hold a unit, as `scripts/generate.ts` finds them: paths from the top of the repository. */
export function unitFiles(folder: string): string[] {
  return readdirSync(join(sourceRoot, folder))
    .map(name => {
      const path = join(folder, name)
      return statSync(join(sourceRoot, path)).isDirectory() ? join(path, 'index.ts') : path
    })
    .filter(path => path.endsWith('.ts') && !/\.(test|generated)\.ts$/.test(path))
    .filter(path => /^export default define/m.test(readFileSync(join(sourceRoot, path), 'utf8')))
}
