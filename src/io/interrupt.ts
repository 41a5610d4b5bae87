/**
 * Aborted by Ctrl-C, SIGTERM, SIGHUP, and when the parent process is gone (git was killed, so nobody waits for our answer).
 * A second Ctrl-C ends at once.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController()
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130)
    controller.abort()
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal)

  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid !== parent) controller.abort()
  }, 500)
  timer.unref()
  return controller.signal
}

/** While `work` runs, Ctrl-C is the business of the program that has the terminal, as with system(3): in a pager it ends a search. */
export async function lendingInterrupt<Result>(work: () => Promise<Result>): Promise<Result> {
  const others = process.listeners('SIGINT')
  const ignore = () => {}
  process.on('SIGINT', ignore)
  for (const listener of others) process.off('SIGINT', listener)
  try {
    return await work()
  } finally {
    for (const listener of others) process.on('SIGINT', listener)
    process.off('SIGINT', ignore)
  }
}
