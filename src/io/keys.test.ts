import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyName, makeKeys, show } from './keys.ts'

test.each([
  ['a', 'a'],
  ['A', 'A'],
  ['ü', 'ü'],
  ['🦆', '🦆'],
  [' ', ' '],
  ['\r', 'enter'],
  ['\n', 'enter'],
  ['\t', 'tab'],
  ['\u007f', 'backspace'],
  ['\u001b', 'escape'],
  ['\u0003', 'ctrl-c'],
  ['\u0004', 'ctrl-d'],
  ['\u0015', 'ctrl-u'],
  ['\u001b[A', 'up'],
  ['\u001bOB', 'down'],
  ['\u001b[5~', 'page-up'],
  ['\u001b[6~', 'page-down'],
  ['\u001b[H', 'home'],
  ['\u001b[4~', 'end'],
  ['\u001b[3~', 'delete'],
])('%j is the key %s', async (typed, name) => {
  const { input, keys } = sitting()
  const next = keys.next()
  input.write(typed)
  expect(await next).toBe(name)
  keys.close()
})

test('a sequence that arrives in two parts, as over a slow line, is one key', async () => {
  const { input, keys } = sitting()
  const next = keys.next()
  input.write('\u001b')
  setTimeout(() => input.write('[B'), 10)
  expect(await next).toBe('down')
  keys.close()
})

test('keys that come faster than they are asked for wait in order', async () => {
  const { input, keys } = sitting()
  const first = keys.next()
  input.write('abc')
  expect([await first, await keys.next(), await keys.next()]).toEqual(['a', 'b', 'c'])
  keys.close()
})

test('raw mode begins with the first key and ends with close', async () => {
  const { input, keys, modes } = sitting()
  expect(modes).toEqual([])
  const next = keys.next()
  input.write('x')
  await next
  keys.close()
  expect(modes).toEqual([true, false])
})

test('Ctrl-C aborts the command and is told as a key', async () => {
  const { input, keys, abort } = sitting()
  const next = keys.next()
  input.write('\u0003')
  expect(await next).toBe('ctrl-c')
  expect(abort.signal.aborted).toBe(true)
  expect(await keys.next()).toBeUndefined()
  keys.close()
})

test.each(['the end of stdin', 'the end of the command'])('%s is the end of the keys', async how => {
  const { input, keys, abort } = sitting()
  const next = keys.next()
  if (how === 'the end of stdin') input.end()
  else abort.abort()
  expect(await next).toBeUndefined()
  keys.close()
})

test('another size of the window is told once, however often it changes meanwhile', async () => {
  const { output, input, keys } = sitting()
  const next = keys.next()
  output.emit('resize')
  output.emit('resize')
  expect(await next).toBe('resize')
  const after = keys.next()
  input.write('x')
  expect(['resize', 'x']).toContain(await after)
  keys.close()
})

test('draws on the alternate screen, never hides the cursor, and leaves no trace', () => {
  const { keys, written } = sitting()
  keys.draw(['one', 'two'])
  keys.draw(['three'], 0)
  keys.close()
  const text = written.join('')
  expect(text.match(/\u001b\[\?1049h/g)).toHaveLength(1)
  expect(text).toMatch(/\u001b\[\?7h\u001b\[\?1049l$/)
  expect(text).not.toContain('\u001b[?25l')
})

test('draws no more lines than there are', () => {
  const { keys, written, output } = sitting()
  keys.draw(Array.from({ length: 50 }, (_, n) => `line ${n}`))
  expect(written.join('').split('\n')).toHaveLength(output.rows)
  keys.close()
})

test('lends the terminal as it was found, and takes it again', async () => {
  const { keys, written, modes } = sitting()
  keys.draw(['one'])
  const [seen] = await keys.lend(async () => [[...modes, written.at(-1)]])
  expect(seen).toEqual([true, false, '\u001b[?7h\u001b[?1049l'])
  expect(modes).toEqual([true, false, true])
  keys.close()
})

test('lines are asked for without raw mode, and none is lost between questions', async () => {
  const { keys, input, modes, written } = sitting()
  input.write('one\ntwo\n')
  expect([await keys.line('? '), await keys.line('? ')]).toEqual(['one', 'two'])
  input.end()
  expect(await keys.line('? ')).toBeUndefined()
  expect(modes).toEqual([])
  expect(written.join('')).toBe('? ? ? ')
  keys.close()
})

test('whatever bytes come, every key is one character or a name', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 30 }), async bytes => {
      const { input, keys } = sitting()
      const seen: string[] = []
      const reading = (async () => {
        for (let key = await keys.next(); key !== undefined; key = await keys.next()) seen.push(key)
      })()
      input.end(Buffer.from(bytes))
      await reading
      keys.close()
      return seen.every(
        key =>
          !/[\p{Cc}\p{Cs}]/u.test(key) && ([...key].length === 1 || /^[a-z0-9`-]+$/.test(key) || /^ctrl-./u.test(key)),
      )
    }),
    { numRuns: 200 },
  )
})

test('a key that nobody knows is none', () => {
  expect(keyName(undefined, { sequence: '\u001b[?1;2c' })).toBeUndefined()
  expect(keyName('\u001ba', { name: 'a', meta: true, sequence: '\u001ba' })).toBeUndefined()
})

test('a program that is not there is told, and one that leaves early is no failure', async () => {
  expect(await show({ argv: ['no-such-pager-here'], input: 'x' })).toBe(false)
  expect(await show({ argv: ['sh', '-c', 'no-such-pager-here 2>/dev/null'], input: 'x' })).toBe(false)
  expect(await show({ argv: ['true'], input: 'x'.repeat(10_000_000) })).toBe(true)
})

test('while a pager runs, Ctrl-C is its own', async () => {
  let interrupted = false
  const onInterrupt = () => {
    interrupted = true
  }
  process.on('SIGINT', onInterrupt)
  const showing = show({ argv: ['sleep', '0.2'] })
  process.emit('SIGINT', 'SIGINT')
  await showing
  expect(interrupted).toBe(false)
  process.emit('SIGINT', 'SIGINT')
  process.off('SIGINT', onInterrupt)
  expect(interrupted).toBe(true)
})

function sitting() {
  const modes: boolean[] = []
  const written: string[] = []
  const abort = new AbortController()
  const input = Object.assign(new PassThrough(), {
    setRawMode(on: boolean) {
      modes.push(on)
      return input as never
    },
  })
  const output = Object.assign(new EventEmitter(), { columns: 40, rows: 10 })
  const keys = makeKeys({
    input: input as never,
    output,
    write: text => void written.push(text),
    draws: true,
    signal: abort.signal,
    keep: () => ({ watch: take => take(), given() {}, close() {} }),
    interrupt: () => abort.abort(),
    suspend() {},
  })
  return { keys, input, output, modes, written, abort }
}
