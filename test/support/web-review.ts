// A review as a real capture would give it, with every class in it, and a desk that answers from memory.
import { deflateSync } from 'node:zlib'
import type { Difference, Hold } from '../../src/core/difference.ts'
import { pathOf } from '../../src/core/path-bytes.ts'
import type { Oid } from '../../src/core/push.ts'
import { reviewOf } from '../../src/review/build.ts'
import { imageFacts } from '../../src/review/image.ts'
import type { Review, ReviewDesk } from '../../src/review/review.ts'

const now = Date.UTC(2026, 10, 22, 4, 40)

/** One file as it was and as it is; an absent side is not there. */
export interface SampleFile {
  readonly path: string
  readonly before?: string | Uint8Array
  readonly after?: string | Uint8Array
  readonly change?: Difference['change']
  readonly holds?: readonly Hold[]
  readonly upload?: boolean
  readonly ignored?: boolean
  readonly conflict?: string
  readonly from?: string
  readonly hoursAgo?: number
}

/** A review and a desk of these files. Trees are numbered by what is ticked and lifted. */
export function sampleReview(files: readonly SampleFile[]): { review: Review; desk: ReviewDesk; asked: string[] } {
  const differences = files.map(difference)
  const byPath = new Map(files.map((file, index) => [differences[index]!.path, file]))
  const images = new Map(
    files.flatMap((file, index) => {
      const sides = { before: factsOf(file.before), after: factsOf(file.after) }
      if (sides.before === undefined && sides.after === undefined) return []
      return [[differences[index]!.path, sides as object] as const]
    }),
  )
  const conflicts = new Map(
    files.flatMap((file, index) =>
      file.conflict === undefined ? [] : [[differences[index]!.path, file.conflict] as const],
    ),
  )
  const review = reviewOf({
    drift: {
      environment: 'production',
      host: 'deploy@shop.example',
      base: {
        commit: '3f2a91c4d5e60718293a4b5c6d7e8f9001122334' as Oid,
        tree: 'a'.repeat(40) as Oid,
        known: 'revision-file',
        from: '/srv/shop/current/REVISION',
      },
      differences,
      phantoms: 3,
      pull: { state: 'clean', files: 9_412, bytes: 561_000_000, received: 2_310_000, tookMs: 3_400, notes: [] },
    },
    into: 'develop',
    images,
    preview: { conflicts },
    seenAt: new Date(now),
  })
  const asked: string[] = []
  const desk: ReviewDesk = {
    async content(item, side) {
      asked.push(`content ${item.shown} ${side}`)
      return bytesOf(byPath.get(item.difference.path)?.[side])
    },
    async masked(item, side) {
      asked.push(`masked ${item.shown} ${side}`)
      const bytes = bytesOf(byPath.get(item.difference.path)?.[side])
      return (
        bytes &&
        Buffer.from(
          Buffer.from(bytes)
            .toString()
            .replace(/sk_live_\w+|hunter2/g, '[masked, 32 characters]'),
        )
      )
    },
    tree: async (ticked, allowances) => treeOf([...ticked].sort((a, b) => a - b).join(), String(allowances.length)),
  }
  return { review, desk, asked }
}

function treeOf(...words: readonly string[]): Oid {
  let hash = 7n
  for (const char of words.join(':')) hash = (hash * 1_000_003n + BigInt(char.charCodeAt(0))) % 2n ** 160n
  return ((hash * 987_654_321_987_654_321n) % 2n ** 160n).toString(16).padStart(40, '0') as Oid
}

function difference(file: SampleFile, index: number): Difference {
  const { before, after } = file
  const side = (content: string | Uint8Array | undefined, salt: string) =>
    content === undefined
      ? undefined
      : { oid: treeOf(file.path, salt), mode: '100644', size: bytesOf(content)!.byteLength }
  const [was, is] = [side(before, 'before'), side(after, 'after')]
  const isImage = factsOf(after ?? before) !== undefined
  const isText = typeof (after ?? before) === 'string'
  return {
    path: pathOf(file.path),
    change: file.change ?? (was === undefined ? 'new' : is === undefined ? 'deleted' : 'changed'),
    ...(file.from === undefined ? {} : { from: pathOf(file.from) }),
    ...(was === undefined ? {} : { before: was }),
    ...(is === undefined ? {} : { after: { ...is, mtimeMs: now - (file.hoursAgo ?? index * 7 + 1) * 3_600_000 } }),
    content: isImage ? 'image' : isText ? 'text' : after === undefined && before === undefined ? 'unknown' : 'binary',
    upload: file.upload ?? false,
    ignored: file.ignored ?? false,
    holds: file.holds ?? [],
  }
}

function bytesOf(content: string | Uint8Array | undefined): Uint8Array | undefined {
  return typeof content === 'string' ? Buffer.from(content) : content
}

function factsOf(content: string | Uint8Array | undefined) {
  return typeof content === 'string' || content === undefined ? undefined : imageFacts(content)
}

/** A PNG of so many pixels, each coloured by `paint` (0 to 255 each). */
export function png(
  width: number,
  height: number,
  paint: (x: number, y: number) => readonly [number, number, number],
): Uint8Array {
  const rows = Buffer.alloc(height * (width * 3 + 1))
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) rows.set(paint(x, y), y * (width * 3 + 1) + 1 + x * 3)
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

