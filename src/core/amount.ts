const units = ['B', 'kB', 'MB', 'GB', 'TB']

/** Bytes for people, in powers of 1000: `0 B`, `12 kB`, `3.4 MB`. */
export function bytesText(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 9.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

/** `1 file`, `1,204 files`; `more` where the plural is not made with an s. */
export function counted(number: number, one: string, more = `${one}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : more}`
}
