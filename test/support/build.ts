import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sourceRoot } from './package-root.ts'

/** Builds the package once before the suite, into a folder of its own: scenarios run what users run, and two suites never share a build. */
export default function setup(): () => void {
  const cache = mkdtempSync(join(tmpdir(), 'ship-guard-cache-'))
  // What the product keeps between pushes must not fill the developer's own cache.
  process.env.XDG_CACHE_HOME = cache
  const discardPackage = isWanted(process.argv.slice(2).filter(word => word.includes('/'))) ? buildPackage() : () => {}
  return () => {
    discardPackage()
    rmSync(cache, { recursive: true, force: true })
  }
}

// Units and conformance suites run the source; whoever asks for nothing else need not wait for a build.
function isWanted(asked: readonly string[]): boolean {
  if (process.env.SHIP_GUARD_TEST_PACKAGE !== undefined) return false
  return asked.length === 0 || !asked.every(path => /^(?:src\/|test\/conformance\/)/.test(path))
}

function buildPackage(): () => void {
  const home = mkdtempSync(join(tmpdir(), 'ship-guard-package-'))
  const packageFolder = join(home, 'node_modules', 'ship-guard')
  for (const part of ['package.json', 'hooks', 'templates', 'schema.json']) {
    if (existsSync(join(sourceRoot, part)))
      cpSync(join(sourceRoot, part), join(packageFolder, part), { recursive: true })
  }
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/build.ts', join(packageFolder, 'dist')], {
    cwd: sourceRoot,
    stdio: 'inherit',
  })
  process.env.SHIP_GUARD_TEST_PACKAGE = packageFolder
  return () => {
    delete process.env.SHIP_GUARD_TEST_PACKAGE
    rmSync(home, { recursive: true, force: true })
  }
}
