import { join } from 'node:path'
import type { Engine, EngineRequest, EngineWorld, FoundEngine } from './engine.ts'
import { type MysqlPrograms, startMysql } from './mysql-server.ts'
import { foldersWith, nearestVersion, saidVersion, versionNumbers } from './programs.ts'

const places = [
  '/usr/sbin',
  '/usr/libexec',
  '/usr/local/sbin',
  '/usr/local/libexec',
  '/usr/local/mysql/bin',
  '/opt/homebrew/opt/mariadb*/bin',
  '/opt/homebrew/opt/mysql*/bin',
  '/usr/local/opt/mariadb*/bin',
  '/usr/local/opt/mysql*/bin',
]

/** The server programs of this machine that are of the wanted kind. Both kinds may be called mysqld: only what it says tells. */
export async function findMysql(
  world: EngineWorld,
  request: EngineRequest,
  { flavour, title }: Pick<MysqlPrograms, 'flavour' | 'title'>,
): ReturnType<Engine['find']> {
  const found: { program: string; said: string; version: readonly number[] }[] = []
  let other: string | undefined
  for (const program of await serverPrograms(world)) {
    const said = (await saidVersion(world, program))?.replace(/^.*\bVer /, '')
    if (said === undefined) continue
    if (/mariadb/i.test(said) === (flavour === 'mariadb')) found.push({ program, said, version: versionNumbers(said) })
    else other = said
  }
  const best = nearestVersion(found, request.version)
  if (best === undefined) return absent(title, other)
  const install = flavour === 'mariadb' ? await installProgram(world) : undefined
  if (flavour === 'mariadb' && install === undefined) return { absent: 'mariadb-install-db is not on this machine' }
  return engineOf(world, request, { flavour, title, server: best.program, install }, best.version)
}

function engineOf(
  world: EngineWorld,
  request: EngineRequest,
  programs: MysqlPrograms,
  version: readonly number[],
): FoundEngine {
  return {
    shown: `${programs.title} ${version.join('.')} (${programs.server})`,
    start: () => startMysql(world, programs, request),
  }
}

function absent(title: string, other: string | undefined): { absent: string } {
  const instead =
    other === undefined
      ? ''
      : `; what is here is ${/mariadb/i.test(other) ? 'MariaDB' : 'MySQL'} ${versionNumbers(other).join('.')}, which may do otherwise`
  return { absent: `${title} is not on this machine${instead}` }
}

async function serverPrograms(world: EngineWorld): Promise<readonly string[]> {
  const named = ['mariadbd', 'mysqld']
  const folders = await Promise.all(named.map(name => foldersWith(world, [name], places)))
  return named.flatMap((name, index) => folders[index]!.map(folder => join(folder, name)))
}

async function installProgram(world: EngineWorld): Promise<string | undefined> {
  for (const name of ['mariadb-install-db', 'mysql_install_db']) {
    const [folder] = await foldersWith(world, [name], [...places, '/usr/bin', '/usr/local/bin'])
    if (folder !== undefined) return join(folder, name)
  }
  return undefined
}
