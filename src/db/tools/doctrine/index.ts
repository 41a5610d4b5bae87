import { basename } from 'node:path/posix'
import { deepestFirst, flavourNamed, folderOf, join, under } from '../../evidence.ts'
import { downOf, requires } from '../../php-tools.ts'
import type { Flavour } from '../../rule.ts'
import { defineTool, type Project, type TextFile } from '../../tool.ts'
import { commands } from './commands.ts'
import { readDoctrine } from './read.ts'

export default defineTool({
  id: 'doctrine',
  title: 'Doctrine migrations',
  why: 'Migrations of Doctrine, with Symfony (DoctrineMigrationsBundle) and without.',
  globs: [
    '**/{migrations,Migrations}/**/Version*.php',
    '**/Version[0-9]*.php',
    '!**/{node_modules,vendor,fixtures,testdata}/**',
  ],
  evidence: [
    '**/composer.json',
    '**/doctrine_migrations.{yaml,yml}',
    '**/migrations.{php,json}',
    '**/.env',
    '**/.env.{dist,example}',
    '**/config/packages/doctrine.yaml',
    '**/{docker-compose,compose}*.{yml,yaml}',
    '!**/{node_modules,vendor,fixtures,testdata}/**',
  ],
  detect,
  migrations: (paths, texts) =>
    paths
      .filter(path => /^Version\w+\.php$/.test(basename(path)))
      .map(path => ({ path, key: orderKey(path, texts?.get(path)) }))
      .sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0))
      .map(({ path }) => path),
  nameOf,
  versionOf: path => /^Version(\d+)/.exec(basename(path))?.[1],
  isRepeatable: () => false,
  running: ({ text }, _all, dialect) => ({
    // MySQL and MariaDB commit at every change of the schema, whatever Doctrine opens around it.
    transaction: dialect === 'mysql' || isNotTransactional.test(text) ? 'none' : 'file',
    down: downOf(text),
  }),
  read: readDoctrine,
  commands,
})

const isNotTransactional = /function\s+isTransactional\s*\([^)]*\)[^{]*\{\s*return\s+false\b/i

/** Doctrine compares the whole class names. Without the text all are taken to be of one namespace. */
function orderKey(path: string, text: string | undefined): string {
  return `${text === undefined ? basename(path, '.php') : nameOf(path, text)} ${path}`
}

function nameOf(path: string, text?: string): string {
  const namespace =
    /^[ \t]*namespace\s+([\w\\]+)/m.exec(text ?? '')?.[1] ?? (text === undefined ? 'DoctrineMigrations' : '')
  return namespace === '' ? basename(path, '.php') : `${namespace}\\${basename(path, '.php')}`
}

const packages = ['doctrine/migrations', 'doctrine/doctrine-migrations-bundle']

function detect(evidence: readonly TextFile[], paths: readonly string[]): readonly Project[] {
  const roots = evidence
    .filter(file => basename(file.path) === 'composer.json' && requires(file.text, packages))
    .map(file => folderOf(file.path))
  return paths.length === 0 ? [] : deepestFirst(roots.map(root => projectAt(root, evidence)))
}

function projectAt(root: string, evidence: readonly TextFile[]): Project {
  const inside = root === '' ? '' : `${root}/`
  const own = evidence.filter(file => file.path.startsWith(inside))
  const folders = own.flatMap(file => foldersIn(file, root))
  const flavour = flavourOf(own)
  return {
    tool: 'doctrine',
    root,
    ...(folders.length === 0 ? {} : { globs: folders.map(folder => under(folder, '**/*.php')) }),
    ...(flavour === undefined ? {} : { flavour }),
  }
}

/** Folders under `migrations_paths`: in YAML below the project, in migrations.php and migrations.json below that file. */
function foldersIn({ path, text }: TextFile, root: string): string[] {
  const block = /migrations_paths['"]?\s*(?::|=>)\s*([\s\S]*?)(?:\n\s*\n|\]|\}|\n\S|$)/.exec(text)?.[1] ?? ''
  if (/doctrine_migrations\.ya?ml$/.test(path))
    return [...block.matchAll(/%kernel\.project_dir%\/([^'"\s]+)/g)].map(match => join(root, match[1]!))
  if (!/(?:^|\/)migrations\.(?:php|json)$/.test(path)) return []
  const listed = block.matchAll(/(?::|=>)\s*(?:__DIR__\s*\.\s*)?['"]([^'"]+)['"]/g)
  return [...listed].map(match => join(folderOf(path), match[1]!.replace(/^\//, '')))
}

function flavourOf(evidence: readonly TextFile[]): Flavour | undefined {
  const said = (name: RegExp, words: RegExp) =>
    evidence
      .filter(file => name.test(file.path))
      .map(file => flavourNamed([...file.text.matchAll(words)].map(match => match[1]).join(' ')))
      .find(flavour => flavour !== undefined)
  const url = said(/(?:^|\/)\.env(?:\.\w+)?$/, /^DATABASE_URL=(.*)$/gm)
  const images = said(/compose[^/]*\.ya?ml$/, /^[ \t]*image:(.*)$/gm)
  // A DATABASE_URL for MySQL tells MariaDB by its serverVersion only.
  return url === 'mysql' && images === 'mariadb' ? images : (url ?? images ?? said(/doctrine\.yaml$/, /driver:(.*)$/gm))
}
