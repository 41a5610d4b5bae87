import { vatCents } from './vat.js'

/** Ten or more pieces of an article cost less. */
function lineCents({ quantity, unitCents }) {
  const full = quantity * unitCents
  return quantity >= 10 ? full - Math.round(full * 0.05) : full
}

export function netCents(lines) {
  return lines.reduce((sum, line) => sum + lineCents(line), 0)
}

export function totalCents(lines, country) {
  const net = netCents(lines)
  return net + vatCents(net, country)
}
