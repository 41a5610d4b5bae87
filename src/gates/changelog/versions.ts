/** Compares two versions as semver.org 2.0.0, section 11, says, also with more or fewer than three numbers. Below 0: `a` is older. */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [partsOf(a), partsOf(b)]
  for (let at = 0; at < Math.max(one.numbers.length, other.numbers.length); at++) {
    const difference = (one.numbers[at] ?? 0) - (other.numbers[at] ?? 0)
    if (difference !== 0) return difference
  }
  return comparePre(one.pre, other.pre)
}

function partsOf(version: string): { numbers: readonly number[]; pre: readonly string[] } {
  const [, numbers = '', pre = ''] = /^v?([\d.]*)[-.]?([^+]*)/i.exec(version) ?? []
  return { numbers: numbers.split('.').filter(Boolean).map(Number), pre: pre.split('.').filter(Boolean) }
}

// A version without a pre-release is newer than one with it.
function comparePre(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return Math.sign(b.length - a.length)
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [one, other] = [a[at], b[at]]
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1
    if (one === other) continue
    const numeric = [one, other].map(part => /^\d+$/.test(part))
    if (numeric[0] && numeric[1]) return Number(one) - Number(other)
    if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1
    return one < other ? -1 : 1
  }
  return 0
}

/** The date that stands in a heading, when there is one that the calendar has: `2024-01-31`. */
export function dateIn(text: string): string | undefined {
  return [...text.matchAll(/(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)/g)].map(([date]) => date).find(isCalendarDate)
}

/** Whether the calendar has a day written as `2024-01-31`. */
export function isCalendarDate(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`)
  // Date.parse takes 31 February for 2 March in some engines; the way back shows it.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date)
}
