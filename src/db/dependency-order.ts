// Tools that write the order of their migrations into them, as what each needs before it.
import type { Finding } from '../core/finding.ts'

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

/** Migrations that nothing else of their group needs. One is as it should be. */
export function headsOf(
  paths: readonly string[],
  needs: (path: string) => readonly string[],
  nameOf: (path: string) => string,
  groupOf: (path: string) => string,
): readonly (readonly string[])[] {
  const needed = new Set(paths.flatMap(path => needs(path).map(name => `${groupOf(path)} ${name}`)))
  const heads = new Map<string, string[]>()
  for (const path of [...paths].sort()) {
    if (needed.has(`${groupOf(path)} ${nameOf(path)}`)) continue
    const own = heads.get(groupOf(path))
    if (own === undefined) heads.set(groupOf(path), [path])
    else own.push(path)
  }
  return [...heads.values()]
}

/** `tool` refuses to migrate, or migrates one branch only, while there are several. */
export function severalHeads(
  heads: readonly string[],
  nameOf: (path: string) => string,
  tool: string,
  remedy: string,
): Finding {
  return {
    rule: 'several-heads',
    severity: 'warning',
    what: `${heads.map(nameOf).join(' and ')} both come last.`,
    why: `${tool} does not go on while it cannot tell which of them is the end, so the next deploy stops before its migrations.`,
    instead: remedy,
    at: { file: heads.at(-1)! },
  }
}
