import { connect, createServer, type Server, type Socket } from 'node:net'

/** Passes bytes on to a port of loopback and closes a connection on which nothing came for a while, as firewalls and servers do. */
export class IdleProxy implements AsyncDisposable {
  readonly port: number
  readonly #server: Server
  readonly #sockets: Set<Socket>

  private constructor(server: Server, sockets: Set<Socket>) {
    this.#server = server
    this.#sockets = sockets
    this.port = (server.address() as { port: number }).port
  }

  /** `idleMs`: how long a connection may be silent, in both directions. */
  static start(to: number, idleMs: number): Promise<IdleProxy> {
    const sockets = new Set<Socket>()
    const server = createServer(near => {
      const far = connect(to, '127.0.0.1')
      const close = () => {
        near.destroy()
        far.destroy()
      }
      let timer = setTimeout(close, idleMs)
      for (const [from, into] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(from)
        from.on('data', chunk => {
          clearTimeout(timer)
          timer = setTimeout(close, idleMs)
          into.write(chunk)
        })
        from.on('end', () => into.end())
        from.on('error', close)
        from.on('close', () => sockets.delete(from))
      }
    })
    return new Promise((done, fail) => {
      server.once('error', fail)
      server.listen(0, '127.0.0.1', () => done(new IdleProxy(server, sockets)))
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise(done => this.#server.close(done))
  }
}
