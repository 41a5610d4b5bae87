import { describe, expect, test } from 'vitest'
import {
  difference,
  hostile,
  madeUpReview,
  many,
  oid,
  oneOfEach,
  someImages,
} from '../../../../test/support/made-up-review.ts'
import { type ScriptOptions, scriptedKeys } from '../../../../test/support/scripted-keys.ts'
import { pathOf } from '../../../core/path-bytes.ts'
import { width } from '../../../core/width.ts'
import type { Review, ReviewDesk } from '../../review.ts'
import terminal from './index.ts'

const tree = oid(0xabc)
const conflicts = new Map([[pathOf('app/Http/routes.php'), 'changed here and there']])
const review = madeUpReview(oneOfEach(), { into: 'develop', images: someImages, conflicts })

const desk: ReviewDesk = {
  content: () => Promise.reject(new Error('only masked content may be shown')),
  masked: async (_, side) =>
    Buffer.from(side === 'before' ? 'host = a\nport = 80\n' : 'host = a\nport = \u001b[2J443\n'),
  tree: async () => tree,
}

async function sit(script: readonly string[], options: ScriptOptions & { of?: Review; at?: ReviewDesk } = {}) {
  const scripted = scriptedKeys(script, options)
  const decisions = await terminal.present(options.of ?? review, options.at ?? desk, scripted.world)
  return { ...scripted, decisions, last: scripted.screens.at(-1) ?? '' }
}

function namesOf(of: Review, { decisions }: Awaited<ReturnType<typeof sit>>): string[] {
  if (decisions.kind !== 'approved') return []
  return of.items.filter(item => decisions.ticked.has(item.id)).map(item => item.shown)
}

test('Enter shows exactly what will be committed, and only y commits it', async () => {
  const sat = await sit(['enter', 'y'])
  expect(sat.decisions).toMatchObject({ kind: 'approved', tree, allowances: [] })
  expect(namesOf(review, sat)).toHaveLength(5)
  expect(sat.last).toContain('5 files (2 new, 2 changed, 1 renamed), 3.3 MB')
  expect(sat.last).toMatch(/refs\/ship-guard\/capture\/staging, left there for you to merge into\s+develop/)
  expect(sat.last).toContain('app/Http/routes.php (changed here and there)')
  expect(sat.last).toContain('3 not ticked, 12 held back')
  expect(sat.last).toContain(tree)
  expect(sat.closed()).toBe(true)
})

test.each([
  ['q', ['q']],
  ['Ctrl-C', ['ctrl-c']],
  ['Ctrl-C on the last screen', ['enter', 'ctrl-c']],
  ['a terminal that is gone', []],
  ['a terminal that is gone on the last screen', ['enter']],
  ['any other key on the last screen, and then closing', ['enter', 'enter', 'q']],
  ['Ctrl-C while a reason is typed', ['/', "'held/00*", 'enter', 'down', 'l', "'it is", 'ctrl-c']],
])('%s decides nothing and gives the terminal back', async (_, script) => {
  const sat = await sit(script)
  expect(sat.decisions).toEqual({ kind: 'closed' })
  expect(sat.closed()).toBe(true)
})

test('closing after ticks were changed asks first', async () => {
  const sat = await sit(['t', 'q', 'n', 'enter', 'y'])
  expect(sat.decisions.kind).toBe('approved')
  expect((await sit(['t', 'q', 'y'])).decisions.kind).toBe('closed')
})

test('the terminal is given back also when building the tree fails', async () => {
  const scripted = scriptedKeys(['enter', 'y'])
  const broken = { ...desk, tree: () => Promise.reject(new Error('no room')) }
  await expect(terminal.present(review, broken, scripted.world)).rejects.toThrow('no room')
  expect(scripted.closed()).toBe(true)
})

test('space unticks a file, and on a class everything in it', async () => {
  const one = await sit(['/', "'banner.jpg", 'enter', 'down', ' ', 'escape', 'enter', 'y'])
  expect(namesOf(review, one)).not.toContain('public/uploads/2026/banner.jpg')
  const whole = await sit([' ', 'enter', 'y'])
  expect(namesOf(review, whole).filter(name => name.includes('uploads'))).toEqual([])
})

