import { basename } from 'node:path/posix'
import { headsOf, inDependencyOrder, severalHeads } from '../../dependency-order.ts'
import { deepestFirst, flavoured, folderOf, join, under } from '../../evidence.ts'
import type { DialectId } from '../../statement.ts'
import { defineTool, type Project, type Running, type TextFile } from '../../tool.ts'
import { commands } from './commands.ts'
import { readRevision } from './read.ts'
import { hasLabels, isRevision, parentsOf, revisionOf } from './revisions.ts'

export default defineTool({
  id: 'alembic',
  title: 'Alembic',
  why: 'Revisions in Python for SQLAlchemy, also through Flask-Migrate, each of which names the one it follows.',
  globs: ['**/versions/**/*.py', '!**/{node_modules,vendor,fixtures,testdata,site-packages}/**'],
  evidence: ['**/alembic.ini', '**/pyproject.toml', '**/.env{.example,.sample,}'],
  detect: (evidence, paths) => deepestFirst(evidence.flatMap(file => projectOf(file, evidence, paths))),
  migrations(paths, texts) {
    const own = paths.filter(path => isRevision(path, texts))
    const nameOf = (path: string) => revisionOf(path, texts?.get(path))
    return inDependencyOrder(own, path => parentsOf(texts?.get(path)), nameOf)
  },
  ordersByContent: true,
  nameOf: revisionOf,
  versionOf: () => undefined,
  isRepeatable: () => false,
  running: ({ text }, _all, dialect) => ({ transaction: transactionOf(text, dialect), down: downOf(text) }),
  read: readRevision,
  verify(_project, texts) {
    const paths = [...texts.keys()].filter(path => path.endsWith('.py') && isRevision(path, texts))
    const nameOf = (path: string) => revisionOf(path, texts.get(path))
    // Branches with labels are meant to have ends of their own.
    if (paths.some(path => hasLabels(texts.get(path)!))) return []
    return headsOf(
      paths,
      path => parentsOf(texts.get(path)),
      nameOf,
      () => '',
    )
      .filter(heads => heads.length > 1)
      .map(heads =>
        severalHeads(heads, nameOf, 'Alembic', 'Run `alembic merge heads` and commit the revision that joins them.'),
      )
  },
  commands,
})

/** alembic.ini lies at the root of a project; Flask-Migrate's own lies in the folder of its scripts. */
function projectOf({ path, text }: TextFile, evidence: readonly TextFile[], paths: readonly string[]): Project[] {
  const folder = folderOf(path)
  const isConfig =
    basename(path) === 'alembic.ini' || (basename(path) === 'pyproject.toml' && /^\[tool\.alembic\]/m.test(text))
  if (!isConfig) return []
  const said = /^[ \t]*script_location\s*=\s*"?(?:%\(here\)s\/|\.\/)?([^\s"#]+)/m.exec(text)?.[1]
  const root =
    said === undefined && paths.some(one => one.startsWith(`${folder}/versions/`)) ? folderOf(folder) : folder
  const scripts = said === undefined ? folder : join(folder, said.replaceAll(':', '/'))
  const url = /^[ \t]*sqlalchemy\.url\s*=\s*(\S+)/m.exec(text)?.[1]?.replace(/:\/\/.*/, '') ?? ''
  const own = evidence.filter(file => /\.env/.test(file.path) && folderOf(file.path) === root)
  const words = [
    url,
    ...own.flatMap(file => [...file.text.matchAll(/=\s*["']?(\w+)(?:\+\w+)?:\/\//g)].map(match => match[1]!)),
  ]
  return [{ tool: 'alembic', root, globs: [under(scripts, '**/*.py')], ...flavoured(words.join(' ')) }]
}

/** Alembic wraps a migration where the database has transactional DDL. `autocommit_block` leaves the transaction for a while. */
function transactionOf(text: string, dialect: DialectId): Running['transaction'] {
  if (dialect !== 'postgres') return 'none'
  return /\bautocommit_block\b/.test(text) ? 'unknown' : 'file'
}

function downOf(text: string): Running['down'] {
  const body = /^def\s+downgrade\s*\([^)]*\)[^:\n]*:((?:[^\n]*\n?)(?:(?:[ \t]+[^\n]*|[ \t]*)(?:\n|$))*)/m.exec(
    text,
  )?.[1]
  if (body === undefined) return 'missing'
  const plain = body.replace(/"""[\s\S]*?"""|'''[\s\S]*?'''|#[^\n]*/g, '').trim()
  if (plain === '' || plain === 'pass' || plain === '...') return 'empty'
  return /^raise\b/.test(plain) ? 'irreversible' : 'present'
}
