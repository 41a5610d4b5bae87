import { type ChildProcess, spawn, spawnSync } from 'node:child_process'

/** Brings the terminal back when this process is killed and can do nothing itself. */
export interface TerminalKeeper {
  /** From now on the terminal is not as it was found. */
  taken(): void
  /** It is again. */
  given(): void
  close(): void
}

// Reads until this process is gone, in whatever way. Then, if the terminal was still taken: the main screen, wrapping, and the modes of before, but only
// where they are still ours, because a shell that noticed first has set its own. In a session of its own, where stty(1) is not stopped by SIGTTOU.
const script = `state=given
while read -r word; do state=$word; [ "$word" = over ] && exit 0; done
[ "$state" = given ] && exit 0
printf '\\033[?7h\\033[?1049l' >&2
[ -z "$1" ] || [ "$(stty -g <&3 2>/dev/null)" != "\${state#taken-}" ] || stty "$1" <&3 2>/dev/null
exit 0`

export function keepTerminal(): TerminalKeeper {
  let keeper: ChildProcess | undefined
  let isTaken = false
  const tell = (word: string) => keeper?.stdin?.write(`${word}\n`)
  return {
    taken() {
      if (process.platform === 'win32') return
      keeper ??= start(modes())
      isTaken = true
      // Raw mode is set in the same moment; what it makes of the modes is known a little later.
      tell('taken')
      setImmediate(() => {
        if (isTaken) tell(`taken-${modes()}`)
      })
    },
    given() {
      isTaken = false
      tell('given')
    },
    close() {
      isTaken = false
      tell('over')
      keeper?.stdin?.end()
      keeper = undefined
    },
  }
}

function start(before: string): ChildProcess {
  const keeper = spawn('sh', ['-c', script, 'sh', before], { stdio: ['pipe', 'ignore', 2, 0], detached: true })
  keeper.on('error', () => {})
  keeper.stdin?.on('error', () => {})
  keeper.unref()
  ;(keeper.stdin as unknown as { unref?: () => void } | null)?.unref?.()
  return keeper
}

/** All modes of the terminal in the form that stty(1) takes back; empty when it cannot be told. */
function modes(): string {
  const { status, stdout } = spawnSync('stty', ['-g'], { stdio: [0, 'pipe', 'ignore'], encoding: 'utf8' })
  return status === 0 ? stdout.trim() : ''
}
