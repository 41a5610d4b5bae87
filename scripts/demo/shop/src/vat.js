const percent = { AT: 20, DE: 19, SI: 22 }

export function vatCents(netCents, country) {
  const rate = percent[country]
  if (rate === undefined) throw new RangeError(`no VAT rate for ${country}`)
  return Math.round((netCents * rate) / 100)
}
