const minute = 60_000
const steps: readonly [limit: number, unit: number, name: string][] = [
  [60 * minute, minute, 'min'],
  [48 * 60 * minute, 60 * minute, 'h'],
  [60 * 1440 * minute, 1440 * minute, 'd'],
  [730 * 1440 * minute, 30.44 * 1440 * minute, 'mo'],
  [Number.POSITIVE_INFINITY, 365.25 * 1440 * minute, 'y'],
]

/** How old something is, in few characters: `now`, `5 min`, `3 h`, `12 d`, `7 mo`, `4 y`; `ahead` for a time to come. */
export function ageText(ageMs: number): string {
  if (ageMs < -5 * minute) return 'ahead'
  if (ageMs < minute) return 'now'
  const [, unit, name] = steps.find(([limit]) => ageMs < limit)!
  return `${Math.floor(ageMs / unit)} ${name}`
}
