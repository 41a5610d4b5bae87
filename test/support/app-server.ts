// A server with an application on it: a real sshd on loopback, behind which rsync runs as a user who is not root, so that file modes count.
import { chmod, chown, mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import type { Host } from '../../src/core/world.ts'
import { SshServer } from './ssh-server.ts'

export interface AppServerOptions {
  /** What lies in the application's folder, by path. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** The key may only read below the application's folder: `rrsync -ro`. */
  readonly restricted?: boolean
  /** It asks for a password where no key fits. */
  readonly passwords?: boolean
  /** The server user's ~/.bashrc, which bash reads for every command over ssh. */
  readonly bashrc?: string
}

/** uid and gid of `nobody`, on every Linux distribution. */
const nobody = 65_534
const isRoot = process.getuid?.() === 0

export class AppServer implements AsyncDisposable {
  /** As tests and `.shiprc` name it. */
  readonly host: Host = { ssh: 'app' }
  readonly ssh: SshServer
  /** Absolute, without a final slash: what `/srv/app` is elsewhere. */
  readonly root: string
  /** For a process that is to reach it: `ssh` on this PATH knows the host `app`. */
  readonly env: { readonly PATH: string }

  constructor(ssh: SshServer) {
    this.ssh = ssh
    this.root = join(ssh.folder, 'srv/app')
    this.env = { PATH: ssh.path }
  }

  /** Absolute path there. */
  at(path: string): string {
    return join(this.root, path)
  }

  /** Writes a file there, as somebody on the server would: it belongs to the server's user. */
  async write(path: string, content: string | Uint8Array, { mode = 0o644, mtime }: WriteOptions = {}): Promise<void> {
    const absolute = this.at(path)
    await this.#folder(dirname(path))
    await writeFile(absolute, content)
    await give(absolute)
    await chmod(absolute, mode)
    if (mtime !== undefined) await utimes(absolute, mtime, mtime)
  }

  async remove(path: string): Promise<void> {
    await rm(this.at(path), { recursive: true, force: true })
  }

  /** Puts a program before all others on the server: `program('rsync', '#!/bin/sh …')`. */
  async program(name: string, script: string): Promise<void> {
    await executable(join(this.ssh.folder, 'server-bin', name), script)
  }

  /** Puts a program before all others on this side. */
  async localProgram(name: string, script: string): Promise<void> {
    await executable(join(this.ssh.folder, 'bin', name), script)
  }

  /** The ssh of this server's PATH reaches another one under that name. */
  async knows(name: string, { ssh }: AppServer): Promise<void> {
    const config = join(this.ssh.folder, 'ssh_config')
    const host = `Host ${name}
  HostName 127.0.0.1
  Port ${ssh.port}
  User ${userInfo().username}
  IdentityFile ${ssh.folder}/user
  UserKnownHostsFile ${ssh.folder}/known
`
    await writeFile(config, host + (await readFile(config, 'utf8')))
  }

  async #folder(path: string): Promise<void> {
    if (path === '.' || path === '') return
    await this.#folder(dirname(path))
    const made = await mkdir(this.at(path)).then(
      () => true,
      () => false,
    )
    if (made) await give(this.at(path))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.ssh[Symbol.asyncDispose]()
  }
}

export interface WriteOptions {
  readonly mode?: number
  readonly mtime?: Date
}

/** `await using server = await appServer({ files: { 'index.php': '<?php' } })` */
export async function appServer({
  files = {},
  restricted = false,
  passwords = false,
  bashrc,
}: AppServerOptions = {}): Promise<AppServer> {
  const ssh = await SshServer.start({ login: folder => join(folder, 'login'), passwords })
  const server = new AppServer(ssh)
  const home = join(ssh.folder, 'home')
  await chmod(ssh.folder, 0o755)
  for (const folder of [server.root, home, join(ssh.folder, 'server-bin')]) await mkdir(folder, { recursive: true })
  await give(server.root)
  await give(home)
  if (bashrc !== undefined) await writeFile(join(home, '.bashrc'), bashrc)
  await executable(join(ssh.folder, 'login'), loginScript(ssh.folder, home, restricted ? server.root : undefined))
  for (const [path, content] of Object.entries(files)) await server.write(path, content)
  return server
}

// bash reads ~/.bashrc for a command over ssh only when it is the first shell of the login, which it tells by SHLVL (bash(1), INVOCATION).
function loginScript(folder: string, home: string, restrictedTo: string | undefined): string {
  const user = isRoot ? `setpriv --reuid=${nobody} --regid=${nobody} --clear-groups ` : ''
  const program = restrictedTo === undefined ? 'bash -c "$SSH_ORIGINAL_COMMAND"' : `rrsync -ro ${restrictedTo}`
  return `#!/bin/sh
cd ${home} || exit 1
export HOME=${home} PATH=${folder}/server-bin:/usr/local/bin:/usr/bin:/bin
exec env -u SHLVL ${user}${program}
`
}

async function executable(path: string, script: string): Promise<void> {
  await writeFile(path, script)
  await chmod(path, 0o755)
}

async function give(path: string): Promise<void> {
  if (isRoot) await chown(path, nobody, nobody)
}
