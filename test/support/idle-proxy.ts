import { connect, createServer, type Server, type Socket } from 'node:net'

/** Passes bytes on to a port of loopback and closes what is open when told to, as firewalls and servers do with connections that stay silent. */
export class IdleProxy implements AsyncDisposable {
  readonly port: number
  /** How many bytes have passed, in both directions. */
  passed = 0
  readonly #server: Server
  readonly #sockets: Set<Socket>

  private constructor(server: Server, sockets: Set<Socket>) {
    this.#server = server
    this.#sockets = sockets
    this.port = (server.address() as { port: number }).port
  }

  static start(to: number): Promise<IdleProxy> {
    const sockets = new Set<Socket>()
    const passing: { proxy?: IdleProxy } = {}
    const server = createServer(near => {
      const far = connect(to, '127.0.0.1')
      for (const [from, into] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(from)
        from.pipe(into)
        from.on('data', chunk => (passing.proxy!.passed += chunk.length))
        from.on('error', () => into.destroy())
        from.on('close', () => {
          sockets.delete(from)
          into.destroy()
        })
      }
    })
    return new Promise((done, fail) => {
      server.once('error', fail)
      server.listen(0, '127.0.0.1', () => {
        passing.proxy = new IdleProxy(server, sockets)
        done(passing.proxy)
      })
    })
  }

  /** Closes every connection; how many there were. */
  cut(): number {
    const open = this.#sockets.size
    for (const socket of this.#sockets) socket.destroy()
    return open / 2
  }

  /** From now on nothing passes and nobody is told, as behind a router that has forgotten the connection. */
  forget(): void {
    for (const socket of this.#sockets) socket.unpipe().pause()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    await new Promise(done => this.#server.close(done))
  }
}
