import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { PageAnswer, World } from '../../../core/world.ts'

/** The page as scripts/build.ts made it: one file with its script and its style inside. */
export async function pageAsset(world: Pick<World, 'files' | 'packageFolder'>): Promise<PageAnswer> {
  const path = join(world.packageFolder, 'dist', 'review.html')
  const body = await world.files.text(path)
  if (body === undefined) throw new Error(`${path} is missing: ship-guard is not installed whole.`)
  return { status: 200, type: 'text/html; charset=utf-8', body, policy: policyFor(body) }
}

/** Runs and styles nothing but what is in the page itself, told by its hashes; no text may become markup (Trusted Types). */
export function policyFor(html: string): string {
  return [
    "default-src 'none'",
    `script-src ${hashesOf(html, 'script')}`,
    `style-src ${hashesOf(html, 'style')}`,
    // `blob:` are the images that the page asked for with its session; `data:` is its own icon.
    'img-src blob: data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}

function hashesOf(html: string, tag: 'script' | 'style'): string {
  const contents = [...html.matchAll(new RegExp(`<${tag}[^>]*>(.*?)</${tag}>`, 'gs'))].map(match => match[1]!)
  return contents.map(text => `'sha256-${createHash('sha256').update(text).digest('base64')}'`).join(' ') || "'none'"
}