test('a glob or a class narrows the list, and t and u tick what is shown', async () => {
  const sat = await sit(['u', 'g', "'public/**", 'enter', 't', 'c', "'deleted", 'enter', 't', 'enter', 'y'])
  expect(namesOf(review, sat).toSorted()).toEqual([
    'public/img/logo.png',
    'public/uploads/2026/banner.jpg',
    'public/uploads/2026/price list.pdf',
    'routes/old.php',
  ])
  expect(sat.last).toContain('Deletes     routes/old.php')
  expect(sat.screens.join('\n')).toContain('Ticked 1 file, 1 deletion among them.')
})

test('with nothing ticked there is nothing to confirm', async () => {
  const sat = await sit(['u', 'enter', 'y'])
  expect(sat.decisions.kind).toBe('closed')
  expect(sat.screens.join('\n')).toContain('Nothing is ticked, so there is nothing to commit.')
})

describe('what is held', () => {
  const at = (name: string) => ['/', `'${name}`, 'enter', 'down']

  test('is shown with the reason and what to do', async () => {
    const { last } = await sit(at('held/00-secret.txt'))
    expect(last).toContain('[!] held/00-secret.txt')
    expect(last).toContain('line 3: AWS access key (AKIA…, 20 characters) in AWS_KEY')
    expect(last).toContain('→ Take it out on the server and capture again')
  })

  test('is not ticked by any key', async () => {
    const sat = await sit([...at('held/00-secret.txt'), ' ', 'x', 't', 'up', ' ', 'enter', 'y'])
    expect(namesOf(review, sat)).toHaveLength(5)
  })

  test('is lifted with a typed reason, bound to path and content', async () => {
    const sat = await sit([
      ...at('held/00-secret.txt'),
      'l',
      "'an exampel",
      'backspace',
      'backspace',
      "'le",
      'enter',
      'enter',
      'y',
    ])
    const item = review.items.find(one => one.shown === 'held/00-secret.txt')!
    expect(sat.decisions).toMatchObject({
      allowances: [
        { path: item.difference.path, oid: item.difference.after!.oid, kind: 'secret', reason: 'an example' },
      ],
    })
    expect(sat.last).toContain('held/00-secret.txt: an example')
  })

  test('stays held without a reason, and when the prompt is left', async () => {
    for (const script of [
      ['l', 'enter'],
      ['l', "' . ", 'enter'],
      ['l', "'a reason", 'escape'],
    ]) {
      const sat = await sit([...at('held/00-secret.txt'), ...script, 'enter', 'y'])
      expect(sat.decisions).toMatchObject({ kind: 'approved', allowances: [] })
      expect(namesOf(review, sat)).toHaveLength(5)
    }
  })

  test('cannot be lifted where it must be mended', async () => {
    const sat = await sit([...at('held/09-link.txt'), 'l'])
    expect(sat.last).toContain('That cannot be lifted.')
    expect(sat.last).toContain('Name the folder that it leads to as a root')
  })
})

test('a difference is read in the pager, with secrets masked and control characters written out', async () => {
  const sat = await sit(['/', "'mail.php", 'enter', 'down', 'd'])
  expect(sat.paged[0]).toContain('\n-port = 80\n+port = \\x1b[2J443\n')
})

test('without a pager the difference is shown all the same', async () => {
  for (const pager of ['cat', ''])
    expect((await sit(['/', "'mail.php", 'enter', 'down', 'd'], { pager })).screens.join('\n')).toContain('+port =')
})

test('an image is told by type and dimensions', async () => {
  const { last } = await sit(['/', "'logo.png", 'enter', 'down'])
  expect(last).toContain('PNG 200×200 → PNG 512×512')
})

