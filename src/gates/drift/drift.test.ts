import { describe, expect, test } from 'vitest'
import type { Difference } from '../../core/difference.ts'
import { pathOf } from '../../core/path-bytes.ts'
import { said } from './say.ts'

function difference(path: string, change: Difference['change'], more: Partial<Difference> = {}): Difference {
  return { path: pathOf(path), change, content: 'text', upload: false, ignored: false, holds: [], ...more }
}

describe('what is said', () => {
  test('only what a deploy would erase stops', () => {
    const findings = said(
      [
        difference('logo.png', 'new'),
        difference('style.css', 'line-endings'),
        difference('dump', 'unread', { holds: [{ kind: 'unreadable', because: 'permission denied' }] }),
        difference('gone', 'deleted', { holds: [{ kind: 'unsure', because: 'the pull was not clean' }] }),
      ],
      { environment: 'production' },
    )
    expect(findings.map(({ rule, severity }) => [rule, severity])).toEqual([
      ['drift', 'error'],
      ['drift-not-read', 'warning'],
      ['drift-line-endings', 'info'],
    ])
    expect(findings[0]!.what).toBe('production has 1 change that this commit does not have: logo.png (new).')
    expect(findings[0]!.why).toBe('Deploying it would erase it, and it is nowhere else.')
    expect(findings[0]!.instead).toMatch(/\nnpx ship-guard capture production$/)
  })

  test('a long list is cut, hosts are named, and names cannot play tricks on the terminal', () => {
    const many = Array.from({ length: 7 }, (_, at) => difference(`f${at}\u001b[2J`, 'changed'))
    const [finding] = said(many, { environment: 'production', host: 'web1' })
    expect(finding!.what).toContain('production (web1) has 7 changes')
    expect(finding!.what).toContain('and 2 more')
    expect(finding!.what).not.toContain('\u001b')
  })

  test('nothing different says nothing', () => {
    expect(said([], { environment: 'production' })).toEqual([])
  })
})
