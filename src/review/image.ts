// The one door for image-size. It reads headers; an image is never decoded here.
import { disableTypes, imageSize } from 'image-size'
import type { ImageFacts } from './review.ts'

/** How much of a file's beginning is worth reading for `imageFacts`. Bytes. */
export const imageHeadBytes = 512 * 1024

// TGA has no signature: half of all binary files could be one.
disableTypes(['tga'])

/** Type and dimensions of an image by its first bytes; undefined when it is none, or says nonsense. */
export function imageFacts(bytes: Uint8Array): ImageFacts | undefined {
  try {
    const { type, width, height } = imageSize(bytes.subarray(0, headOf(bytes)))
    if (type === undefined || !isSize(width) || !isSize(height)) return undefined
    return { type, width, height }
  } catch {
    return undefined
  }
}

// Of a JPEG the size may stand behind 256 KB of colour profile. Other formats say it at once, and a hostile one could keep the reader busy for
// long: nested boxes cost it the square of their number, text a regular expression.
function headOf(bytes: Uint8Array): number {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return imageHeadBytes
  return 32 * 1024
}

function isSize(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value > 0 && value < 2 ** 31
}