test('names from the server are escaped on every screen', async () => {
  const of = madeUpReview(hostile())
  const downs = Array.from({ length: 12 }, () => ['down', 'i', 'q']).flat()
  const { screens } = await sit([...downs, 'enter', 'n'], { of })
  expect(screens.join('\n')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
  expect(screens.join('\n')).toContain('new\\x0aline [x] approved.php')
})

test.each([
  [20, 5],
  [40, 12],
  [40, 24],
  [80, 24],
  [200, 60],
])('every screen fits into %i columns and %i rows', async (columns, rows) => {
  const of = madeUpReview([...oneOfEach(), ...hostile()], { into: 'develop', images: someImages, conflicts })
  const script = [
    'end',
    'page-up',
    '/',
    "'*",
    'enter',
    't',
    'c',
    'escape',
    'i',
    'q',
    '?',
    ' ',
    'q',
    'enter',
    'n',
    'c',
    "'no such",
    'enter',
  ]
  const { screens } = await sit(script, { of, columns, rows })
  for (const screen of screens) {
    const lines = screen.split('\n')
    expect(lines.length).toBeLessThanOrEqual(rows)
    expect(Math.max(...lines.map(width))).toBeLessThanOrEqual(columns)
  }
})

test('without colour nothing but text is drawn, and with it only colours', async () => {
  const plain = await sit(['down', 'down', 'enter', 'n'])
  expect(plain.screens.join('')).not.toContain('\u001b')
  const coloured = await sit(['down', 'down', 'enter', 'n'], { colour: true })
  expect(coloured.screens.join('')).toContain('\u001b[7m')
  expect(coloured.screens.join('').replace(/\u001b\[\d+m/g, '')).not.toContain('\u001b')
})

test('ten thousand rows are walked through as fast as keys come', async () => {
  const of = madeUpReview(many(10_000))
  // Of this process alone: the machine may be busy with other tests.
  const began = process.cpuUsage()
  const sat = await sit(
    [...Array(100).fill('page-down'), ...Array(100).fill('down'), 'end', 'home', ' ', 't', 'enter', 'y'],
    { of },
  )
  expect(sat.decisions).toMatchObject({ kind: 'approved' })
  expect(process.cpuUsage(began).user / 1_000).toBeLessThan(200 * 33)
})

test('a folded class hides its files and keeps their ticks', async () => {
  const sat = await sit(['left', 'enter', 'y'])
  expect(sat.screens[1]).not.toContain('banner.jpg')
  expect(namesOf(review, sat)).toContain('public/uploads/2026/banner.jpg')
})

test('what other hosts have at the same path is told', async () => {
  const [path, here] = [pathOf('a.txt'), difference('a.txt')]
  const of: Review = {
    ...madeUpReview([here]),
    hosts: new Map([[path, [{ host: 'web2', oid: here.after!.oid }, { host: 'web3' }]]]),
  }
  expect((await sit(['down'], { of })).last).toContain('web2: the same; web3: not there')
})

describe('on a terminal that cannot move its cursor', () => {
  const dumb = { draws: false }

  test('it is a conversation by line, and draws nothing', async () => {
    const sat = await sit(['untick all', 'tick deleted', 'tick 1-2', 'commit', 'yes'], dumb)
    expect(sat.screens).toEqual([])
    expect(sat.printed.join('\n')).not.toContain('\u001b')
    expect(sat.decisions).toMatchObject({ kind: 'approved', tree })
    expect(namesOf(review, sat).toSorted()).toEqual(['app/Http/routes.php', 'config/app.php', 'routes/old.php'])
  })

  test('a hold is lifted with its reason', async () => {
    const { id } = review.items.find(item => item.shown === 'held/00-secret.txt')!
    const sat = await sit([`why ${id}`, `lift ${id}`, `lift ${id} it is an example`, 'commit', 'y'], dumb)
    expect(sat.decisions).toMatchObject({ allowances: [{ kind: 'secret', reason: 'it is an example' }] })
    expect(sat.printed.join('\n')).toContain('A reason is needed')
  })

  test.each([[['close']], [[]], [['commit']], [['commit', 'no', 'quit']], [['commit', '']]])(
    '%j decides nothing',
    async script => {
      expect((await sit(script, dumb)).decisions).toEqual({ kind: 'closed' })
    },
  )

  test('a difference is printed', async () => {
    const { id } = review.items.find(item => item.shown === 'config/mail.php')!
    expect((await sit([`diff ${id}`], dumb)).printed.join('\n')).toContain('+port = \\x1b[2J443')
  })
})
