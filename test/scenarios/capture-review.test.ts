// The review on a real terminal: script(1) makes one, we type into it.
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sourceRoot } from '../support/package-root.ts'
import { exec } from '../support/temp-repo.ts'

const built = mkdtempSync(join(tmpdir(), 'review-built-'))

// In one file it starts in a tenth of the time.
beforeAll(() =>
  build({
    entryPoints: [join(sourceRoot, 'test/support/review-here.ts')],
    outfile: join(built, 'review.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" },
    logLevel: 'error',
  }),
)
afterAll(() => rmSync(built, { recursive: true, force: true }))

const enter = '\u001b[?1049h'
const leave = '\u001b[?1049l'
const last = '(the session is over)'

test('is worked through with keys, and leaves the terminal as it found it', async () => {
  await using sitting = await terminal()
  await sitting.sees('12 held')
  sitting.type('/logo.png\r')
  await sitting.sees('Only logo.png: 1.')
  sitting.type('\u001b[B')
  await sitting.sees('PNG 200×200 → PNG 512×512')
  sitting.type('\r')
  await sitting.sees('This will be committed for staging')
  expect(sitting.seen()).toContain('0000000000000000000000000000000000abcdef')
  sitting.type('y')
  expect(await sitting.ended()).toEqual({ kind: 'approved', interrupted: false })
  expect(sitting.isRestored()).toBe(true)
})

test.each(['TERM', 'HUP', 'INT'] as const)(
  'ended by SIG%s it decides nothing and restores the terminal',
  async name => {
    await using sitting = await terminal()
    await sitting.sees('12 held')
    process.kill(sitting.pid(), `SIG${name}`)
    expect(await sitting.ended()).toEqual({ kind: 'closed', interrupted: true })
    expect(sitting.isRestored()).toBe(true)
  },
)

test('Ctrl-C decides nothing, counts as an interruption and restores the terminal', async () => {
  await using sitting = await terminal()
  await sitting.sees('12 held')
  sitting.type('\u0003')
  expect(await sitting.ended()).toEqual({ kind: 'closed', interrupted: true })
  expect(sitting.isRestored()).toBe(true)
})

test('killed, it still leaves the main screen, a visible cursor and a terminal that echoes', async () => {
  await using sitting = await terminal()
  await sitting.sees('12 held')
  process.kill(sitting.pid(), 'SIGKILL')
  expect(await sitting.ended()).toBeUndefined()
  await sitting.sees(leave)
  expect(sitting.isRestored()).toBe(true)
  expect(sitting.seen()).not.toContain('\u001b[?25l')
})

test('a terminal that is closed takes the review with it', async () => {
  await using sitting = await terminal()
  await sitting.sees('12 held')
  const pid = sitting.pid()
  sitting.closeWindow()
  await until(() => !isAlive(pid))
  expect(sitting.result()?.kind).not.toBe('approved')
})

test('a difference opens in the pager of the person, where Ctrl-C ends nothing but its search', async () => {
  await using sitting = await terminal({ PAGER: 'pager --with "an option"' })
  await sitting.sees('12 held')
  sitting.type('/mail.php\r\u001b[Bd')
  await sitting.sees('pager (--with an option) shows +port = 443')
  // Whatever shows itself for less than half a second is held on the screen; this one is read.
  await new Promise(resolve => setTimeout(resolve, 600))
  sitting.type('\u0003')
  await sitting.sees('pager was interrupted')
  await sitting.sees('Only mail.php: 1.')
  sitting.type('q')
  expect(await sitting.ended()).toEqual({ kind: 'closed', interrupted: false })
  expect(sitting.isRestored()).toBe(true)
})

test('a pager that ends at once leaves time to read', async () => {
  await using sitting = await terminal({ PAGER: 'head -3' })
  await sitting.sees('12 held')
  sitting.type('/mail.php\r\u001b[Bd')
  await sitting.sees('-- any key: back to the review --')
  sitting.type('x')
  await sitting.sees('Only mail.php: 1.')
})

test('follows the window when it is made narrower', async () => {
  await using sitting = await terminal()
  await sitting.sees('/ glob  c class')
  await sitting.resize(40, 20)
  await sitting.sees('enter commit…  ? keys  q close')
})

test('without colour it draws nothing coloured', async () => {
  await using sitting = await terminal({ NO_COLOR: '1' })
  await sitting.sees('12 held')
  expect(sitting.seen()).not.toMatch(/\u001b\[[\d;]*m/)
})

test('with colour it does', async () => {
  await using sitting = await terminal({ NO_COLOR: undefined })
  await sitting.sees('12 held')
  expect(sitting.seen()).toContain('\u001b[7m')
})

test('on a dumb terminal it is a conversation by line without a single control sequence', async () => {
  await using sitting = await terminal({ TERM: 'dumb' })
  await sitting.sees('review> ')
  sitting.type('untick all\n')
  await sitting.sees('Unticked: 8.')
  sitting.type('tick *.php\ncommit\n')
  await sitting.sees('Commit exactly this? yes or no: ')
  sitting.type('yes\n')
  expect(await sitting.ended()).toEqual({ kind: 'approved', interrupted: false })
  expect(sitting.seen()).not.toContain('\u001b')
})

interface Result {
  readonly kind: string
  readonly interrupted: boolean
}

/** A terminal of 80 columns and 24 rows with the review in it. */
async function terminal(env: Readonly<Record<string, string | undefined>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'review-'))
  const path = (name: string) => join(folder, name)
  writePager(path('pager'))
  // The shell stays, as a person's would: it sees what is left of the terminal.
  writeFileSync(
    path('session'),
    `trap : INT TERM HUP
tty > "$SITTING/tty"; stty cols 80 rows 24; stty -g > "$SITTING/before"
${process.execPath} ${join(built, 'review.mjs')} "$SITTING/result" "$SITTING/pid"
n=0
while [ $n -lt 50 ] && [ "$(stty -g)" != "$(cat "$SITTING/before")" ]; do n=$((n+1)); sleep 0.1; done
stty -g > "$SITTING/after"; printf '${last}'; : > "$SITTING/over"
`,
  )
  const all: Record<string, string | undefined> = {
    ...process.env,
    TERM: 'xterm-256color',
    PATH: `${folder}:${process.env.PATH}`,
    SITTING: folder,
    LESS: undefined,
    GIT_PAGER: undefined,
    ...env,
  }
  for (const [name, value] of Object.entries(all)) if (value === undefined) delete all[name]
  const child = spawn('script', ['-q', '-f', '-c', `sh ${path('session')}`, '/dev/null'], {
    cwd: sourceRoot,
    env: all as NodeJS.ProcessEnv,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  child.stdin.on('error', () => {})
  let seen = ''
  let from = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen += text
  })
  const text = (name: string) => (existsSync(path(name)) ? readFileSync(path(name), 'utf8').trim() : undefined)
  const result = () => {
    const written = text('result')
    return written === undefined ? undefined : (JSON.parse(written) as Result)
  }
  return {
    type: (keys: string) => child.stdin.write(keys),
    seen: () => seen,
    /** Waits for text that was not there before the last wait ended. */
    async sees(wanted: string) {
      await until(
        () => seen.indexOf(wanted, from) >= 0,
        () => `${JSON.stringify(wanted)} in ${JSON.stringify(seen.slice(from))}`,
      )
      from = seen.indexOf(wanted, from) + wanted.length
    },
    pid: () => Number(text('pid')),
    result,
    async ended(): Promise<Result | undefined> {
      // What the terminal was sent reaches us through a pipe, later than the file is there.
      await until(() => existsSync(path('over')) && (seen.includes(last) || hasEnded(child)))
      return result()
    },
    isRestored: () =>
      text('before') === text('after') && seen.lastIndexOf(leave) > seen.lastIndexOf(enter) && seen.includes(enter),
    async resize(columns: number, rows: number) {
      await exec('stty', ['-F', text('tty')!, 'cols', String(columns), 'rows', String(rows)])
    },
    closeWindow: () => child.kill('SIGKILL'),
    async [Symbol.asyncDispose]() {
      const pid = Number(text('pid'))
      if (Number.isInteger(pid) && pid > 0 && isAlive(pid)) process.kill(pid, 'SIGKILL')
      await ended(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function writePager(path: string): void {
  writeFileSync(
    path,
    `#!/bin/sh
trap 'echo pager was interrupted; kill $!; exit 0' INT
echo "pager ($*) shows $(grep 443)"
sleep 30 & wait
`,
  )
  chmodSync(path, 0o755)
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

async function ended(child: ChildProcess): Promise<void> {
  if (!hasEnded(child)) {
    const closed = new Promise(resolve => child.once('exit', resolve))
    child.kill('SIGKILL')
    await closed
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function until(isSo: () => boolean, wanted: () => string = () => 'it'): Promise<void> {
  const end = performance.now() + 20_000
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`Waited in vain for ${wanted()}`)
    await new Promise(resolve => setTimeout(resolve, 25))
  }
}
