import { describe, expect, test } from 'vitest'
import type { CaptureSource } from '../core/environment.ts'
import { joinSources } from './source.ts'

function source(given: Partial<CaptureSource> = {}): CaptureSource {
  return {
    hosts: [{ ssh: 'app' }],
    roots: [{ from: '/srv/app/', to: '', uploads: false }],
    exclude: ['/vendor/'],
    notDeployed: [],
    include: [],
    revision: ['/srv/app/REVISION'],
    limits: { fileSize: 100, totalSize: 1000, files: 10, deletions: 5, deletionShare: 0.05 },
    compare: 'checksum',
    modes: false,
    ...given,
  }
}

test('without a deployed config the one in hand counts, and nothing is told', () => {
  const here = source()
  expect(joinSources(undefined, here)).toEqual({ source: here, differs: [] })
})

test('the same config twice is itself, and nothing is told', () => {
  expect(joinSources(source(), source())).toEqual({ source: source(), differs: [] })
})

describe('where they differ', () => {
  test('what either keeps out stays out, and what only the deployed one keeps out is told', () => {
    const joined = joinSources(
      source({ exclude: ['/vendor/', '/public/cache/'] }),
      source({ exclude: ['/vendor/', '/x/'] }),
    )
    expect(joined.source.exclude).toEqual(['/vendor/', '/x/', '/public/cache/'])
    expect(joined.differs).toEqual(['The deployed config also keeps out /public/cache/. They stay out.'])
  })

  test('what is never deployed by either is not missed', () => {
    const joined = joinSources(source({ notDeployed: ['/tests/'] }), source({ notDeployed: ['/.github/'] }))
    expect(joined.source.notDeployed).toEqual(['/.github/', '/tests/'])
    expect(joined.differs).toEqual(['The deployed config also says are never deployed /tests/. That holds.'])
  })

  test('an exception counts only when both make it', () => {
    const joined = joinSources(source({ include: ['/a.pem'] }), source({ include: ['/a.pem', '/b.pem'] }))
    expect(joined.source.include).toEqual(['/a.pem'])
    expect(joined.differs.join()).toContain('/b.pem')
  })

  test('the smaller limit and the more careful comparison hold', () => {
    const limits = { fileSize: 50, totalSize: 2000, files: 10, deletions: 1, deletionShare: 0.5 }
    const joined = joinSources(source({ limits }), source({ compare: 'times' }))
    expect(joined.source.limits).toEqual({
      fileSize: 50,
      totalSize: 1000,
      files: 10,
      deletions: 1,
      deletionShare: 0.05,
    })
    expect(joined.source.compare).toBe('checksum')
    expect(joined.differs).toEqual(['The deployed config has the smaller fileSize, deletions. That holds.'])
  })

  test('hosts and roots are those of the config in hand, and other roots are told', () => {
    const old = source({ roots: [{ from: '/srv/old/', to: '', uploads: false }], hosts: [{ ssh: 'old' }] })
    const joined = joinSources(old, source())
    expect(joined.source.roots).toEqual(source().roots)
    expect(joined.source.hosts).toEqual([{ ssh: 'app' }])
    expect(joined.differs).toEqual([
      'The deployed config reads /srv/old/ as the top, the one here /srv/app/ as the top. The one here is followed.',
    ])
  })
})
