import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { eventually } from './scratch.ts'
import { exec } from './temp-repo.ts'

export interface SshServerOptions {
  /** What the key's owner gets instead of a shell (sshd(8), command="…"); the asked command is in SSH_ORIGINAL_COMMAND. */
  readonly login?: (folder: string) => string
  /** It asks for a password where no key fits. */
  readonly passwords?: boolean
}

/** A real sshd on loopback that lives for one test, with keys of its own, and an `ssh` that knows it as the host `app`. */
export class SshServer implements AsyncDisposable {
  readonly folder: string
  readonly port: number
  /** PATH on which `ssh` is the real client with a config of the test's own: none of the developer's takes part. */
  readonly path: string
  readonly #process: ChildProcess

  private constructor(folder: string, port: number, process: ChildProcess) {
    this.folder = folder
    this.port = port
    this.path = `${join(folder, 'bin')}:${globalThis.process.env.PATH}`
    this.#process = process
  }

  static async start({ login, passwords = false }: SshServerOptions = {}): Promise<SshServer> {
    const folder = await mkdtemp(join(tmpdir(), 'ship-guard-sshd-'))
    for (const name of ['host', 'user'])
      await must('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(folder, name)])
    const port = await freePort()
    const limits = login === undefined ? '' : `restrict,command="${login(folder)}" `
    const key = await readFile(join(folder, 'user.pub'), 'utf8')
    await writeFile(join(folder, 'allowed'), limits + key, { mode: 0o600 })
    await writeFile(join(folder, 'sshd_config'), serverConfig(folder, port, passwords))
    const hostKey = await readFile(join(folder, 'host.pub'), 'utf8')
    await writeFile(join(folder, 'known'), `[127.0.0.1]:${port} ${hostKey}`)
    await writeFile(join(folder, 'ssh_config'), clientConfig(folder, port))
    await mkdir(join(folder, 'bin'))
    await writeFile(join(folder, 'bin/ssh'), `#!/bin/sh\nexec ${await realSsh()} -F ${folder}/ssh_config "$@"\n`)
    await chmod(join(folder, 'bin/ssh'), 0o755)
    // sshd(8), FILES: as root it wants this folder to lock itself into.
    if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 })
    const server = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: 'ignore' })
    const started = new SshServer(folder, port, server)
    if (await eventually(() => server.exitCode !== null || answers(port))) if (server.exitCode === null) return started
    await started[Symbol.asyncDispose]()
    throw new Error('sshd does not start. Run scripts/tools/ssh.sh.')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise(done => this.#process.once('exit', done))
    if (this.#process.exitCode === null && this.#process.kill('SIGTERM')) await ended
    await rm(this.folder, { recursive: true, force: true })
  }
}

function serverConfig(folder: string, port: number, passwords: boolean): string {
  return `Port ${port}
ListenAddress 127.0.0.1
HostKey ${folder}/host
AuthorizedKeysFile ${folder}/allowed
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication ${passwords ? 'yes' : 'no'}
KbdInteractiveAuthentication no
PermitRootLogin ${passwords ? 'yes' : 'prohibit-password'}
PermitUserEnvironment no
MaxStartups 100
`
}

function clientConfig(folder: string, port: number): string {
  return `Host app
  HostName 127.0.0.1
  Port ${port}
  User ${userInfo().username}
Host *
  IdentityFile ${folder}/user
  IdentitiesOnly yes
  UserKnownHostsFile ${folder}/known
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  LogLevel ERROR
`
}

async function realSsh(): Promise<string> {
  const { stdout } = await must('sh', ['-c', 'command -v ssh'])
  return stdout.trim()
}

async function must(program: string, args: readonly string[]) {
  const ended = await exec(program, args).catch(() => undefined)
  if (ended?.code === 0) return ended
  throw new Error(`${program} is not there or fails: ${ended?.stderr ?? ''}. Run scripts/tools/ssh.sh.`)
}

/** A port of loopback on which nobody listens. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer()
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => done(port))
    })
  })
}

function answers(port: number): Promise<boolean> {
  return new Promise(done => {
    const socket = connect(port, '127.0.0.1')
    socket.once('data', () => done(true))
    socket.once('error', () => done(false))
    socket.once('close', () => done(false))
    socket.on('data', () => socket.destroy())
  })
}
