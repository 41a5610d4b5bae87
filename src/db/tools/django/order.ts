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

/** A module beside the migrations that holds none, as far as its text is known. */
export function isMigration(path: string, texts?: ReadonlyMap<string, string>): boolean {
  const text = texts?.get(path)
  return text === undefined || /^class\s+Migration\b/m.test(text)
}
