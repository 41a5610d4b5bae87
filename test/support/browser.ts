// A real Chromium, driven over its DevTools pipe: https://chromedevtools.github.io/devtools-protocol/
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

type Told = Record<string, unknown>

export interface Tab {
  /** A command of the protocol to this tab. */
  send<Result = Told>(method: string, params?: Told): Promise<Result>
  go(url: string): Promise<void>
  /** The value of an expression in the page; promises are awaited. Throws what the page throws. */
  see<Value>(expression: string): Promise<Value>
  /** Waits until an expression is true. */
  until(expression: string, timeoutMs?: number): Promise<void>
  /** A key as a person presses it: `a`, `Enter`, `ArrowDown`. */
  press(key: string): Promise<void>
  type(text: string): Promise<void>
  click(selector: string): Promise<void>
  size(width: number, height: number): Promise<void>
  scheme(scheme: 'light' | 'dark'): Promise<void>
  screenshot(): Promise<Buffer>
  /** What the page wrote to its console, and what the browser complained of. */
  readonly complaints: readonly string[]
  /** Addresses that the tab asked for. */
  readonly requests: readonly string[]
  close(): Promise<void>
}

export interface Browser extends AsyncDisposable {
  open(): Promise<Tab>
}

export async function browser(): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'ship-guard-browser-'))
  const words = [
    '--headless=new',
    '--remote-debugging-pipe',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
  ]
  // A name of another site that leads to loopback, as a hostile DNS server would have it.
  const names = '--host-resolver-rules=MAP rebound.example 127.0.0.1'
  const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--hide-scrollbars']
  const child = spawn('chromium', [...words, ...quiet, names, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>(done => child.once('exit', () => done()))
  const wire = openWire(child.stdio[3] as Writable, child.stdio[4] as Readable)
  child.once('error', error => wire.fail(error))
  child.once('exit', () => wire.fail(new Error('The browser has ended.')))
  return {
    open: () => openTab(wire),
    async [Symbol.asyncDispose]() {
      await wire.send('Browser.close').catch(() => {})
      const forced = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await ended
      clearTimeout(forced)
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
}

interface Wire {
  send<Result = Told>(method: string, params?: Told, sessionId?: string): Promise<Result>
  on(sessionId: string, listen: (method: string, params: Told) => void): void
  fail(error: Error): void
}

function openWire(to: Writable, from: Readable): Wire {
  const waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>()
  const listeners = new Map<string, (method: string, params: Told) => void>()
  let last = 0
  let rest = ''
  from.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = (rest + chunk).split('\0')
    rest = messages.pop()!
    for (const message of messages) take(JSON.parse(message) as Told)
  })
  to.on('error', () => {})
  const take = (message: Told) => {
    const asked = waiting.get(message.id as number)
    if (asked === undefined)
      return listeners.get(message.sessionId as string)?.(message.method as string, message.params as Told)
    waiting.delete(message.id as number)
    if (message.error !== undefined) asked.reject(new Error((message.error as { message: string }).message))
    else asked.resolve(message.result as never)
  }
  return {
    send: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        waiting.set(++last, { resolve, reject })
        to.write(`${JSON.stringify({ id: last, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`)
      }),
    on: (sessionId, listen) => listeners.set(sessionId, listen),
    fail(error) {
      for (const { reject } of waiting.values()) reject(error)
      waiting.clear()
    },
  }
}

async function openTab(wire: Wire): Promise<Tab> {
  const { targetId } = await wire.send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' })
  const { sessionId } = await wire.send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true })
  const complaints: string[] = []
  const requests: string[] = []
  let loaded = () => {}
  wire.on(sessionId, (method, params) => {
    if (method === 'Page.loadEventFired') loaded()
    if (method === 'Network.requestWillBeSent') requests.push((params.request as { url: string }).url)
    if (method === 'Runtime.exceptionThrown') complaints.push(JSON.stringify(params.exceptionDetails))
    if (method === 'Runtime.consoleAPICalled') complaints.push(JSON.stringify(params.args))
    if (method === 'Log.entryAdded') complaints.push((params.entry as { text: string }).text)
  })
  const send = <Result = Told>(method: string, params?: Told) => wire.send<Result>(method, params, sessionId)
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`)

  const see = async <Value>(expression: string): Promise<Value> => {
    const told = await send<{ result: { value: Value }; exceptionDetails?: { exception?: { description?: string } } }>(
      'Runtime.evaluate',
      { expression, awaitPromise: true, returnByValue: true },
    )
    if (told.exceptionDetails !== undefined)
      throw new Error(told.exceptionDetails.exception?.description ?? 'It threw.')
    return told.result.value
  }
  const press = async (key: string) => {
    const text = key.length === 1 ? key : key === 'Enter' ? '\r' : undefined
    const code = codes[key] ?? (/^[a-z0-9 ]$/i.test(key) ? key.toUpperCase().charCodeAt(0) : 0)
    const params = { key, windowsVirtualKeyCode: code, ...(text === undefined ? {} : { text }) }
    await send('Input.dispatchKeyEvent', { type: text === undefined ? 'rawKeyDown' : 'keyDown', ...params })
    await send('Input.dispatchKeyEvent', { type: 'keyUp', key, windowsVirtualKeyCode: code })
  }
  return {
    send,
    see,
    press,
    complaints,
    requests,
    async go(url) {
      const done = new Promise<void>(ready => {
        loaded = ready
      })
      await send('Page.navigate', { url })
      await done
    },
    async until(expression, timeoutMs = 10_000) {
      const end = Date.now() + timeoutMs
      while (!(await see<boolean>(`Boolean(${expression})`))) {
        if (Date.now() > end) throw new Error(`This never came true in the page: ${expression}`)
        await new Promise(next => setTimeout(next, 20))
      }
    },
    async type(text) {
      for (const key of text) await press(key)
    },
    async click(selector) {
      const place = await see<{ x: number; y: number }>(
        `(() => { const box = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect(); return { x: box.x + box.width / 2, y: box.y + box.height / 2 } })()`,
      )
      for (const type of ['mousePressed', 'mouseReleased'])
        await send('Input.dispatchMouseEvent', { type, ...place, button: 'left', clickCount: 1 })
    },
    size: async (width, height) => {
      await send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false })
    },
    scheme: async scheme => {
      await send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] })
    },
    async screenshot() {
      const { data } = await send<{ data: string }>('Page.captureScreenshot', { format: 'png' })
      return Buffer.from(data, 'base64')
    },
    close: async () => {
      await wire.send('Target.closeTarget', { targetId })
    },
  }
}

const codes: Readonly<Record<string, number>> = {
  Enter: 13,
  Escape: 27,
  Tab: 9,
  ArrowUp: 38,
  ArrowDown: 40,
  ArrowLeft: 37,
  ArrowRight: 39,
  Home: 36,
  End: 35,
  PageUp: 33,
  PageDown: 34,
}
