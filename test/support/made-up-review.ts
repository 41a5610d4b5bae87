// Reviews for tests and for looking at the surfaces: one of every class, with names that a hostile server would choose, and as many rows as wanted.
import type { Difference, Drift, Hold, Side } from '../../src/core/difference.ts'
import { type PathBytes, pathBytes, pathOf } from '../../src/core/path-bytes.ts'
import type { Oid } from '../../src/core/push.ts'
import { reviewOf } from '../../src/review/build.ts'
import type { ImageFacts, Review } from '../../src/review/review.ts'

export const seenAt = new Date('2026-03-01T12:00:00Z')
const hour = 3_600_000

export function oid(seed: number): Oid {
  return seed.toString(16).padStart(40, '0') as Oid
}

export function difference(name: string, more: Partial<Difference> = {}): Difference {
  const change = more.change ?? 'changed'
  const path = pathOf(name)
  return {
    path,
    change,
    ...(change === 'new' || change === 'unread' ? {} : { before: side(path.length, 1_000, 900) }),
    ...(change === 'deleted' || change === 'unread' ? {} : { after: side(path.length + 7, 1_234, 3) }),
    content: 'text',
    upload: false,
    ignored: false,
    holds: [],
    ...more,
  }
}

export function side(seed: number, size: number, hoursOld: number, mode = '100644'): Side {
  return { oid: oid(seed), mode, size, mtimeMs: seenAt.getTime() - hoursOld * hour }
}

export const everyHold: readonly Hold[] = [
  {
    kind: 'secret',
    found: [
      {
        rule: 'aws-access-key',
        title: 'AWS access key',
        why: 'It opens the account.',
        line: 3,
        masked: 'AKIA…, 20 characters',
        name: 'AWS_KEY',
      },
    ],
  },
  { kind: 'personal-data', found: [{ rule: 'database-dump', title: 'A dump with a table of users', why: 'People.' }] },
  { kind: 'still-changing' },
  { kind: 'unsure', because: 'some folders could not be read.' },
  { kind: 'collision', with: pathOf('public/Logo.png') },
  { kind: 'unsafe-name', because: 'To git the name means its own folder.' },
  { kind: 'filter', name: 'lfs' },
  { kind: 'too-big', size: 390_000_000 },
  { kind: 'unreadable', because: 'Permission denied' },
  { kind: 'link', target: '/etc/passwd' },
  { kind: 'special' },
  { kind: 'denied', rule: 'env-files', why: 'Environment files hold the passwords of the application.' },
]

/** One difference of every class. */
export function oneOfEach(): Difference[] {
  return [
    difference('app/Http/routes.php'),
    difference('config/app.php', { change: 'mode', after: side(11, 1_000, 30, '100755') }),
    difference('config/mail.php', { change: 'line-endings' }),
    difference('public/img/logo.png', { change: 'changed', content: 'image', after: side(12, 48_200, 2) }),
    difference('public/uploads/2026/banner.jpg', {
      change: 'new',
      content: 'image',
      upload: true,
      ignored: true,
      after: side(13, 812_000, 26),
    }),
    difference('public/uploads/2026/price list.pdf', {
      change: 'new',
      content: 'binary',
      upload: true,
      after: side(14, 2_400_000, 26 * 40),
    }),
    difference('resources/views/new-name.blade.php', {
      change: 'renamed',
      from: pathOf('resources/views/old-name.blade.php'),
    }),
    difference('routes/old.php', { change: 'deleted' }),
    ...everyHold.map((hold, index) =>
      difference(`held/${String(index).padStart(2, '0')}-${hold.kind}.txt`, {
        change: ['too-big', 'unreadable', 'link', 'special', 'denied'].includes(hold.kind)
          ? 'unread'
          : hold.kind === 'unsure'
            ? 'deleted'
            : 'new',
        holds: [hold],
      }),
    ),
  ]
}

/** Names that try to move the cursor, hide a word, look like another, or are no text at all. */
export const hostileNames: readonly PathBytes[] = [
  pathOf('evil/\u001b[2J\u001b]0;pwned\u0007.php'),
  pathOf('evil/new\nline [x] approved.php'),
  pathOf('evil/\u202egnp.exe'),
  pathOf('evil/\u009b31mred.txt'),
  pathOf('evil/-rf'),
  pathOf('evil/<img src=x onerror=alert(1)>.png'),
  pathBytes(Uint8Array.from([0x65, 0x76, 0x69, 0x6c, 0x2f, 0xff, 0xfe, 0x2e, 0x74, 0x78, 0x74])),
  pathOf(`evil/${'long'.repeat(60)}.txt`),
  pathOf('evil/写真 🦆.png'),
]

export function hostile(): Difference[] {
  return hostileNames.map(path => difference('x', { path, change: 'new' }))
}

/** So many ordinary rows in folders of twenty. */
export function many(count: number): Difference[] {
  return Array.from({ length: count }, (_, n) =>
    difference(
      `public/uploads/${String(Math.floor(n / 20)).padStart(4, '0')}/photo-${String(n).padStart(5, '0')}.jpg`,
      {
        change: n % 7 === 0 ? 'changed' : n % 31 === 0 ? 'deleted' : 'new',
        content: 'image',
        upload: true,
      },
    ),
  )
}

export function madeUpReview(
  differences: readonly Difference[],
  {
    into,
    images = new Map(),
    conflicts = new Map(),
    same = new Set(),
    partial = false,
  }: {
    into?: string
    images?: ReadonlyMap<PathBytes, { before?: ImageFacts; after?: ImageFacts }>
    conflicts?: ReadonlyMap<PathBytes, string>
    /** What the branch has already, exactly so. */
    same?: ReadonlySet<PathBytes>
    partial?: boolean
  } = {},
): Review {
  const drift: Drift = {
    environment: 'staging',
    host: 'deploy@app.example',
    base: {
      commit: '3f2a91c4d5e6f708192a3b4c5d6e7f8091a2b3c4' as Oid,
      tree: oid(99),
      known: 'revision-file',
      from: '/srv/app/current/REVISION',
    },
    differences,
    phantoms: 2,
    pull: {
      state: partial ? 'partial' : 'clean',
      files: 10_412,
      bytes: 558_000_000,
      received: 3_400_000,
      tookMs: 1_930,
      notes: [],
    },
  }
  return reviewOf({ drift, into, preview: into === undefined ? undefined : { conflicts, same }, images, seenAt })
}

export const someImages: ReadonlyMap<PathBytes, { before?: ImageFacts; after?: ImageFacts }> = new Map([
  [
    pathOf('public/img/logo.png'),
    { before: { type: 'png', width: 200, height: 200 }, after: { type: 'png', width: 512, height: 512 } },
  ],
  [pathOf('public/uploads/2026/banner.jpg'), { after: { type: 'jpg', width: 1920, height: 600 } }],
])
