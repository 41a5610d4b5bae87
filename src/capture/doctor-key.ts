import type { KeyLine } from '../core/diagnosis.ts'
import type { CaptureSource } from '../core/environment.ts'
import { folderProblem } from '../core/server-names.ts'
import type { Host, World } from '../core/world.ts'

type KeyWorld = Pick<World, 'run' | 'files' | 'env'>

/**
 * The line for ~/.ssh/authorized_keys on the server with which a key can read the folders of a capture and nothing else (sshd(8),
 * AUTHORIZED_KEYS FILE FORMAT; rrsync(1)). Undefined when no one folder but a whole home or disk holds all of them.
 */
export async function keyLine(source: CaptureSource, host: Host, world: KeyWorld): Promise<KeyLine | undefined> {
  const folder = source.restrictedTo ?? commonFolder(source)
  if (folderProblem(folder) !== undefined) return undefined
  const key = await publicKey(host, world)
  const steps =
    source.restrictedTo === undefined
      ? `Put it into ~/.ssh/authorized_keys there for a key of its own, and write \`restrictedTo: ${folder}\` into this \`capture\`.`
      : 'This is how the key is restricted already, as the config says.'
  return {
    line: `restrict,command="rrsync -ro ${word(folder)}" ${key ?? '<the line of your .pub file>'}`,
    instead: steps,
  }
}

/** The innermost folder that holds every root and every file that tells the commit. */
export function commonFolder({ roots, revision }: Pick<CaptureSource, 'roots' | 'revision'>): string {
  const paths = [
    ...roots.map(({ from }) => from.split('/').slice(1, -1)),
    ...revision.map(path => path.split('/').slice(1, -1)),
  ]
  const [first = [], ...others] = paths
  const shared = first.filter((_, at) =>
    others.every(other => other.slice(0, at + 1).join('/') === first.slice(0, at + 1).join('/')),
  )
  return `/${shared.join('/')}`
}

// The command is read by the login's shell; a quote and a backslash cannot be in the path (see core/server-names.ts).
function word(folder: string): string {
  return /^[\w@%+=:,./-]+$/.test(folder) ? folder : `'${folder}'`
}

/** The first public key that ssh would offer to this host; ssh(1), -G. */
async function publicKey({ ssh, port }: Host, { run, files, env }: KeyWorld): Promise<string | undefined> {
  const at = port === undefined ? [] : ['-p', String(port)]
  const asked = await run({ argv: ['ssh', '-G', ...at, '--', ssh] }, { timeoutMs: 20_000 })
  const paths = [
    ...Buffer.from(asked.stdout)
      .toString('utf8')
      .matchAll(/^identityfile (.+)$/gm),
  ].map(([, path]) => path!.replace(/^~(?=\/)/, env.HOME ?? '~'))
  for (const path of paths) {
    const text = await files.text(`${path}.pub`).catch(() => undefined)
    const line = /^(?:ssh|ecdsa|sk)-[\w@.-]+ [A-Za-z0-9+/=]+(?: [ -~]*)?$/m.exec(text ?? '')?.[0]
    if (line !== undefined) return line.trim()
  }
  return undefined
}
