import { defineDialect } from '../../dialect.ts'
import { loadEngine } from './engine.ts'
import { readStatements } from './read.ts'
import { splitting } from './splitting.ts'

export default defineDialect({
  id: 'postgres',
  title: 'PostgreSQL',
  why: 'Read by PostgreSQL’s own parser (libpg-query), so that what it accepts is what the server accepts.',
  splitting,
  load: loadEngine,
  parse: sql => readStatements(sql, splitting),
})
