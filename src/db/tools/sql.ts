import { basename } from 'node:path/posix'
import { inOrder, isDownFile, upPart, withoutPlaceholders } from '../sql-parts.ts'
import { defineTool } from '../tool.ts'

export default defineTool({
  id: 'sql',
  title: 'Migrations in SQL files',
  why: 'Plain SQL, run by a script of your own or by a tool that is not told by any file: Supabase, Diesel, sqlx, tern, MyBatis, Play and others.',
  globs: [
    '**/{migrations,Migrations,migration,migrate}/**/*.sql',
    '**/drizzle/**/*.sql',
    '**/{V,U,R}*__*.sql',
    'deploy/**/*.sql',
    '!**/{node_modules,vendor,fixtures,testdata}/**',
  ],
  evidence: [],
  detect: (_evidence, paths) => (paths.length === 0 ? [] : [{ tool: 'sql', root: '' }]),
  migrations(paths) {
    const all = new Set(paths)
    return paths.filter(path => !isDownFile(path, all)).sort(inOrder)
  },
  nameOf: path => basename(path, '.sql'),
  versionOf: path => /^[VR]?(\d+(?:[._]\d+)*)/.exec(basename(path))?.[1],
  running: () => ({ transaction: 'unknown', down: 'not-expected' }),
  sql: (_path, text) => withoutPlaceholders(upPart(text)),
  // Flyway runs R__ files again whenever their checksum changes ("Repeatable migrations").
  isRepeatable: path => /^R__/.test(basename(path)),
})
