import { expect, test } from 'vitest'
import { allPassed, refused } from '../../test/support/judgements.ts'
import { parseReportRequests, writeReports } from './requests.ts'

test('nothing asked means the report for people', () => {
  expect(parseReportRequests([]).map(({ report, file }) => [report.id, file])).toEqual([['terminal', undefined]])
})

test('several formats, to the screen and into files; a file name may hold =', () => {
  expect(
    parseReportRequests(['json', 'terminal', 'json=out/a=b.json']).map(({ report, file }) => [report.id, file]),
  ).toEqual([
    ['json', undefined],
    ['terminal', undefined],
    ['json', 'out/a=b.json'],
  ])
})

test.each([
  [['jsno'], 'There is no report format "jsno".', /^Did you mean json\? Formats: .*json.*terminal/],
  [['Json'], 'There is no report format "Json".', /Did you mean json/],
  [['xyzzy=out'], 'There is no report format "xyzzy".', /^Formats: /],
  [[''], 'There is no report format "".', /^Formats: /],
  [['json='], '--report json= names no file.', /--report json=FILE/],
  [['json', 'json'], '--report json and --report json would run into each other on stdout.', /=FILE/],
  [['json=a', 'terminal=./a'], 'Two reports would be written to ./a.', /another file/],
])('%j is wrong use', (asked, what, instead) => {
  expect(() => parseReportRequests(asked)).toThrow(
    expect.objectContaining({ name: 'UsageError', message: what, instead: expect.stringMatching(instead) }),
  )
})

test('people read stderr, programs stdout, and files hold no colours', async () => {
  const world = fakeWorld()
  await writeReports(
    parseReportRequests(['json', 'terminal', 'terminal=report.txt', 'json=/abs/r.json']),
    refused,
    world,
  )
  expect(JSON.parse(world.stdout()).result).toBe('refused')
  expect(world.stderr()).toContain('\u001b[31m')
  expect(world.stderr()).toContain('Refused')
  expect(world.written.get('/repo/report.txt')).toContain('Refused: origin/develop')
  expect(world.written.get('/repo/report.txt')).not.toContain('\u001b')
  expect(world.written.get('/abs/r.json')).toBe(world.stdout())
})

test('a full disk does not hide the answer, and is no silent success', async () => {
  const world = fakeWorld(() => {
    throw new Error('ENOSPC: no space left on device')
  })
  const writing = writeReports(parseReportRequests(['json=r.json', 'terminal']), allPassed, world)
  await expect(writing).rejects.toMatchObject({
    name: 'UsageError',
    message: 'The report could not be written to r.json: ENOSPC: no space left on device',
  })
  expect(world.stderr()).toContain('Passed')
})

function fakeWorld(onWrite: () => void = () => {}) {
  const out: string[] = []
  const err: string[] = []
  const written = new Map<string, string>()
  return {
    cwd: '/repo',
    written,
    stdout: () => out.join(''),
    stderr: () => err.join(''),
    terminal: {
      isTty: true,
      colour: true,
      columns: 80,
      error: (text: string) => void err.push(text),
      print: (text: string) => void out.push(text),
    },
    files: {
      async write(path: string, content: string | Uint8Array) {
        onWrite()
        written.set(path, String(content))
      },
    },
  }
}
