import { readContent } from './decode.ts'
import { fileKind } from './file-kind.ts'
import { fileRuleFor } from './file-names.ts'
import { masked } from './mask.ts'
import type { Found } from './match.ts'
import { secretsIn } from './scan.ts'

// A short word may be a secret in one place and an ordinary word in every other.
const tellingLength = 6

/**
 * The content as it may be shown, as UTF-8: every secret in it replaced by its mask, wherever else in it the same value stands too. Of a file
 * that is a secret as a whole nothing is shown but what it is; what is not text is given back as it is.
 */
export async function maskedContent(bytes: Uint8Array, path: string): Promise<Uint8Array> {
  const content = readContent(bytes)
  const rule = fileRuleFor(path, content)
  if (rule !== undefined && rule.id !== 'env-file') return Buffer.from(`[${rule.title}: not shown]\n`)
  if (content.kind !== 'text') return bytes
  const found = await secretsIn(content, fileKind(path))
  const text = withoutEverywhere(withoutPlaces(content.text, found), found)
  return Buffer.from(rule === undefined ? text : withoutValues(text))
}

function withoutPlaces(text: string, found: readonly Found[]): string {
  const parts: string[] = []
  let at = 0
  for (const hit of [...found].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const end = hit.whole === hit.value ? hit.end : endOfKey(text, hit.end)
    if (end <= at) continue
    if (hit.start >= at) parts.push(text.slice(at, hit.start), `[${maskOf(hit)}]`)
    at = end
  }
  parts.push(text.slice(at))
  return parts.join('')
}

// Keys are told by their first line; what belongs to it goes to the line that ends it, or as far as the lines look like it.
const keyLine = /^[\s"'>#*+]*(?:[\w+/=\\]*["'+,;\\\s]*|[A-Z][\w-]{2,30}: .*)$|[\w+/=]{20,}/

function endOfKey(text: string, from: number): number {
  const rest = text.slice(from, from + 64 * 1024)
  const marker = /-{4,5} ?END[^\n-]{0,60}-{4,5}/.exec(rest)
  if (marker !== null) return from + marker.index + marker[0].length
  const [first, ...lines] = rest.split('\n')
  let end = from + first!.length
  for (const line of lines) {
    if (!keyLine.test(line)) break
    end += 1 + line.length
  }
  return end
}

function withoutEverywhere(text: string, found: readonly Found[]): string {
  const masks = new Map(found.flatMap(hit => [hit.value, hit.whole].map(value => [value, maskOf(hit)] as const)))
  let result = text
  for (const [value, mask] of masks)
    if (value.length >= tellingLength && result.includes(value)) result = result.replaceAll(value, () => `[${mask}]`)
  return result
}

/** Every setting of an environment file: its names may be shown. */
function withoutValues(text: string): string {
  return text.replace(/^([ \t]*(?:export[ \t]+)?[A-Za-z_][\w.-]*[ \t]*=[ \t]*)(?!\[)([^\r\n]+)/gm, (_, name, value) => {
    return `${name}[${masked('', undefined, [...(value as string)].length)}]`
  })
}

function maskOf({ value, shows, whole }: Found): string {
  return masked(value, shows, whole.length)
}
