import { defineGate } from '../../core/gate.ts'
import { shortRef } from '../../core/push.ts'
import { finds } from './finds.ts'
import { type Options, options } from './options.ts'
import { factGlobs, migrationGlobs, possibleGlobs } from './projects.ts'

export default defineGate<Options>({
  id: 'db',
  title: 'Migrations',
  why: 'A dropped table or column cannot be brought back by rolling a deploy back, and nobody sees it in a green test run.',
  version: 2,
  fast: true,
  options,
  finds,
  reads: options => [
    { files: possibleGlobs(options) },
    { files: factGlobs },
    'base',
    ...(options.status.length > 0 ? (['network'] as const) : []),
    ...(options.owners.length > 0 ? (['history', 'authors'] as const) : []),
  ],
  watches: options => [
    {
      globs: migrationGlobs(options),
      what: 'new migrations',
      instead: 'apply them to your local database with your migration tool',
    },
  ],
  inPassing: options => ({ ...options, replay: 'off', status: [] }),
  timeoutMs: () => 10 * 60_000,
  async check(context) {
    const { tree, options, push, signal } = context
    const changed = await tree.changes([...possibleGlobs(options)])
    if (changed.length === 0) return []
    const { environmentNamed } = await import('./status.ts')
    // A misspelt name is told before anything is run.
    for (const name of options.status) environmentNamed(name, context.environments)
    const { judgeMigrations } = await import('./judge.ts')
    const { projects, others } = await judgeMigrations({
      source: tree,
      options,
      branch: shortRef(push.ref),
      signal,
      progress: line => context.progress(line),
      authors: paths => tree.authors(paths),
    })
    const { settle } = await import('./settle.ts')
    return [...others, ...(await settle(projects, context))]
  },
})
