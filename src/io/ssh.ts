// Commands on another machine. ssh gives the remote shell one line, so every word is quoted for a POSIX shell here and nowhere else.
import { sshOptions } from '../core/ssh-options.ts'
import type { Command, Host } from '../core/world.ts'

/**
 * The same command by way of ssh(1). Never asks anything (BatchMode): a key that is missing or a host that is not known is an error with exit
 * code 255, and nothing is forwarded. `env` of the command is set on the other side, so it must hold no secrets.
 */
export function overSsh({ argv, cwd, input, env }: Command, { ssh, port }: Host): Command {
  const settings = Object.entries(env ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  )
  const words = settings.length === 0 ? argv : ['env', ...settings, ...argv]
  const line = words.map(quoted).join(' ')
  const remote = cwd === undefined ? `exec ${line}` : `cd ${quoted(cwd)} && exec ${line}`
  const at = port === undefined ? [] : ['-p', String(port)]
  return { argv: ['ssh', ...sshOptions, ...at, '--', ssh, remote], ...(input === undefined ? {} : { input }) }
}

/** POSIX shell, "2.2.2 Single-Quotes": nothing inside is special but the quote itself. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
