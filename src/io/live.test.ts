import { expect, test } from 'vitest'
import { width } from '../core/width.ts'
import { makeLive } from './live.ts'

test('shows a line a gate with its time and what it does now', () => {
  const { live, pass, screen } = onTerminal()
  live.start([
    { id: 'db', title: 'Migrations' },
    { id: 'changelog', title: 'Changelog' },
  ])
  live.progress('db', '12 of 40 migrations')
  live.done('changelog', 'refused', 120)
  pass(3_000)
  expect(screen()).toEqual([expect.stringMatching(/^\S db {9}3\.0 s {3}12 of 40 migrations$/), '✗ changelog  0.1 s'])
})

test('draws over its own lines and over nothing else', () => {
  const { live, pass, screen } = onTerminal({ before: 'To origin.git\n' })
  live.start([{ id: 'tests', title: 'Tests' }])
  for (const line of ['first', 'second', 'third']) {
    live.progress('tests', line)
    pass(1_000)
  }
  expect(screen()).toEqual(['To origin.git', expect.stringContaining('third')])
})

test('leaves nothing behind when the gates have answered', () => {
  const { live, pass, screen } = onTerminal({ before: 'To origin.git\n' })
  live.start([{ id: 'tests', title: 'Tests' }])
  pass(5_000)
  live.done('tests', 'passed', 5_000)
  pass(1_000)
  live.stop()
  expect(screen()).toEqual(['To origin.git'])
})

test('names what still ran when something broke', () => {
  const { live, pass, screen } = onTerminal()
  live.start([{ id: 'tests', title: 'Tests' }])
  pass(12_000)
  live.stop()
  expect(screen()).toEqual(['- tests  stopped after 12 s'])
})

test('after Ctrl-C draws over nothing: the shell that started git has the terminal again', () => {
  const { live, pass, screen, type, abort } = onTerminal()
  live.start([{ id: 'tests', title: 'Tests' }])
  pass(12_000)
  type('^C\n$ ls\n$ ')
  abort()
  pass(5_000)
  live.start([{ id: 'db', title: 'Migrations' }])
  live.done('tests', 'undecided', 12_000)
  live.stop()
  expect(screen()).toEqual([expect.stringMatching(/^\S tests {2}12 s {4}Tests$/), '^C', '$ ls', '$'])
})

test('gates that answer at once never flash up', () => {
  const { live, pass, written } = onTerminal()
  live.start([{ id: 'db', title: 'Migrations' }])
  pass(100)
  live.done('db', 'passed', 100)
  live.stop()
  expect(written()).toBe('')
})

test('cuts every line to a narrow terminal, also one of wide characters', () => {
  const { live, pass, screen } = onTerminal({ columns: 40 })
  live.start([{ id: 'tests', title: 'Tests' }])
  live.progress('tests', `検査中 ${'漢字'.repeat(100)}`)
  pass(1_000)
  expect(screen()).toHaveLength(1)
  expect(width(screen()[0]!)).toBeLessThan(40)
  expect(screen()[0]).toMatch(/検査中 .*…$/)
})

test('a terminal that is made narrower while lines stand on it is cleaned up all the same', () => {
  const terminal = onTerminal({ columns: 100 })
  terminal.live.start([{ id: 'tests', title: 'Tests' }])
  terminal.live.progress('tests', 'x'.repeat(200))
  terminal.pass(1_000)
  terminal.resize(40)
  terminal.pass(1_000)
  terminal.live.stop()
  expect(terminal.screen()).toEqual(['- tests  stopped after 2.0 s'])
})

test('more gates than rows: those that still run are shown', () => {
  const { live, pass, screen } = onTerminal({ rows: 5 })
  const gates = Array.from({ length: 30 }, (_, n) => ({ id: `gate-${n}`, title: '' }))
  live.start(gates)
  for (const { id } of gates.slice(0, 29)) live.done(id, 'passed', 10)
  pass(1_000)
  expect(screen()).toEqual([expect.stringContaining('gate-29')])
})

test('progress cannot move the cursor, change the title or hide a word', () => {
  const { live, pass, written } = onTerminal()
  live.start([{ id: 'tests', title: 'Tests' }])
  live.progress('tests', '\u001b[2J\u001b]0;pwned\u0007 \u202egnp.exe \u009b31m')
  pass(1_000)
  expect(written()).not.toMatch(/\u001b\[2J|\u001b\]|\u0007|\u202e|\u009b/)
})

test('of rewritten progress only what stands there now is shown', () => {
  const { live, pass, screen } = onTerminal()
  live.start([{ id: 'tests', title: 'Tests' }])
  live.progress('tests', '10%\r20%\r30%\r\n')
  pass(1_000)
  expect(screen()[0]).toMatch(/30%$/)
})

test('says nothing after stop', () => {
  const { live, pass, written } = onTerminal()
  live.start([{ id: 'tests', title: 'Tests' }])
  live.stop()
  live.start([{ id: 'db', title: 'Migrations' }])
  live.progress('db', 'late')
  live.done('db', 'passed', 1)
  pass(60_000)
  live.stop()
  expect(written()).toBe('')
})

