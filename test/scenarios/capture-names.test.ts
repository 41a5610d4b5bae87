import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesOf, pathBytes, pathOf, shownPath } from '../../src/core/path-bytes.ts'
import { whyUnsafe } from '../../src/drift/names.ts'
import { mirrored, told } from '../support/mirrored.ts'

test('odd names are told byte for byte', async () => {
  await using here = await mirrored()
  const names = [
    'new\nline',
    '\x1b[31mred',
    '-dash',
    '\u202eltr',
    'tab\there',
    'quote"\\',
    ' space ',
    'n'.repeat(255),
    '日本語/ü.txt',
  ]
  for (const name of names) await here.server(name, 'x')
  const notText = Buffer.from('caf\xe9/\xff\xfe.txt', 'latin1')
  await here.server(notText, 'x')
  const { differences } = await here.compare()
  const expected = [...names.map(pathOf), pathBytes(notText)].sort()
  expect(differences.map(({ path }) => path)).toEqual(expected)
  expect(differences.every(({ change, holds }) => change === 'new' && holds.length === 0)).toBe(true)
  expect(differences.map(({ path }) => path).map(shownPath)).toContain('caf\\xe9/\\xff\\xfe.txt')
  await here.server(notText, 'other')
  expect((await here.compare()).differences.map(({ path }) => path)).toEqual(expected)
})

test('a changed and a deleted file may have any name that git took', async () => {
  const odd = 'ö \n*?[a]'
  await using here = await mirrored({ [odd]: 'one\n', ':(glob)x': 'two\n' })
  await here.server(odd, 'changed\n')
  await here.remove(':(glob)x')
  expect(told(await here.compare())).toEqual(['deleted :(glob)x', `changed ${odd}`])
})

test.each([
  '.git/config',
  '.GIT/config',
  'sub/.Git',
  '.g\u200cit/config',
  '.\ufeffgit',
  'git~1/config',
  'GIT~2',
  '.git /x',
  '.git.../x',
  '.git::$INDEX_ALLOCATION/x',
  'a\\.git\\config',
  '.gitattributes',
  'sub/.GitAttributes',
  'gitatt~1',
  '.gitmodules',
  '.lfsconfig',
  '.gitm\u200dodules',
  'GITMOD~1',
  'a//b',
  '../x',
  'n'.repeat(256),
])('%j is not safe', name => {
  expect(whyUnsafe(pathOf(name))).toBeTypeOf('string')
})

test.each([
  '.github/x',
  '.gitignore',
  '.gitkeep',
  'git',
  'a.git',
  'git~x',
  '.gitlab-ci.yml',
  '...',
  'digit~1',
  'x/.gitattributes.md',
])('%j is safe', name => {
  expect(whyUnsafe(pathOf(name))).toBeUndefined()
})

test('git takes every name that counts as safe', async () => {
  await using here = await mirrored()
  const piece = fc.oneof(
    fc.constantFrom(
      '.git',
      '.GIT',
      'git~1',
      '.',
      '..',
      ' ',
      '\\',
      ':',
      '\u200c',
      '\ufeff',
      '~',
      'attributes',
      'modules',
      '.g',
      'it',
      '/',
      'a',
      'é',
    ),
    fc.string({ unit: 'binary', maxLength: 3 }),
    fc.uint8Array({ maxLength: 3 }).map(bytes => Buffer.from(bytes).toString('latin1')),
  )
  const name = fc.array(piece, { minLength: 1, maxLength: 5 }).map(pieces => pathOf(pieces.join('')))
  const names = fc.sample(name, { numRuns: 20_000, seed: 7 })
  const safe = [...new Set(names)].filter(path => !path.includes('\0') && whyUnsafe(path) === undefined)
  expect(safe.length).toBeGreaterThan(1_000)
  const git = await here.mirror.withIndex('names')
  const blob = await here.git.text(['rev-parse', 'HEAD:README.md'])
  const lines = safe.map(path => Buffer.concat([Buffer.from(`100644 ${blob}\t`), bytesOf(path), Buffer.from([0])]))
  // Ends with 128 and names the first path that git refuses. A name may be a folder of another: --replace.
  const input = Buffer.concat(lines)
  await git.bytes(['update-index', '--replace', '-z', '--index-info'], { input })
})

test('what git must not see is held and nothing of it is taken', async () => {
  await using here = await mirrored({ '.gitattributes': '* text\n', '.gitmodules': '', 'plugins/readme.txt': 'r\n' })
  await here.server('.g\u200cit/config', '[core]\n')
  await here.server('up/.GIT/config', '[core]\n')
  await here.server('up/.gitattributes', '* filter=x\n')
  await here.server('.gitmodules', '[submodule "x"]\n')
  await here.server('.gitattributes', '* filter=x -text\n')
  await here.server('up/ok.txt', 'ok\n')
  const { differences } = await here.compare()
  expect(
    differences.map(({ path, change, holds }) => [Buffer.from(path, 'latin1').toString(), change, holds[0]?.kind]),
  ).toEqual([
    ['.gitmodules', 'unread', 'unsafe-name'],
    ['.g\u200cit/config', 'unread', 'unsafe-name'],
    ['up/.GIT/config', 'unread', 'unsafe-name'],
    ['up/.gitattributes', 'unread', 'unsafe-name'],
    ['up/ok.txt', 'new', undefined],
  ])
  expect(Buffer.from((await here.mirror.read(pathOf('.gitattributes')))!).toString()).toBe('* text\n')
  expect(await here.mirror.look(pathOf('up/.gitattributes'))).toBeUndefined()
})

test('a repository inside the tree is told, and its files are looked at one by one', async () => {
  await using here = await mirrored()
  const plugin = join(here.mirror.tree, 'plugins/x')
  await mkdir(plugin, { recursive: true })
  await writeFile(join(plugin, 'x.php'), '<?php\n')
  await here.repo.ok('init', '-q', plugin)
  await here.repo.ok('-C', plugin, 'commit', '-q', '--allow-empty', '-m', 'x')
  await here.repo.ok('-C', plugin, 'config', 'core.fsmonitor', `touch ${here.repo.home}/ran`)
  expect(told(await here.compare())).toEqual(['unread plugins/x/.git', 'new plugins/x/x.php'])
  expect(told(await here.compare())).toEqual(['new plugins/x/x.php'])
  expect(await readdir(here.repo.home)).not.toContain('ran')
})

test('two names that are one file elsewhere hold the new one, not the deployed one', async () => {
  await using here = await mirrored({ 'Logo.png': 'a\n', 'img/a.png': 'b\n', docs: 'file\n' })
  await here.server('logo.png', 'x\n')
  await here.server('Logo.png', 'changed\n')
  await here.server('IMG/b.png', 'x\n')
  await here.server('Docs/x.txt', 'x\n')
  await here.server('u/caf\u00e9.txt', 'nfc\n')
  await here.server('u/cafe\u0301.txt', 'nfd\n')
  await here.server('Img', 'a file\n')
  const { differences } = await here.compare()
  const held = differences.map(({ path, holds }) => [
    shownPath(path),
    holds.map(hold => (hold.kind === 'collision' ? shownPath(hold.with) : hold.kind)),
  ])
  expect(held).toEqual([
    ['Docs/x.txt', ['docs']],
    ['IMG/b.png', ['Img']],
    ['Img', [expect.stringMatching(/^i?mg\/|^IMG\//i)]],
    ['Logo.png', []],
    ['logo.png', ['Logo.png']],
    ['u/cafe\u0301.txt', ['u/caf\u00e9.txt']],
    ['u/caf\u00e9.txt', ['u/cafe\u0301.txt']],
  ])
})
