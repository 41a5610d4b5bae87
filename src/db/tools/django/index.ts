import { basename } from 'node:path/posix'
import { inDependencyOrder } from '../../dependency-order.ts'
import { deepestFirst, flavoured, folderOf, under } from '../../evidence.ts'
import { defineTool, type Project, type TextFile } from '../../tool.ts'
import { commands } from './commands.ts'
import { conflicts } from './conflicts.ts'
import { readMigration } from './operations.ts'
import { dependenciesIn, djangoName, isMigration } from './order.ts'
import { runningOf } from './running.ts'

const globs = [
  '**/migrations/[0-9]*.py',
  '**/migrations/*.py',
  '!**/migrations/__init__.py',
  '!**/{node_modules,vendor,fixtures,testdata,site-packages}/**',
]

export default defineTool({
  id: 'django',
  title: 'Django',
  why: 'Migrations of each app, written in Python, in the order of their dependencies.',
  globs,
  evidence: [
    '**/manage.py',
    '**/settings.py',
    '**/settings/*.py',
    '**/{pyproject.toml,Pipfile,setup.cfg,setup.py}',
    '**/requirements*.txt',
  ],
  detect: evidence => deepestFirst(evidence.flatMap(file => projectOf(file, evidence))),
  migrations(paths, texts) {
    const own = paths.filter(path => basename(path) !== '__init__.py' && isMigration(path, texts))
    return inDependencyOrder(own, path => dependenciesIn(texts?.get(path) ?? ''), djangoName)
  },
  ordersByContent: true,
  nameOf: djangoName,
  versionOf: () => undefined,
  isRepeatable: () => false,
  running: runningOf,
  read: readMigration,
  verify: conflicts,
  commands,
})

/** manage.py stands at the root of a project; an app by itself only says that it needs Django. */
function projectOf({ path, text }: TextFile, evidence: readonly TextFile[]): Project[] {
  const root = folderOf(path)
  const isProject = basename(path) === 'manage.py' && /django/i.test(text)
  const isApp =
    /(?:\.toml|Pipfile|setup\.\w+|requirements[^/]*\.txt)$/.test(path) && /(?:^|["'\s])django\b/im.test(text)
  const hasProject = evidence.some(file => basename(file.path) === 'manage.py')
  if (!isProject && (!isApp || hasProject)) return []
  const settings = evidence.filter(file => /settings/.test(file.path) && file.path.startsWith(root))
  return [
    {
      tool: 'django',
      root,
      globs: globs.map(glob => (glob.startsWith('!') ? glob : under(root, glob))),
      ...flavoured(enginesIn(settings)),
    },
  ]
}

/** What the settings name as engine of the database. */
function enginesIn(settings: readonly TextFile[]): string {
  return settings
    .flatMap(({ text }) => [
      ...text.matchAll(/['"]ENGINE['"]\s*:\s*['"]([\w.]+)['"]|\b(postgres(?:ql)?|mysql|sqlite3?):\/\//g),
    ])
    .map(match => match[1] ?? match[2])
    .join(' ')
}
