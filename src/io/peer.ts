// Who is at the other end of a connection over loopback. Every user of a machine reaches its loopback, and sees the words of every process: also the
// address, with its token, that a browser was started with.
import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'

/** Whether a socket of another user asks. False where it cannot be told (no /proc), and for root, who may do anything anyway. */
export async function isAnotherUser({
  remotePort,
  localPort,
}: Pick<Socket, 'remotePort' | 'localPort'>): Promise<boolean> {
  const own = process.getuid?.()
  if (own === undefined || remotePort === undefined || localPort === undefined) return false
  const sockets = await Promise.all(
    ['tcp', 'tcp6'].map(table => readFile(`/proc/net/${table}`, 'latin1').catch(() => '')),
  )
  const users = sockets.flatMap(table => usersOf(table, { from: remotePort, to: localPort }))
  return users.some(user => user !== own && user !== 0)
}

/** Users whose socket goes from the one port to the other, by a table as proc_net(5) describes it. */
export function usersOf(table: string, { from, to }: { from: number; to: number }): readonly number[] {
  const port = (number: number) => `:${number.toString(16).toUpperCase().padStart(4, '0')}`
  return table.split('\n').flatMap(line => {
    const [, local = '', remote = '', , , , , user = ''] = line.trim().split(/\s+/)
    return local.endsWith(port(from)) && remote.endsWith(port(to)) ? [Number(user)] : []
  })
}