// zlib.crc32 came with Node 20.15 and 22.2; types of Node 20 do not know it.
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}

/** A logo: a disc on a ground, with a bar when it was changed. */
export function logo(size: number, changed: boolean): Uint8Array {
  return png(size, size, (x, y) => {
    const far = Math.hypot(x - size / 2, y - size / 2) / size
    if (changed && Math.abs(y - size * 0.72) < size * 0.05 && far < 0.36) return [255, 214, 90]
    if (far < 0.2) return [255, 255, 255]
    if (far < 0.4) return changed ? [28, 126, 114] : [31, 95, 208]
    return [238, 241, 245]
  })
}

const routes = `<?php

use Illuminate\\Support\\Facades\\Route;

Route::get('/', [HomeController::class, 'index']);
Route::get('/products', [ProductController::class, 'index']);
Route::get('/products/{product}', [ProductController::class, 'show']);
Route::get('/cart', [CartController::class, 'show']);
Route::post('/cart', [CartController::class, 'add']);
Route::get('/checkout', [CheckoutController::class, 'show']);
Route::post('/checkout', [CheckoutController::class, 'pay']);
Route::get('/orders', [OrderController::class, 'index']);
Route::get('/orders/{order}', [OrderController::class, 'show']);
Route::get('/account', [AccountController::class, 'show']);
Route::get('/imprint', [PageController::class, 'imprint']);
Route::get('/privacy', [PageController::class, 'privacy']);
`

/** A working day on a shop: what people see first when they try the page. */
export const workingDay: readonly SampleFile[] = [
  { path: 'public/img/logo.png', before: logo(240, false), after: logo(240, true), hoursAgo: 3 },
  {
    path: 'public/img/banner-winter.png',
    after: png(640, 200, (x, y) => [(x / 3) & 255, 90 + y / 3, 190]),
    hoursAgo: 5,
  },
  {
    path: 'routes/web.php',
    before: routes,
    after: routes
      .replace("'/products'", "'/shop'")
      .replace(
        "Route::get('/imprint'",
        "Route::get('/returns', [PageController::class, 'returns']);\nRoute::get('/imprint'",
      ),
    hoursAgo: 26,
    conflict: 'changed here and there',
  },
  {
    path: 'config/shop.php',
    before: "<?php\n\nreturn [\n    'currency' => 'EUR',\n    'free_shipping_from' => 80,\n    'vat' => 0.19,\n];\n",
    after:
      "<?php\n\nreturn [\n    'currency' => 'EUR',\n    'free_shipping_from' => 50,\n    'vat' => 0.19,\n    'winter_sale' => true,\n];\n",
    hoursAgo: 30,
  },
  {
    path: 'config/services.php',
    before: "<?php\n\nreturn [\n    'stripe' => [\n        'secret' => env('STRIPE_SECRET'),\n    ],\n];\n",
    after:
      "<?php\n\nreturn [\n    'stripe' => [\n        'secret' => 'sk_live_4eC39HqLyjWDarjtT1zdp7dcXyZ01234',\n    ],\n];\n",
    hoursAgo: 51,
    holds: [
      {
        kind: 'secret',
        found: [
          {
            rule: 'stripe',
            title: 'Stripe secret key',
            why: 'Whoever has it can charge cards.',
            line: 5,
            column: 22,
            length: 40,
            masked: 'sk_live_…, 40 characters',
            name: 'secret',
          },
        ],
      },
    ],
  },
  {
    path: 'app/Plugins/Reviews/Plugin.php',
    after:
      '<?php\n\nnamespace App\\Plugins\\Reviews;\n\nfinal class Plugin\n{\n    public const VERSION = "2.4.1";\n}\n',
    hoursAgo: 70,
  },
  { path: 'app/Plugins/Reviews/README.md', after: '# Reviews\n\nShows what customers say.\n', hoursAgo: 70 },
  {
    path: 'storage/app/public/uploads/2026/11/catalogue.pdf',
    after: new Uint8Array(2_400_000).fill(7),
    upload: true,
    ignored: true,
    hoursAgo: 2,
  },
  {
    path: 'storage/app/public/uploads/2026/11/team.png',
    after: logo(180, true),
    upload: true,
    ignored: true,
    hoursAgo: 9,
  },
  { path: 'resources/views/legal/terms.blade.php', before: '<p>Terms</p>\n', hoursAgo: 12 },
  {
    path: 'resources/lang/de.json',
    before: '{\n  "Cart": "Korb"\n}\n',
    after: '{\r\n  "Cart": "Korb"\r\n}\r\n',
    change: 'line-endings',
    hoursAgo: 90,
  },
  {
    path: '.env',
    change: 'unread',
    holds: [{ kind: 'denied', rule: 'env-files', why: 'Environment files hold passwords and keys.' }],
  },
  {
    path: 'storage/export/customers.csv',
    after: 'name,mail\nA,a@example.org\n',
    holds: [
      {
        kind: 'personal-data',
        found: [{ rule: 'many-addresses', title: '2,114 mail addresses', why: 'A list of people.' }],
      },
    ],
    hoursAgo: 8,
  },
  {
    path: 'storage/app/public/uploads/2026/11/video.mp4',
    change: 'unread',
    upload: true,
    holds: [{ kind: 'too-big', size: 390_000_000 }],
  },
  { path: 'public/storage', change: 'unread', holds: [{ kind: 'link', target: '../storage/app/public' }] },
]
