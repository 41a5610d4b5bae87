import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseScript } from '../languages.ts'
import type { Script, Span, Step } from '../script.ts'

const python = `from alembic import op
import sqlalchemy as sa

TABLES = ["a", 'b']  # why

def _drop(table, *columns, **options):
    for column in columns:
        op.drop_column(table, column)

def upgrade() -> None:
    """Docs."""
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_column(f"na{TABLES[0]}me")
    for t in TABLES:
        _drop(t, *['x', "y"])
    if op.get_bind().dialect.name != 'sqlite':
        return
    op.execute("""
      DROP TABLE %s; -- {x}
    """ % 'users')

class Migration(migrations.Migration):
    operations = [migrations.RunSQL(sql="a" 'b', reverse_sql=migrations.RunSQL.noop)]
    atomic = False
`

const ruby = `class DropIt < ActiveRecord::Migration[6.1]
  disable_ddl_transaction!
  COLUMNS = %i[a b].freeze

  def change
    change_table :users, bulk: true do |t|
      COLUMNS.each { |c| t.remove c }
    end
    execute <<~SQL.squish if table_exists?(:users)
      DROP TABLE #{name}; -- \\n
    SQL
    reversible do |dir|
      dir.up { send(:drop_table, :x, force: true) }
    end
    case x when 1 then a else b end
  rescue StandardError => e
    say "no #{e}"
  end
end
`

describe.each([
  ['m.py', python],
  ['m.rb', ruby],
])('hostile code in %s', (path, real) => {
  const parse = async (text: string): Promise<Script> => {
    const script = await parseScript(path, text)
    expect(script).toBeDefined()
    return script!
  }

  test('random text never throws, and every place lies in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async text =>
        placesLieIn(await parse(text), text),
      ),
      { numRuns: 150 },
    )
  })

  test('a real file cut and joined anywhere never throws, and every place lies in it', async () => {
    const cut = fc.nat({ max: real.length })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cut, cut), { minLength: 1, maxLength: 4 }), async cuts => {
        const text = cuts.map(([from, to]) => real.slice(Math.min(from, to), Math.max(from, to))).join('')
        placesLieIn(await parse(text), text)
      }),
      { numRuns: 150 },
    )
  })

  test('words of the language in any order never throw', async () => {
    const words = [...new Set(real.match(/\w+|[^\w\s]+|\s+/g))]
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...words), { maxLength: 80 }), async some => {
        const text = some.join('')
        placesLieIn(await parse(text), text)
      }),
      { numRuns: 150 },
    )
  })

  test('what is nested too deeply is told as unread', async () => {
    const script = await parse(`x = ${'('.repeat(20_000)}1${')'.repeat(20_000)}`)
    expect(script.broken.length).toBeGreaterThan(0)
  })

  test('loops within loops and texts that double end in time', async () => {
    const body = path.endsWith('.py')
      ? `def upgrade():\n${[...Array(12).keys()].map(n => `${'  '.repeat(n + 1)}for a${n} in [1,2,3,4,5,6,7,8,9]:\n`).join('')}${'  '.repeat(13)}f(a1)\n`
      : `def up\n${'[1,2,3,4,5,6,7,8,9].each do |a|\n'.repeat(12)}f a\n${'end\n'.repeat(12)}end\n`
    const doubled = `${path.endsWith('.py') ? "s = 'ab'" : "s = 'ab'"}\n${'s = s + s\n'.repeat(60)}`
    const started = performance.now()
    await parse(body)
    await parse(doubled)
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

function placesLieIn(script: Script, text: string): void {
  const spans: Span[] = [...script.broken, ...script.comments, ...script.classes, ...script.routines]
  const steps: Step[] = [
    script,
    ...script.classes,
    ...script.routines,
    ...script.classes.flatMap(one => one.routines),
  ].flatMap(one => one.steps)
  for (const span of [...spans, ...steps.map(step => step.call)]) {
    expect(span.offset).toBeGreaterThanOrEqual(0)
    expect(span.endOffset).toBeGreaterThanOrEqual(span.offset)
    expect(span.endOffset).toBeLessThanOrEqual(text.length)
  }
}
