// Django's own commands, run through manage.py as the project has it.
import { mark, python, scratchEnv, statusFrom } from '../../python-tools.ts'
import type { ToolCommands } from '../../tool.ts'
import { djangoName } from './order.ts'

const manage =
  "import runpy\nsys.path.insert(0,os.getcwd())\nsys.argv=['manage.py']+sys.argv[1:]\nrunpy.run_path('manage.py',run_name='__main__')"

/** `replaces`: what was squashed away may well have run. The recorder only reads, and makes no table of its own here. */
const ask = `
import json
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
loader = MigrationLoader(connection)
name = lambda key: key[0] + '.' + key[1]
print('${mark}' + json.dumps({
  'ran': sorted(map(name, MigrationRecorder(connection).applied_migrations())),
  'satisfied': sorted(map(name, loader.applied_migrations)),
  'known': sorted({name(old) for one in loader.disk_migrations.values() for old in one.replaces}),
}))
`

// LazySettings reads the settings on first use: https://docs.djangoproject.com/en/stable/topics/settings/
const patch = `
engines = {'postgres': 'postgresql', 'mysql': 'mysql', 'mariadb': 'mysql', 'sqlite': 'sqlite3'}
db = {'ENGINE': 'django.db.backends.' + engines[s['flavour']], 'NAME': s['database']}
if s['flavour'] != 'sqlite':
  db.update(USER=s['user'], PASSWORD=s['password'], HOST=s['host'], PORT=s['port'])
  if s.get('socket') and s['flavour'] != 'postgres': db.update(HOST=s['socket'], PORT='')
if 'mysql' in db['ENGINE']:
  try:
    import MySQLdb
  except ImportError:
    import pymysql
    pymysql.install_as_MySQLdb()
from django.conf import LazySettings
setup = LazySettings._setup
def scratch(self, name=None):
  setup(self, name)
  self._wrapped.DATABASES = {'default': db}
  self._wrapped.DATABASE_ROUTERS = []
LazySettings._setup = scratch
`

/** Goes back to what the migration's own app has before it. */
const back = `
import runpy
sys.path.insert(0, os.getcwd())
app, name = sys.argv[1:3]
sys.argv = ['manage.py', 'shell', '-c', """
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
app, name = %r, %r
nodes = MigrationLoader(connection).disk_migrations[(app, name)].dependencies
before = [n for a, n in nodes if a == app]
call_command('migrate', app, before[0] if before else 'zero', interactive=False)
""" % (app, name)]
runpy.run_path('manage.py', run_name='__main__')
`

export const commands: ToolCommands = {
  status: () =>
    python(
      `import runpy\nsys.path.insert(0,os.getcwd())\nsys.argv=['manage.py','shell','-c',${JSON.stringify(ask)}]\nrunpy.run_path('manage.py',run_name='__main__')`,
    ),
  readStatus(result, known) {
    const apps = new Set(known.map(appOf))
    return statusFrom(result, known, name => apps.has(appOf(name)))
  },
  migrate: (_project, upTo, database) =>
    python(manage, ['migrate', '--noinput', ...(upTo === undefined ? [] : words(upTo))], scratchEnv(database, patch)),
  revert: (_project, path, database) => python(back, words(path), scratchEnv(database, patch)),
  dryRun: (_project, path, database) => python(manage, ['sqlmigrate', ...words(path)], scratchEnv(database, patch)),
  readDryRun(result) {
    if (result.ended !== 'exit' || result.code !== 0) return undefined
    return new TextDecoder().decode(result.stdout)
  },
}

function appOf(name: string): string {
  return name.slice(0, name.indexOf('.'))
}

/** App and name, as the commands take them. */
function words(path: string): string[] {
  const name = djangoName(path)
  return [appOf(name), name.slice(name.indexOf('.') + 1)]
}
