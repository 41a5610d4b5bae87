// An application in a repository and on a server, as it is right after a deploy.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type AppServer, type AppServerOptions, appServer } from './app-server.ts'
import { type TempRepo, tempRepo } from './temp-repo.ts'

export interface Deployed extends AsyncDisposable {
  readonly repo: TempRepo
  readonly server: AppServer
  /** `ship-guard capture …` of the built package, with the server reachable. */
  capture(...args: string[]): ReturnType<TempRepo['shipGuard']>
}

export interface DeployedOptions {
  readonly files: Readonly<Record<string, string>>
  /** Of the config: a preset, or an object in YAML's flow style. */
  readonly capture?: string
  readonly server?: AppServerOptions
}

/** The server has the files of the last commit, and REVISION says which one that is. */
export async function deployed({ files, capture = 'plain', server: options }: DeployedOptions): Promise<Deployed> {
  const server = await appServer(options)
  const config = `environments:\n  production:\n    ssh: app\n    path: ${server.root}\n    capture: ${capture}\n`
  const repo = await tempRepo({ ...files, '.shiprc': config })
  for (const path of (await repo.ok('ls-files', '-z')).split('\0').filter(name => name !== ''))
    await server.write(path, await repo.read(path))
  await server.write('REVISION', `${await repo.ok('rev-parse', 'HEAD')}\n`)
  return {
    repo,
    server,
    capture: (...args) => repo.shipGuard(['capture', ...args], { env: { PATH: server.env.PATH } }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await repo[Symbol.asyncDispose]()
    },
  }
}

type Own = Readonly<Record<'index' | 'refs', string> & Record<'objects' | 'files', readonly string[]>>

/** Everything of the user's that a capture must not touch before the merge: index, work tree, refs and objects. */
export async function own({ repo }: Pick<Deployed, 'repo'>): Promise<Own> {
  const { dir } = repo
  const find = ['.', '-path', './.git', '-prune', '-o', '-printf', '%p %s %T@ %m\n']
  const listed = await promisify(execFile)('find', find, { cwd: dir })
  return {
    index: readFileSync(join(dir, '.git/index')).toString('base64'),
    refs: await repo.ok('for-each-ref'),
    objects: (await repo.ok('cat-file', '--batch-all-objects', '--batch-check', '--unordered')).split('\n').sort(),
    files: listed.stdout.split('\n').sort(),
  }
}

/** Contents of every object there is, of the repository and of every quarantine. */
export async function everyObject(dir: string): Promise<string> {
  const quarantines = await promisify(execFile)('find', [join(dir, '.git/ship-guard'), '-name', 'quarantine'])
  const stores = [join(dir, '.git/objects'), ...quarantines.stdout.split('\n').filter(path => path !== '')]
  const contents: string[] = []
  for (const store of stores) {
    const argv = ['cat-file', '--batch-all-objects', '--batch', '--buffer']
    const env = { ...process.env, GIT_OBJECT_DIRECTORY: store }
    const { stdout } = await promisify(execFile)('git', argv, { cwd: dir, env, maxBuffer: 1e9 })
    contents.push(stdout)
  }
  return contents.join('\n')
}
