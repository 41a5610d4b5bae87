import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CaptureSource } from '../core/environment.ts'
import { checkConfig } from './check.ts'
import { describeProblem } from './problem.ts'

function checked(environment: unknown) {
  const value = { environments: { production: environment } }
  return checkConfig({ path: '.shiprc', value, format: 'yaml', locate: () => undefined })
}

function source(capture: unknown, environment: object = { ssh: 'deploy@shop', path: '/srv/shop/current' }) {
  const result = checked({ ...environment, capture })
  if ('problems' in result) throw new Error(result.problems.map(describeProblem).join('\n'))
  return result.config.environments.production!.capture as CaptureSource
}

function told(capture: unknown, environment: object = { ssh: 'deploy@shop', path: '/srv/shop/current' }): string {
  const result = checked({ ...environment, capture })
  return 'problems' in result ? result.problems.map(describeProblem).join('\n') : ''
}

describe('what capture reads', () => {
  test('is said by the name of a preset alone', () => {
    expect(source('laravel-deployer')).toMatchObject({
      preset: 'laravel-deployer',
      hosts: [{ ssh: 'deploy@shop' }],
      roots: [
        { from: '/srv/shop/current/', to: '', uploads: false },
        { from: '/srv/shop/shared/storage/app/public/', to: 'storage/app/public/', uploads: true },
      ],
      revision: ['/srv/shop/current/REVISION', '/srv/shop/.ship/manifest.json'],
      limits: { fileSize: 25 * 1024 ** 2, deletions: 50, deletionShare: 0.05 },
      compare: 'checksum',
      modes: false,
    })
  })

  test('is one folder, the top of the repository, without a preset', () => {
    const { roots, revision, exclude } = source({ path: '/srv/pages/' })
    expect(roots).toEqual([{ from: '/srv/pages/', to: '', uploads: false }])
    expect(revision).toEqual(['/srv/pages/REVISION', '/srv/pages/.ship/manifest.json'])
    expect(exclude).toEqual([])
  })

  test('adds to what the preset keeps out, and takes the place of its roots', () => {
    const roots = [
      { from: '/home/shop/app', to: '.' },
      { from: '/home/shop/public_html/', to: 'public', uploads: false },
    ]
    const found = source({
      preset: 'laravel-shared-hosting',
      path: '/home/shop/app',
      roots,
      exclude: ['/public/sitemap.xml'],
    })
    expect(found.roots).toEqual([
      { from: '/home/shop/app/', to: '', uploads: false },
      { from: '/home/shop/public_html/', to: 'public/', uploads: false },
    ])
    expect(found.exclude).toContain('/vendor/')
    expect(found.exclude).toContain('/public/sitemap.xml')
    expect(found.revision.slice(0, 2)).toEqual(['/home/shop/app/REVISION', '/home/shop/app/.ship-guard/revision'])
  })

  test('may be on several hosts, each with its port', () => {
    expect(source({ preset: 'plain', hosts: ['web1', { ssh: 'deploy@web2', port: 2222 }] }).hosts).toEqual([
      { ssh: 'web1', port: undefined },
      { ssh: 'deploy@web2', port: 2222 },
    ])
    const environment = { ssh: 'web1', port: 22, path: '/srv/shop' }
    expect(source('plain', environment).hosts).toEqual([{ ssh: 'web1', port: 22 }])
  })

  test('has limits that are written as people write them', () => {
    const { limits } = source({ preset: 'plain', limits: { fileSize: '100MB', deletionShare: 0.2 } })
    expect(limits).toMatchObject({ fileSize: 100 * 1024 ** 2, deletionShare: 0.2, deletions: 50 })
  })
})

