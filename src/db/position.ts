// A statement's place in a whole history, as one number that grows.

/** Statements of one file that a position can tell apart. */
const span = 2 ** 24

export function positionOf(file: number, at: number): number {
  return file * span + at
}

export function fileOf(position: number): number {
  return Math.floor(position / span)
}

export function atOf(position: number): number {
  return position % span
}
