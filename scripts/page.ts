import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'

/** Writes the page of the web review: one file with its script and its style inside, because it may load nothing. */
export function writePage(root: string, dist: string): void {
  const folder = join(root, 'src/review/surfaces/web/page')
  const html = readFileSync(join(folder, 'page.html'), 'utf8')
  const whole = html
    .replace('/*style*/', () => bundled(join(folder, 'page.css')))
    .replace('/*script*/', () => bundled(join(folder, 'main.ts')))
  writeFileSync(join(dist, 'review.html'), whole)
}

function bundled(path: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [path],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: ['chrome111', 'firefox114', 'safari16.4'],
    legalComments: 'none',
  })
  return outputFiles[0]!.text.trim()
}