describe('what is refused', () => {
  test.each<[unknown, string, object?]>([
    ['laravel-deployr', 'Did you mean `laravel-deployer`?'],
    [{ preset: 'laravel-deployr' }, 'Did you mean `laravel-deployer`?'],
    ['plain', 'capture.path: expected the absolute folder', { ssh: 'shop' }],
    ['plain', 'capture.path: expected the absolute folder', { ssh: 'shop', path: 'shop' }],
    ['plain', 'capture.hosts: expected a server', { path: '/srv/shop' }],
    ['plain', 'the folder of one application', { ssh: 'shop', path: '/' }],
    ['plain', 'the folder of one application', { ssh: 'shop', path: '/home/anna' }],
    ['plain', 'a path without ..', { ssh: 'shop', path: '/srv/shop/../../etc' }],
    ['plain', 'signs that a shell reads', { ssh: 'shop', path: '/srv/$(touch x)' }],
    ['plain', 'ssh: expected an ssh host alias', { ssh: '-oProxyCommand=x', path: '/srv/shop' }],
    ['plain', 'ssh: expected an ssh host alias', { ssh: 'shop$(id)', path: '/srv/shop' }],
    [{ preset: 'plain', path: '~' }, 'an absolute path'],
    [{ preset: 'plain', path: '/' }, 'the folder of one application'],
    [{ preset: 'plain', hosts: ['-l root'] }, 'an ssh host alias'],
    [{ preset: 'plain', hosts: ['web', { ssh: 'web', port: 2222 }] }, 'a name of its own'],
    [{ preset: 'plain', hosts: [] }, 'a list of at least 1'],
    [{ roots: [{ from: '../x' }] }, 'a path without ..'],
    [{ roots: [{ from: '/etc/' }] }, 'the folder of one application'],
    [{ roots: [{ from: 'a', to: '../b' }] }, 'a folder of the repository'],
    [{ roots: [{ from: 'a', to: '/b' }] }, 'a folder of the repository'],
    [{ roots: [{ from: 'a', to: '.git/hooks' }] }, 'a folder outside .git'],
    [{ roots: [{ from: 'a' }, { from: 'b', to: '.' }] }, 'another folder of the repository for each root'],
    [{ preset: 'plain', exclude: ['!a'] }, 'exceptions stand under `include`'],
    [{ preset: 'plain', exclude: ['a\nP .env'] }, 'without control characters'],
    [{ preset: 'plain', exclude: ['**/a/**/b/**/c/**/d/**'] }, 'a pattern with at most four `**`'],
    [{ preset: 'plain', exclude: ['/'] }, 'a pattern as in .gitignore'],
    [{ preset: 'plain', revision: ['/srv/shop/'] }, 'a file, such as'],
    [{ preset: 'plain', restrictedTo: '/srv/other' }, 'a folder that /srv/shop/current/ lies in'],
    [{ preset: 'plain', limits: { deletionShare: 5 } }, 'expected at most 1'],
    [{ preset: 'plain', limits: { fileSize: 25 } }, 'a size such as'],
    [{ preset: 'plain', bandwidth: 0 }, 'at least 1'],
  ])('%j: %s', (capture, because, environment) => {
    expect(told(capture, environment)).toContain(because)
  })

  test.each(['rsyncPath', 'rsh', 'e', 'options', 'proxyCommand', 'sshOptions', 'command'])(
    'a config of a repository has no word for %s',
    key => {
      expect(told({ preset: 'plain', [key]: 'sh -c id' })).toContain('the unknown key')
    },
  )
})

test('whatever is accepted leads to absolute folders of one application, and into the repository', () => {
  const path = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc
      .array(fc.constantFrom('srv', 'home', 'anna', '..', '.', '', '$(id)', '-e', '~', 'a b', '.git', '\u001b'))
      .map(parts => `/${parts.join('/')}`),
  )
  const root = fc.record({
    from: path,
    to: fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('', '.', 'public', '.git', '..')),
  })
  fc.assert(
    fc.property(path, fc.array(root, { minLength: 1, maxLength: 2 }), (folder, roots) => {
      const result = checked({ ssh: 'shop', capture: { path: folder, roots } })
      if ('problems' in result) return
      for (const { from, to } of result.config.environments.production!.capture!.roots) {
        expect(from).toMatch(/^\/[^/].*\/$/)
        expect(from).not.toMatch(/\/(\.\.?)?\/|[$`\u0000-\u001f]|^\/home\/[^/]*\/$/)
        expect(to).not.toMatch(/^\/|(^|\/)\.\.?(\/|$)|(^|\/)\.git(\/|$)/)
      }
    }),
    { numRuns: 300 },
  )
})