test('colours only when they are wanted', () => {
  const coloured = onTerminal({ colour: true })
  const plain = onTerminal({ colour: false })
  for (const { live, pass } of [coloured, plain]) {
    live.start([{ id: 'tests', title: 'Tests' }])
    pass(1_000)
  }
  expect(coloured.written()).toContain('\u001b[36m')
  expect(plain.written()).not.toMatch(/\u001b\[[0-9;]*m/)
})

test('in a log: one line once it takes longer than a second, and nothing before', () => {
  const { live, pass, written } = inLog()
  live.start([
    { id: 'db', title: 'Migrations' },
    { id: 'tests', title: 'Tests' },
  ])
  pass(900)
  expect(written()).toBe('')
  pass(200)
  expect(written()).toBe('ship-guard: judging with db, tests …\n')
  live.done('db', 'passed', 1_000)
  live.done('tests', 'passed', 1_100)
  pass(60_000)
  live.stop()
  expect(written()).toBe('ship-guard: judging with db, tests …\n')
})

test('in a log: every 15 seconds the gates that still run, and for how long', () => {
  const { live, pass, written } = inLog()
  live.start([
    { id: 'db', title: 'Migrations' },
    { id: 'tests', title: 'Tests' },
  ])
  pass(2_000)
  live.done('db', 'passed', 2_000)
  pass(30_000)
  expect(written().split('\n').slice(1)).toEqual([
    'ship-guard: still running after 16 s: tests (16 s)',
    'ship-guard: still running after 31 s: tests (31 s)',
    '',
  ])
  live.stop()
  expect(written()).toMatch(/ship-guard: stopped tests after 32 s\n$/)
  expect(written()).not.toContain('\u001b')
})

interface Scene {
  readonly columns?: number
  readonly rows?: number
  readonly colour?: boolean
  readonly before?: string
}

function inLog() {
  return scene({ redraws: false })
}

function onTerminal(options: Scene = {}) {
  return scene({ redraws: true, ...options })
}

function scene({ redraws, columns = 80, rows = 24, colour = false, before = '' }: Scene & { redraws: boolean }) {
  let now = 1_000
  let task: { run: () => void; ms: number; next: number } | undefined
  const written: string[] = []
  const terminal = new Screen(columns)
  terminal.write(before)
  const interrupt = new AbortController()
  const live = makeLive({
    signal: interrupt.signal,
    redraws,
    doing: 'judging with',
    colour,
    write(text) {
      written.push(text)
      terminal.write(text)
    },
    size: () => ({ columns: terminal.columns, rows }),
    clock: {
      now: () => now,
      every(ms, run) {
        task = { run, ms, next: now + ms }
        return () => {
          task = undefined
        }
      },
    },
  })
  return {
    live,
    written: () => written.join(''),
    abort: () => interrupt.abort(),
    screen: () => terminal.lines(),
    type: (text: string) => terminal.write(text),
    resize: (to: number) => terminal.resize(to),
    pass(ms: number) {
      const end = now + ms
      while (task !== undefined && task.next <= end) {
        now = task.next
        task.next += task.ms
        task.run()
      }
      now = end
    },
  }
}

/** As much of a terminal as the display uses; lines that are too long take more rows, and are taken apart anew when it is resized. */
class Screen {
  columns: number
  #rows: string[] = ['']
  #y = 0
  #x = 0

  constructor(columns: number) {
    this.columns = columns
  }

  write(text: string): void {
    for (const [token] of text.matchAll(/\u001b\[(\d*)([A-Za-z])|\u001b\[[\d;]*m|[\s\S]/gu)) this.#put(token)
  }

  #put(token: string): void {
    if (token === '\n') {
      this.#y++
      this.#x = 0
      this.#rows[this.#y] ??= ''
    } else if (token === '\r') this.#x = 0
    else if (/^\u001b\[\d*A$/.test(token)) this.#y = Math.max(0, this.#y - Number(token.slice(2, -1) || 1))
    else if (token === '\u001b[K') this.#rows[this.#y] = this.#row().slice(0, this.#x)
    else if (token === '\u001b[J') {
      this.#rows = [...this.#rows.slice(0, this.#y), this.#row().slice(0, this.#x)]
    } else if (token.startsWith('\u001b')) {
      if (!/^\u001b\[[\d;]*m$/.test(token)) throw new Error(`unknown sequence ${JSON.stringify(token)}`)
    } else {
      this.#rows[this.#y] = this.#row().slice(0, this.#x) + token + this.#row().slice(this.#x + token.length)
      this.#x += token.length
    }
  }

  resize(columns: number): void {
    this.columns = columns
    this.#rows = this.#rows.flatMap(row => row.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? [''])
    this.#y = this.#rows.length - 1
    this.#x = 0
  }

  #row(): string {
    return this.#rows[this.#y] ?? ''
  }

  lines(): string[] {
    const last = this.#rows.findLastIndex(row => row !== '')
    return this.#rows.slice(0, last + 1).map(row => row.trimEnd())
  }
}
