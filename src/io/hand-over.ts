import { spawn } from 'node:child_process'
import type { Command, HandedOver } from '../core/world.ts'
import { lendingInterrupt } from './interrupt.ts'

// The person's own way to configure git (GIT_SSH_COMMAND, GIT_CONFIG_COUNT …) stays; which repository it works on is decided by the folder, as for us.
const repositoryNames =
  /^(GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR|OBJECT_DIRECTORY|NAMESPACE)|SHIP_GUARD_(GIT_DIR|WORK_TREE))$/

/**
 * Runs a program on the person's own terminal, so that it can ask for a password or a passphrase. With `quiet` what it prints is held back and
 * given here. Ctrl-C is the program's while it runs. Never throws for what the program does.
 */
export async function handOver(
  command: Command,
  signal: AbortSignal,
  { quiet = false }: { quiet?: boolean } = {},
): Promise<HandedOver> {
  const [program, ...args] = command.argv
  return lendingInterrupt(
    () =>
      new Promise<HandedOver>(done => {
        const child = spawn(program, args, {
          ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
          env: environmentWith(command.env),
          stdio: quiet ? ['inherit', 'ignore', 'pipe'] : 'inherit',
        })
        const said: Buffer[] = []
        child.stderr?.on('data', (chunk: Buffer) => said.push(chunk))
        // Ctrl-C reaches it by the terminal; who ends us alone means both.
        const end = () => void child.kill('SIGTERM')
        if (signal.aborted) end()
        signal.addEventListener('abort', end, { once: true })
        child.once('error', error => done({ code: 127, said: error.message }))
        child.once('close', (code, by) => {
          signal.removeEventListener('abort', end)
          done({ code: code ?? (by === 'SIGINT' ? 130 : 143), said: Buffer.concat(said).toString('utf8') })
        })
      }),
  )
}

function environmentWith(more: Command['env'] = {}): NodeJS.ProcessEnv {
  const all = Object.entries({ ...process.env, ...more })
  return Object.fromEntries(all.filter(([name, value]) => value !== undefined && !repositoryNames.test(name)))
}
