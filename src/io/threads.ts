import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parentPort, Worker } from 'node:worker_threads'
import type { Threads } from '../core/world.ts'

interface Question {
  readonly id: number
  readonly ask: unknown
}

type Answer = { readonly id: number } & ({ readonly told: unknown } | { readonly failed: string })

// More of them wait for memory and disk, not for a processor.
const most = 4

/** Starts threads that run `thread.ts`. They keep no process alive by themselves. */
export function openThreads(packageFolder: string): Threads {
  const threads = Array.from({ length: Math.min(most, availableParallelism()) }, () => start(packageFolder))
  return {
    count: threads.length,
    ask(question, handedOver) {
      const free = threads.reduce((a, b) => (a.waiting() <= b.waiting() ? a : b))
      return free.ask(question, handedOver)
    },
    async close() {
      await Promise.all(threads.map(thread => thread.end()))
    },
  }
}

interface Thread {
  waiting(): number
  ask(question: unknown, handedOver: readonly ArrayBuffer[]): Promise<unknown>
  end(): Promise<unknown>
}

function start(packageFolder: string): Thread {
  const worker = isSource ? new Worker(fromSource, { eval: true }) : new Worker(join(packageFolder, 'dist/thread.js'))
  worker.unref()
  const open = new Map<number, { done(told: unknown): void; fail(error: Error): void }>()
  let asked = 0
  const failAll = (error: Error) => {
    for (const { fail } of open.values()) fail(error)
    open.clear()
  }
  worker.on('message', (answer: Answer) => {
    const question = open.get(answer.id)
    open.delete(answer.id)
    if (open.size === 0) worker.unref()
    if ('told' in answer) question?.done(answer.told)
    else question?.fail(new Error(answer.failed))
  })
  worker.on('error', failAll)
  worker.on('exit', code => failAll(new Error(`a thread ended with ${code}`)))
  return {
    waiting: () => open.size,
    ask: (ask, handedOver) =>
      new Promise((done, fail) => {
        const id = asked++
        open.set(id, { done, fail })
        worker.ref()
        worker.postMessage({ id, ask } satisfies Question, [...handedOver])
      }),
    end: () => worker.terminate(),
  }
}

// Bundled, this file is JavaScript. Node 20 hands --import to threads and does not wait for it.
const isSource = fileURLToPath(import.meta.url).endsWith('.ts')
const fromSource = `import('tsx/esm/api').then(tsx => { tsx.register(); return import(${JSON.stringify(new URL('../thread.ts', import.meta.url))}) })`

/** For the thread itself: answers one question after the other until it is ended. */
export function answerQuestions(answer: (question: unknown) => Promise<unknown>): void {
  const port = parentPort!
  let last = Promise.resolve()
  port.on('message', ({ id, ask }: Question) => {
    last = last
      .then(() => answer(ask))
      .then(
        told => ({ id, told }),
        (error: unknown) => ({ id, failed: error instanceof Error ? error.message : String(error) }),
      )
      .then((told: Answer) => port.postMessage(told))
  })
}
