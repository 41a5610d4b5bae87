import fc from 'fast-check'
import { expect, test } from 'vitest'
import { imageFacts } from './image.ts'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAYAAAC56t6BAAAAEUlEQVR4nGP4z8DwH4QZYAwAR8oH+Rq28akAAAAASUVORK5CYII=',
  'base64',
)
const gif = Buffer.from('R0lGODlhBQAEAIAAAP///wAAACwAAAAABQAEAAACBISPGQUAOw==', 'base64')
const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40"></svg>')

test.each([
  ['png', png, 2, 3],
  ['gif', gif, 5, 4],
  ['svg', svg, 120, 40],
])('reads type and dimensions of a %s', (type, bytes, width, height) => {
  expect(imageFacts(bytes)).toEqual({ type, width, height })
})

test('its beginning is enough', () => {
  expect(imageFacts(png.subarray(0, 30))).toEqual({ type: 'png', width: 2, height: 3 })
})

test('what is no image is none', () => {
  for (const bytes of [Buffer.from(''), Buffer.from('<?php echo 1;'), Buffer.alloc(64), png.subarray(0, 12)])
    expect(imageFacts(bytes)).toBeUndefined()
})

test('a size of zero is no size', () => {
  const nothing = Buffer.from(png)
  nothing.writeUInt32BE(0, 16)
  expect(imageFacts(nothing)).toBeUndefined()
})

const beginnings = [
  png.subarray(0, 16),
  gif.subarray(0, 6),
  Buffer.from([0xff, 0xd8, 0xff, 0xe1]),
  Buffer.from('RIFF\0\0\0\0WEBPVP8 '),
  Buffer.from('\0\0\0\x18ftypavif\0\0\0\0', 'latin1'),
  Buffer.from('II*\0\x08\0\0\0', 'latin1'),
  Buffer.from('\0\0\x01\0\xff\xff', 'latin1'),
  Buffer.from('icns\0\0\0\0', 'latin1'),
  Buffer.from('<svg '),
]

test('whatever follows the signature of an image, it answers and does not throw', () => {
  fc.assert(
    fc.property(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 400 }), (head, rest) => {
      const facts = imageFacts(Buffer.concat([head, rest]))
      return facts === undefined || (facts.width > 0 && facts.height > 0)
    }),
  )
})

test('a file made to keep the reader busy does not', () => {
  const box = Buffer.from('\0\0\0\x14ispe\0\0\0\0\0\0\0\x01\0\0\0\x01', 'latin1')
  const small = Buffer.from('\0\0\0\x08free', 'latin1')
  const hostile = [
    Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(4_000_000)]),
    Buffer.concat([
      Buffer.from('\0\0\0\x0cftypavif\x00\x40\x00\x00meta\0\0\0\0\x00\x40\x00\x00iprp\x00\x40\x00\x00ipco', 'latin1'),
      ...Array(100_000).fill(box),
    ]),
    Buffer.concat([Buffer.from('\0\0\0\x0cftypavif', 'latin1'), ...Array(500_000).fill(small)]),
    Buffer.from('<svg '.repeat(400_000)),
    Buffer.from(`<svg ${'"'.repeat(1_000_001)}`),
    Buffer.concat([Buffer.from('icns\xff\xff\xff\xff', 'latin1'), Buffer.alloc(4_000_000)]),
  ]
  const began = performance.now()
  for (const bytes of hostile) imageFacts(bytes)
  expect(performance.now() - began).toBeLessThan(10_000)
})
