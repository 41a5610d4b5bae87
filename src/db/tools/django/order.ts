// Django runs migrations in the order of their `dependencies`, across apps.

/** `shop.0002_name` of `src/shop/migrations/0002_name.py`. */
export function djangoName(path: string): string {
  const parts = path.split('/')
  return `${parts.at(-3) ?? ''}.${(parts.at(-1) ?? '').replace(/\.py$/, '')}`
}

/** Names in `dependencies = [('shop', '0001_initial'), …]`. */
export function dependenciesIn(text: string): string[] {
  return pairsIn(text, 'dependencies')
}

export function replacedIn(text: string): string[] {
  return pairsIn(text, 'replaces')
}

function pairsIn(text: string, attribute: string): string[] {
  const start = new RegExp(`^[ \\t]+${attribute}(?:[ \\t]*:[^=\\n]*)?[ \\t]*\\+?=[ \\t]*[[(]`, 'm').exec(text)
  if (start === null) return []
  const from = start.index + start[0].length
  const end = /^[ \t]*[\])][ \t]*(?:#.*)?$|[\])][ \t]*$/m.exec(text.slice(from))
  const list = text.slice(from, end === null ? undefined : from + end.index + 1)
  return [...list.matchAll(/[[(]\s*['"]([\w.]+)['"]\s*,\s*['"]([\w.-]+)['"]/g)].map(([, app, name]) => `${app}.${name}`)
}

/** Every migration after all that it depends on; otherwise by path. A circle, which Django refuses, falls back to the order of paths. */
export function inDependencyOrder(
  paths: readonly string[],
  needs: (path: string) => readonly string[],
  nameOf: (path: string) => string,
): string[] {
  const sorted = [...paths].sort()
  const byName = new Map(sorted.map(path => [nameOf(path), path]))
  const done = new Set<string>()
  const begun = new Set<string>()
  const order: string[] = []
  for (const first of sorted) {
    const open = [first]
    // Not recursive: a chain of 20,000 migrations is as deep as it is long.
    for (let path = open.at(-1); path !== undefined; path = open.at(-1)) {
      const missing = begun.has(path) ? [] : needs(path).flatMap(name => byName.get(name) ?? [])
      begun.add(path)
      const next = missing.filter(other => !done.has(other) && !begun.has(other))
      if (next.length > 0) {
        open.push(...next.reverse())
        continue
      }
      open.pop()
      if (!done.has(path)) order.push(path)
      done.add(path)
    }
  }
  return order
}

/** A module beside the migrations that holds none, as far as its text is known. */
export function isMigration(path: string, texts?: ReadonlyMap<string, string>): boolean {
  const text = texts?.get(path)
  return text === undefined || /^class\s+Migration\b/m.test(text)
}
