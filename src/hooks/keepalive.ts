import type { Git, World } from '../core/world.ts'

/**
 * What keeps an SSH connection open while the gates run: every 30 seconds a message to the server, and ten minutes of patience with a silent one
 * (ssh_config(5), ServerAliveInterval). Against a limit that the server's own program sets it does nothing.
 */
export const keepaliveCommand = 'ssh -o ServerAliveInterval=30 -o ServerAliveCountMax=20'

export type KeepalivePlan =
  | { readonly outcome: 'set' }
  | { readonly outcome: 'there-already' }
  /** The user's own way to connect stays as it is. */
  | { readonly outcome: 'left'; readonly because: string; readonly instead: string }

type Asked = Pick<Git, 'answer'>

/** Whether keepalive can be switched on for this clone without changing how the user connects. Nothing is written. */
export async function planKeepalive(git: Asked, env: World['env']): Promise<KeepalivePlan> {
  const variable = ['GIT_SSH_COMMAND', 'GIT_SSH'].find(name => (env[name] ?? '') !== '')
  if (variable !== undefined) return left(`${variable} is set, and git would not look at core.sshCommand`)
  const set = await git.answer(['config', '--get', 'core.sshCommand'])
  if (set === keepaliveCommand && (await ownCount(git)) > 0) return { outcome: 'there-already' }
  if (set !== undefined) return left('core.sshCommand is set already')
  const variant = (await git.answer(['config', '--get', 'ssh.variant'])) ?? 'ssh'
  // PuTTY's plink and the like know no -o.
  if (variant !== 'ssh' && variant !== 'auto') return left(`ssh.variant is ${variant}`)
  return { outcome: 'set' }
}

/** Switches it on, in the config of this clone alone. Only after a plan said `set`. Throws GitError when the config cannot be written. */
export async function setKeepalive(git: Pick<Git, 'text'>): Promise<void> {
  await git.text(['config', '--local', 'core.sshCommand', keepaliveCommand])
}

/** Takes out exactly what `setKeepalive` wrote; false when it is not there, or the user changed it. */
export async function removeKeepalive(git: Pick<Git, 'answer' | 'code'>): Promise<boolean> {
  if ((await ownCount(git)) === 0) return false
  const unset = ['config', '--local', '--fixed-value', '--unset-all', 'core.sshCommand', keepaliveCommand]
  return (await git.code(unset)) === 0
}

async function ownCount(git: Asked): Promise<number> {
  const values = (await git.answer(['config', '--local', '--get-all', 'core.sshCommand'])) ?? ''
  return values.split('\n').filter(value => value === keepaliveCommand).length
}

function left(because: string): KeepalivePlan {
  return {
    outcome: 'left',
    because: `${because}, so it stays as it is.`,
    instead: 'Add these two lines for the host to ~/.ssh/config: ServerAliveInterval 30 and ServerAliveCountMax 20.',
  }
}
