import { spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { exec } from './temp-repo.ts'

/** git's own server over HTTP (git-http-backend(1)) on loopback, whose waiting connections can be closed. */
export class HttpServer implements AsyncDisposable {
  readonly url: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  /** Serves every repository below the folder to everybody, pushes too. */
  static async start(folder: string): Promise<HttpServer> {
    const programs = (await exec('git', ['--exec-path'])).stdout.trim()
    const server = createServer({ keepAliveTimeout: 60_000 }, (asked, answer) => serve(programs, folder, asked, answer))
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    return new HttpServer(server)
  }

  /** Closes every connection; how many there were. */
  cut(): number {
    const open = this.#sockets.size
    for (const socket of this.#sockets) socket.destroy()
    return open
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    await new Promise(done => this.#server.close(done))
  }
}

function serve(programs: string, folder: string, asked: IncomingMessage, answer: ServerResponse): void {
  const url = new URL(asked.url ?? '/', 'http://loopback')
  const { 'content-type': type = '', 'content-encoding': encoding = '' } = asked.headers
  const backend = spawn(`${programs}/git-http-backend`, {
    env: {
      PATH: process.env.PATH,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'http.receivepack',
      GIT_CONFIG_VALUE_0: 'true',
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: asked.method,
      CONTENT_TYPE: type,
      HTTP_CONTENT_ENCODING: encoding,
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  asked.pipe(backend.stdin)
  backend.stdin.on('error', () => {})
  const printed: Buffer[] = []
  backend.stdout.on('data', (chunk: Buffer) => printed.push(chunk))
  backend.on('close', () => {
    const text = Buffer.concat(printed).toString('latin1')
    const end = text.indexOf('\r\n\r\n')
    for (const line of text.slice(0, end).split('\r\n')) {
      const [name = '', value = ''] = line.split(': ')
      if (name === 'Status') answer.statusCode = Number(value.slice(0, 3))
      else answer.setHeader(name, value)
    }
    answer.end(Buffer.from(text.slice(end + 4), 'latin1'))
  })
}
