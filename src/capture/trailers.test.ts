import { expect, test } from 'vitest'
import type { Difference } from '../core/difference.ts'
import { pathOf } from '../core/path-bytes.ts'
import { captureRef } from './commit.ts'
import { type CaptureFacts, captureMessage, countsOf } from './trailers.ts'

const oid = 'b'.repeat(40)

function difference(path: string, change: Difference['change'] = 'changed'): Difference {
  const side = { oid, mode: '100644', size: 1 }
  return {
    path: pathOf(path),
    change,
    before: side,
    after: side,
    content: 'text',
    upload: false,
    ignored: false,
    holds: [],
  }
}

function facts(more: Partial<CaptureFacts> = {}): CaptureFacts {
  return {
    environment: 'production',
    host: { ssh: 'deploy@app' },
    source: { roots: [{ from: '/srv/app/current/', to: '', uploads: false }] },
    base: { commit: oid, tree: oid, known: 'revision-file', from: '/srv/app/current/REVISION' },
    differences: [difference('config/app.php'), difference('logo.png', 'new')],
    excluded: 3,
    allowances: [],
    config: oid,
    scanners: ['secretlint 12.0.0'],
    ...more,
  }
}

test('says what was captured, from where, on top of what, and what stayed out', () => {
  expect(captureMessage(facts())).toBe(`Capture production: 1 changed, 1 new

Changed on deploy@app since bbbbbbbbbbbb was deployed there:

  changed      config/app.php
  new          logo.png

Captured-From: production deploy@app /srv/app/current/
Deployed-Base: ${oid} (revision-file, /srv/app/current/REVISION)
Ship-Guard-Config: ${oid}
Excluded: 3
Ship-Guard-Version: 0.1.0
Scanned-With: secretlint 12.0.0`)
})

test('a name or a reason cannot add a trailer, hide one, or move a cursor', () => {
  const message = captureMessage(
    facts({
      differences: [difference('a\nExcluded: 0'), difference('b\u001b[2Kc\u202e')],
      allowances: [{ path: pathOf('a\n\nX: y'), oid, kind: 'secret', reason: 'a test key\n\nExcluded: 0' }],
    }),
  )
  const lines = message.split('\n')
  expect(lines.filter(line => line.startsWith('Excluded:'))).toEqual(['Excluded: 3'])
  expect(message).not.toMatch(/[\u001b\u202e]/)
  expect(lines).toContain('Allowed: secret in a\\x0a\\x0aX: y@bbbbbbbbbbbb: a test key\\x0a\\x0aExcluded: 0')
})

test('a list of thousands is cut, its total is not', () => {
  const many = Array.from({ length: 3000 }, (_, index) => difference(`file ${index}`, 'new'))
  const message = captureMessage(facts({ differences: many }))
  expect(message.split('\n').length).toBeLessThan(70)
  expect(message).toContain('and 2960 more')
  expect(countsOf(many)).toBe('3000 new')
})

test('every environment has a ref of its own, whatever its name', () => {
  expect(captureRef('production')).toBe('refs/ship-guard/capture/production')
  expect(captureRef('eu/../a.lock')).toBe('refs/ship-guard/capture/eu%2f%2e%2e%2fa%2elock')
})
