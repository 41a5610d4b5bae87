// Alembic's own commands, through its Python interface: https://alembic.sqlalchemy.org/en/latest/api/commands.html
import { mark, python, scratchEnv, statusFrom } from '../../python-tools.ts'
import type { Project, ToolCommands } from '../../tool.ts'

/** The config as `alembic` or, in a Flask app, `flask db` finds it. A folder `alembic` of the project must not hide the package. */
const load = `
from alembic.config import Config
from alembic import command
from alembic.script import ScriptDirectory
sys.path.insert(0, os.getcwd())
if not os.path.exists('alembic.ini') and os.path.exists('migrations/alembic.ini'):
  from flask.cli import ScriptInfo
  app = ScriptInfo().load_app()
  app.app_context().push()
  cfg = app.extensions['migrate'].migrate.get_config('migrations')
elif os.path.exists('alembic.ini'):
  cfg = Config('alembic.ini')
else:
  cfg = Config('alembic.ini', toml_file='pyproject.toml')
script = ScriptDirectory.from_config(cfg)
def at(path):
  return next(one for one in script.walk_revisions() if os.path.realpath(one.path) == os.path.realpath(path))
`

const ask = `${load}
import json
from alembic.runtime.environment import EnvironmentContext
ran = []
def look(revision, context):
  ran.extend(context.get_current_heads())
  return []
with EnvironmentContext(cfg, script, fn=look, dont_mutate=True):
  script.run_env()
done = set()
for one in ran:
  try:
    done.update(r.revision for r in script.iterate_revisions(one, 'base', implicit_base=False))
  except Exception as error:
    if type(error).__name__ not in ('CommandError', 'ResolutionError', 'RevisionError'):
      raise
print('${mark}' + json.dumps({'ran': sorted(set(ran)), 'satisfied': sorted(done), 'known': []}))
`

// Whatever env.py takes the address from, engines are made by one function: https://docs.sqlalchemy.org/en/20/core/engines.html
const patch = `
import sqlalchemy
from sqlalchemy.engine import create as making
from sqlalchemy.engine.url import URL, make_url
backends = {'postgres': 'postgresql', 'mysql': 'mysql', 'mariadb': 'mysql', 'sqlite': 'sqlite'}
def driver(backend):
  import importlib.util
  has = lambda name: importlib.util.find_spec(name) is not None
  if backend == 'postgresql': return backend + ('+psycopg2' if has('psycopg2') else '+psycopg')
  if backend == 'mysql': return backend + ('+pymysql' if has('pymysql') else '+mysqldb')
  return backend
def scratch(drivername):
  backend = backends[s['flavour']]
  if drivername.split('+')[0].replace('mariadb', 'mysql') != backend or '+' not in drivername: drivername = driver(backend)
  if backend == 'sqlite': return URL.create(drivername, database=s['database'])
  query = {'unix_socket': s['socket']} if s.get('socket') and backend == 'mysql' else {}
  return URL.create(drivername, s['user'], s['password'], s['host'], s['port'], s['database'], query)
make = making.create_engine
def create_engine(url, *words, **named):
  named.pop('creator', None)
  try: name = make_url(url).drivername
  except Exception: name = ''
  return make(scratch(name), *words, **named)
making.create_engine = sqlalchemy.create_engine = sqlalchemy.engine.create_engine = create_engine
from alembic.config import Config as Known
read = Known.get_main_option
def option(self, name, default=None):
  if name == 'sqlalchemy.url': return scratch('').render_as_string(hide_password=False) if hasattr(URL, 'render_as_string') else str(scratch(''))
  return read(self, name, default)
Known.get_main_option = option
`

export const commands: ToolCommands = {
  status: () => python(ask),
  readStatus: (result, known) => statusFrom(result, known, () => true),
  migrate(project, upTo, database) {
    const run = `${load}command.upgrade(cfg, at(sys.argv[1]).revision if len(sys.argv) > 1 else 'heads')`
    return python(run, upTo === undefined ? [] : [within(project, upTo)], scratchEnv(database, patch))
  },
  revert(project, path, database) {
    const run = `${load}one = at(sys.argv[1])\ndown = one.down_revision\ncommand.downgrade(cfg, down if isinstance(down, str) else down[0] if down else 'base')`
    return python(run, [within(project, path)], scratchEnv(database, patch))
  },
  dryRun(project, path, database) {
    const run = `${load}one = at(sys.argv[1])\ndown = one.down_revision\ncommand.upgrade(cfg, (down if isinstance(down, str) else down[0] if down else 'base') + ':' + one.revision, sql=True)`
    return python(run, [within(project, path)], scratchEnv(database, patch))
  },
  readDryRun(result) {
    if (result.ended !== 'exit' || result.code !== 0) return undefined
    return new TextDecoder().decode(result.stdout)
  },
}

/** As seen from the project's root, where commands run. */
function within({ root }: Project, path: string): string {
  return root === '' ? path : path.slice(root.length + 1)
}
