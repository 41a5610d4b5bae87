// A JavaScript or TypeScript config is a program. It is run once in a thread that can be ended, because an endless loop cannot be stopped in our own,
// and only when that went well a second time here, where its functions are needed.
import { execFile } from 'node:child_process'
import { createRequire, register } from 'node:module'
import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { UsageError } from '../core/errors.ts'
import { watchOwnThread } from './watchdog.ts'

const defaultLimitMs = 10_000

/**
 * What a config program exports by default.
 * @throws UsageError when it throws, hangs, ends the process, exports nothing, or is TypeScript that cannot be read here.
 */
export async function readCodeConfig(path: string, options: { limitMs?: number } = {}): Promise<unknown> {
  const limitMs = options.limitMs ?? defaultLimitMs
  const hook = path.endsWith('.ts') && !stripsTypes() ? typeScriptHook(path) : undefined
  // The query keeps Node from giving us what it read under this path before: another commit's config.
  const href = `${pathToFileURL(path).href}?read=${readings++}`
  await tryOut(path, { href, hook, limitMs })

  watchOwnThread()
  if (hook !== undefined) register(hook.url, { parentURL: import.meta.url, data: hook.data })
  delete createRequire(import.meta.url).cache[path]
  try {
    return await withStdoutKept(() => within(limitMs, exported(href)), path)
  } catch (error) {
    throw await failed(path, error as Thrown)
  }
}

let readings = 0

async function exported(href: string): Promise<unknown> {
  const module = (await import(/* @vite-ignore */ href)) as { default?: unknown }
  const value = await module.default
  // What a compiler made of `export default` for CommonJS.
  const compiled = value as { __esModule?: boolean; default?: unknown } | undefined
  return compiled?.__esModule === true ? await compiled.default : value
}

// A hook's stdout belongs to git (`git push --porcelain`): what a config prints goes to stderr.
async function withStdoutKept(read: () => Promise<unknown>, path: string): Promise<unknown> {
  const { write } = process.stdout
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof write
  try {
    const value = await read()
    if (value !== undefined) return value
  } finally {
    process.stdout.write = write
  }
  throw new UsageError(
    `${basename(path)} has no default export.`,
    `End it with: export default { … }   (or module.exports = { … })`,
  )
}

async function within<T>(limitMs: number, wanted: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`it did not end within ${limitMs / 1000} s`)), limitMs)
  })
  return Promise.race([wanted, late]).finally(() => clearTimeout(timer))
}

interface Thrown {
  readonly name?: string
  readonly message?: string
  readonly stack?: string
  readonly code?: string
}

interface Trial {
  readonly href: string
  readonly hook: Hook | undefined
  readonly limitMs: number
}

const trialProgram = `
const { parentPort, workerData } = require('node:worker_threads')
const { href, hook } = workerData
if (hook) require('node:module').register(hook.url, { parentURL: hook.parent, data: hook.data })
import(href)
  .then(module => module.default)
  .then(
    () => parentPort.postMessage({ ended: 'well' }),
    error => parentPort.postMessage({ ended: 'badly', thrown: { name: String(error?.name ?? ''), message: String(error?.message ?? error), stack: String(error?.stack ?? ''), code: String(error?.code ?? '') } }),
  )
`

async function tryOut(path: string, { href, hook, limitMs }: Trial): Promise<void> {
  const worker = new Worker(trialProgram, {
    eval: true,
    workerData: { href, hook: hook && { ...hook, parent: import.meta.url } },
    stdout: true,
    stderr: true,
  })
  try {
    await new Promise<void>((done, fail) => {
      const timer = setTimeout(() => fail({ message: `it did not end within ${limitMs / 1000} s` }), limitMs)
      worker.on('message', (answer: { ended: 'well' } | { ended: 'badly'; thrown: Thrown }) => {
        if (answer.ended === 'well') done()
        else fail(answer.thrown)
      })
      worker.on('error', fail)
      worker.on('exit', () => {
        clearTimeout(timer)
        fail({ message: 'it ended, or waits for something that never comes, before its settings were there' })
      })
    })
  } catch (error) {
    throw await failed(path, error as Thrown)
  } finally {
    await worker.terminate()
  }
}

async function failed(path: string, thrown: Thrown): Promise<UsageError> {
  if (thrown instanceof UsageError) return thrown
  const name = basename(path)
  const place =
    placeIn(path, thrown.stack ?? '') || (thrown.name === 'SyntaxError' ? await placeOfSyntaxError(path) : '')
  if (thrown.code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return new UsageError(
      `${name}${place}: Node cannot strip this TypeScript: ${firstLine(thrown)}.`,
      'Write it without enums, namespaces and parameter properties, or as JavaScript.',
      { cause: thrown },
    )
  return new UsageError(
    `${name}${place} could not be run: ${firstLine(thrown)}.`,
    `Mend ${name}; it is read the way \`node ${name}\` runs it.`,
    { cause: thrown },
  )
}

/** The stack of a syntax error in a module does not name the line; `node --check` prints it first. */
async function placeOfSyntaxError(path: string): Promise<string> {
  const { stderr } = await promisify(execFile)(process.execPath, ['--check', path], { timeout: 5_000 }).catch(
    (error: unknown) => error as { stderr?: string },
  )
  return placeIn(path, stderr ?? '')
}

function firstLine(thrown: Thrown): string {
  return (thrown.message ?? String(thrown)).split('\n')[0]!.trim().replace(/\.$/, '')
}

/** `:line` or `:line:column` of the first frame that lies in the config itself. */
function placeIn(path: string, stack: string): string {
  for (const file of [pathToFileURL(path).href, path]) {
    const at = stack.indexOf(file)
    const found = at < 0 ? undefined : /^(?:\?read=\d+)?(:\d+(?::\d+)?)/.exec(stack.slice(at + file.length))?.[1]
    if (found !== undefined) return found
  }
  return ''
}

/** Node 22.18 and later read TypeScript by themselves. */
function stripsTypes(): boolean {
  const { typescript } = process.features as { typescript?: unknown }
  return Boolean(typescript)
}

interface Hook {
  readonly url: string
  readonly data: { readonly typescript: string }
}

// A loader hook instead of a compiled file beside the config: nothing is written into the user's folder, and what the config imports is compiled too.
const hookProgram = `
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
let typescript
export async function initialize(data) {
  typescript = (await import(data.typescript)).default
}
export async function load(url, context, next) {
  if (!/^file:.*\\.ts(\\?|$)/.test(url)) return next(url, context)
  const source = await readFile(fileURLToPath(url), 'utf8')
  const { outputText } = typescript.transpileModule(source, { compilerOptions: { module: 99, target: 9 } })
  return { format: 'module', shortCircuit: true, source: outputText }
}
`

function typeScriptHook(path: string): Hook {
  const require = createRequire(path)
  try {
    const { version } = require('typescript/package.json') as { version: string }
    if (Number.parseInt(version, 10) > 6) throw new Error(`typescript ${version} has no JavaScript interface`)
    return {
      url: `data:text/javascript,${encodeURIComponent(hookProgram)}`,
      data: { typescript: pathToFileURL(require.resolve('typescript')).href },
    }
  } catch (error) {
    throw new UsageError(
      `${basename(path)} is TypeScript, which Node ${process.versions.node} does not read without the package typescript (5 or 6).`,
      'npm install --save-dev typescript@6   (or use Node 22.18 or later, or write the config as ship.config.js)',
      { cause: error },
    )
  }
}
