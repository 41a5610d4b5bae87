import { type ChildProcess, spawn, spawnSync } from 'node:child_process'

/** Brings the terminal back when this process is killed and can do nothing itself. */
export interface TerminalKeeper {
  /** Watches from before `take` on, which sets the terminal's modes. */
  watch(take: () => void): void
  /** It is as it was again. */
  given(): void
  close(): void
}

// Reads until this process is gone, in whatever way. Then, if the terminal was still taken: the main screen, wrapping, and the modes of before, but only
// where they are still ours, because a shell that noticed first has set its own. In a session of its own, where stty(1) is not stopped by SIGTTOU.
const script = `state=given
while read -r word; do state=$word; [ "$word" = over ] && exit 0; done
[ "$state" = given ] && exit 0
printf '\\033[?7h\\033[?1049l' >&2
[ "$state" = taken ] || [ "$(stty -g <&3 2>/dev/null)" = "\${state#taken-}" ] || exit 0
[ -z "$1" ] || stty "$1" <&3 2>/dev/null`

export function keepTerminal(): TerminalKeeper {
  let keeper: ChildProcess | undefined
  const tell = (word: string) => keeper?.stdin?.write(`${word}\n`)
  return {
    watch(take) {
      if (process.platform === 'win32') return take()
      keeper ??= start(modes())
      tell('taken')
      take()
      tell(`taken-${modes()}`)
    },
    given: () => void tell('given'),
    close() {
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
