import { defineGate } from '../../core/gate.ts'
import { codeGlobs } from '../../db/code-migrations.ts'
import { evidenceGlobs } from '../../db/detect-dialect.ts'
import { finds } from './finds.ts'
import { type Options, options } from './options.ts'

export default defineGate<Options>({
  id: 'db',
  title: 'Migrations',
  why: 'A dropped table or column cannot be brought back by rolling a deploy back, and nobody sees it in a green test run.',
  version: 1,
  fast: true,
  options,
  finds,
  reads: ({ migrations, dialect }) => [
    { files: migrations },
    { files: codeGlobs },
    ...(dialect === 'auto' ? [{ files: evidenceGlobs }] : []),
    'base',
  ],
  watches: ({ migrations }) => [
    {
      globs: [...migrations, ...codeGlobs],
      what: 'new migrations',
      instead: 'apply them to your local database with your migration tool',
    },
  ],
  timeoutMs: () => 5 * 60_000,
  async check(context) {
    const changed = await context.tree.changes([...context.options.migrations])
    const code = await context.tree.changes([...codeGlobs])
    if (changed.length === 0 && code.length === 0) return []
    const { judge } = await import('./judge.ts')
    return judge(context, changed, code)
  },
})
