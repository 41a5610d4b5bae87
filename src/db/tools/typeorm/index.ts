import { basename } from 'node:path/posix'
import { codeEndings, downOf, withoutCompiled } from '../../code/ecmascript/migration.ts'
import { deepestFirst, dependsOn, flavoured, folderOf, join, packageFolder, under } from '../../evidence.ts'
import { byName } from '../../sql-parts.ts'
import { defineTool, type Project, type TextFile } from '../../tool.ts'
import { commands } from './commands.ts'
import { read } from './read.ts'

const files = `**/{migrations,migration}/**/*.${codeEndings}`

export default defineTool({
  id: 'typeorm',
  title: 'TypeORM',
  why: 'Classes with `up` and `down` that get a query runner, in the order of the time in their names.',
  globs: [files, '!**/{node_modules,vendor,fixtures,testdata}/**'],
  evidence: [
    '**/{data-source,datasource,dataSource,ormconfig,typeorm.config,orm.config}.{ts,js,cjs,mjs,json}',
    '**/package.json',
    '!**/node_modules/**',
  ],
  detect: (evidence, paths) => deepestFirst(projectsIn(evidence, paths)),
  migrations(paths, texts) {
    const version = (path: string) => Number(timeIn(path, texts?.get(path)) ?? 0)
    return withoutCompiled(paths)
      .filter(path => !/(?:^|\/)index\.[cm]?[jt]s$/.test(path))
      .sort((a, b) => version(a) - version(b) || byName(basename(a), basename(b)) || byName(a, b))
  },
  nameOf: (path, text) => nameIn(text) ?? basename(path).replace(/\.[cm]?[jt]s$/, ''),
  versionOf: path => timeIn(path, undefined),
  isRepeatable: () => false,
  running: ({ text }) => ({
    transaction: /\btransaction\s*(?::\s*\w+\s*)?=\s*false\b/.test(text) ? 'none' : 'file',
    down: downOf(text),
  }),
  read,
  commands,
})

/** `name = 'AddUsers1700000000000'`, else the class's own name. */
function nameIn(text = ''): string | undefined {
  return (
    /\bname\s*(?::\s*string\s*)?=\s*["'`]([^"'`]+)["'`]/.exec(text)?.[1] ?? /\bclass\s+(\w+\d{10,})/.exec(text)?.[1]
  )
}

/** TypeORM orders by the last 13 characters of the name (MigrationExecutor.getMigrations); the CLI puts the same time before the file's. */
function timeIn(path: string, text: string | undefined): string | undefined {
  return /(\d{13})$/.exec(nameIn(text) ?? '')?.[1] ?? /^(\d{10,})/.exec(basename(path))?.[1]
}

function projectsIn(evidence: readonly TextFile[], paths: readonly string[]): Project[] {
  const roots = evidence
    .filter(file => basename(file.path) === 'package.json' && dependsOn(file, 'typeorm'))
    .map(file => folderOf(file.path))
  const configs = evidence.filter(
    file => basename(file.path) !== 'package.json' && /\bDataSource\b|\bmigrations["']?\s*:/.test(file.text),
  )
  const configured = configs.flatMap(file => configuredBy(file, evidence))
  const known = new Set(configured.map(project => project.root))
  const others = roots
    .filter(root => !known.has(root) && paths.some(path => root === '' || path.startsWith(`${root}/`)))
    .map((root): Project => ({ tool: 'typeorm', root, globs: [under(root, files)] }))
  return [...configured, ...others]
}

function configuredBy({ path, text }: TextFile, evidence: readonly TextFile[]): Project[] {
  const folder = folderOf(path)
  const root = packageFolder(folder, evidence) ?? folder
  const said = /\bmigrations["']?\s*:\s*\[([^\]]*)\]/.exec(text)?.[1]
  if (said === undefined) return []
  const words = /\btype["']?\s*:\s*["'`](\w[\w-]*)["'`]/.exec(text)?.[1] ?? ''
  const globs = [...said.matchAll(/["'`]([^"'`]+)["'`]/g)].flatMap(match => globsOf(match[1]!, folder, root))
  const own = globs.length === 0 ? [under(root, files)] : globs
  return [
    { tool: 'typeorm', root, globs: own, ...flavoured(words), config: path.slice(root === '' ? 0 : root.length + 1) },
  ]
}

/** `dist/migrations/*.js` is what a compiler makes of `src/migrations/*.ts`; `__dirname` is the config's own folder. */
function globsOf(said: string, folder: string, root: string): string[] {
  if (!said.includes('*')) return []
  const isOwn = /__dirname|import\.meta/.test(said)
  const bare = said.replace(/^\$\{[^}]*\}/, '').replace(/^\/+/, '')
  const glob = join(isOwn || said.startsWith('/') ? folder : root, bare).replace(
    /\{(?:\.?[cm]?[jt]s,?)+\}$|\.[cm]?[jt]s$/,
    '',
  )
  const stem = glob.replace(/\.$/, '')
  const sources = stem.replace(/(^|\/)(?:dist|build|lib)\//, '$1src/')
  return [...new Set([stem, sources])].map(one => `${one}.${codeEndings}`)
}
