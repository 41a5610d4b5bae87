import { basename } from 'node:path/posix'
import { deepestFirst, flavourNamed, folderOf } from '../../evidence.ts'
import { downOf, requires } from '../../php-tools.ts'
import type { Flavour } from '../../rule.ts'
import { defineTool, type Project, type TextFile } from '../../tool.ts'
import { commands } from './commands.ts'
import { readLaravel } from './read.ts'

export default defineTool({
  id: 'laravel',
  title: 'Laravel migrations',
  why: 'Migrations of Laravel, Lumen and illuminate/database, also those of modules and of packages in the repository.',
  globs: [
    '**/database/migrations/**/*.php',
    '**/Database/{Migrations,migrations}/**/*.php',
    '**/packages/**/migrations/**/*.php',
    '!**/{node_modules,vendor,fixtures,testdata}/**',
  ],
  evidence: [
    '**/artisan',
    '**/composer.json',
    '**/.env.example',
    '**/config/database.php',
    '**/{docker-compose,compose}*.{yml,yaml}',
    '!**/{node_modules,vendor,fixtures,testdata}/**',
  ],
  detect,
  // Laravel runs the files of all its folders sorted by name; it looks for `*_*.php`.
  migrations: paths => paths.filter(path => /^[^/]*_[^/]*\.php$/.test(basename(path))).sort(byBasename),
  nameOf: path => basename(path, '.php'),
  versionOf: path => /^\d{4}_\d{2}_\d{2}_\d+/.exec(basename(path))?.[0],
  isRepeatable: () => false,
  running: ({ text }, _all, dialect) => ({
    // Only PostgreSQL's grammar says that it has transactions for schema changes: Illuminate\Database\Schema\Grammars.
    transaction: dialect === 'postgres' && !/\$withinTransaction\s*=\s*false\b/i.test(text) ? 'file' : 'none',
    down: downOf(text),
  }),
  read: readLaravel,
  commands,
})

const packages = ['laravel/framework', 'laravel/lumen-framework', 'illuminate/database']

function detect(evidence: readonly TextFile[], paths: readonly string[]): readonly Project[] {
  const folders = (test: (file: TextFile) => boolean) => evidence.filter(test).map(file => folderOf(file.path))
  const apps = folders(file => basename(file.path) === 'artisan')
  const asking = folders(file => basename(file.path) === 'composer.json' && requires(file.text, packages))
  // A module or a package inside an application is run by it.
  const roots = [...apps, ...outermost(asking.filter(folder => !apps.some(app => isWithin(folder, app))))]
  const loose = roots.length > 0 ? [] : outermost(paths.flatMap(looseRoot))
  return deepestFirst([...roots, ...loose].map(root => projectAt(root, evidence)))
}

/** A project of which only the migrations are in the repository. */
function looseRoot(path: string): string[] {
  const match = /^(?:(.*)\/)?database\/migrations\/\d{4}_\d{2}_\d{2}_\d{6}_\w+\.php$/.exec(path)
  return match === null ? [] : [match[1] ?? '']
}

function outermost(folders: readonly string[]): string[] {
  return [...new Set(folders)].filter(one => !folders.some(other => other !== one && isWithin(one, other)))
}

function isWithin(folder: string, other: string): boolean {
  return other === '' || folder === other || folder.startsWith(`${other}/`)
}

function projectAt(root: string, evidence: readonly TextFile[]): Project {
  const flavour = flavourAt(root, evidence)
  return { tool: 'laravel', root, ...(flavour === undefined ? {} : { flavour }) }
}

/** .env.example says it, unless it says SQLite as every new project does; then the containers; then the default of the config. */
function flavourAt(root: string, evidence: readonly TextFile[]): Flavour | undefined {
  const inside = root === '' ? '' : `${root}/`
  const textOf = (name: string) => evidence.find(file => file.path === `${inside}${name}`)?.text ?? ''
  const example = flavourNamed(/^DB_CONNECTION=(.*)$/m.exec(textOf('.env.example'))?.[1] ?? '')
  const compose =
    evidence.find(file => file.path.startsWith(inside) && /compose[^/]*\.ya?ml$/.test(file.path))?.text ?? ''
  const images = flavourNamed([...compose.matchAll(/^[ \t]*image:(.*)$/gm)].map(match => match[1]).join(' '))
  const standard = flavourNamed(/'default'\s*=>\s*([^\n]*)/.exec(textOf('config/database.php'))?.[1] ?? '')
  // MariaDB has been driven by Laravel's `mysql` connection for most of its life.
  if (example === 'mysql' && images === 'mariadb') return images
  return example !== undefined && example !== 'sqlite' ? example : (images ?? example ?? standard)
}

function byBasename(left: string, right: string): number {
  const [a, b] = [basename(left), basename(right)]
  if (a !== b) return a < b ? -1 : 1
  return left < right ? -1 : left > right ? 1 : 0
}
