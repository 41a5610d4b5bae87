import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { folderProblem, hostPattern, pathProblem, plainPath } from './server-names.ts'

describe('a host', () => {
  test.each(['web1', 'shop.example.com', 'deploy@shop.example.com', '_deploy@web1', 'u0_1@10.0.0.7', 'web-1_a'])(
    '%s is one',
    host => {
      expect(hostPattern.test(host)).toBe(true)
    },
  )

  test.each([
    '',
    '-oProxyCommand=touch x',
    'deploy@-oProxyCommand=x',
    '-l@host',
    '@host',
    'deploy@',
    'a@b@c',
    'host:/srv',
    'host name',
    '$(id)',
    'host;id',
    'host\n',
    'h\u00f6st',
    'rsync://host',
    '[::1]',
  ])('%j is none', host => {
    expect(hostPattern.test(host)).toBe(false)
  })

  test('whatever passes is one word without any sign that ssh or a shell reads', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), text => {
        if (hostPattern.test(text)) expect(text).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._@-]*$/)
      }),
    )
  })
})

describe('a folder that is read whole', () => {
  test.each([
    '/srv/shop',
    '/srv/shop/',
    '/home/anna/shop',
    '/home/anna/public_html',
    '/var/www',
    '/app',
    '/srv/my shop',
  ])('%s may be', path => {
    expect(folderProblem(path)).toBeUndefined()
  })

  test.each(['/', '//', '/home', '/home/anna', '/home2/anna/', '/Users/anna', '/root', '/etc', '/var', '/usr/local'])(
    '%s is never one application',
    path => {
      expect(folderProblem(path)).toContain('the folder of one application')
    },
  )

  test.each([
    ['', 'absolute'],
    ['~', 'absolute'],
    ['~/shop', 'absolute'],
    ['shop', 'absolute'],
    ['-e/srv', 'absolute'],
    ['/srv/../etc', 'without ..'],
    ['/srv/shop/..', 'without ..'],
    ['/srv/$(id)', 'signs that a shell reads'],
    ['/srv/~anna', 'signs that a shell reads'],
    ['/srv/a\nb', 'control'],
    ['/srv/\u001b[2J', 'control'],
    ['/srv/\u009b', 'control'],
  ])('%j is refused', (path, because) => {
    expect(folderProblem(path)).toContain(because)
    expect(pathProblem(path)).toContain(because)
  })
})

test('a path has one spelling', () => {
  expect(plainPath('/srv//shop/./current/')).toBe('/srv/shop/current')
  expect(plainPath('/')).toBe('/')
})
