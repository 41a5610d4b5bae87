import { basename } from 'node:path/posix'
import { deepestFirst, flavoured, folderOf, isRecord, join, packageFolder, parsedJson, under } from '../evidence.ts'
import { inOrder, leadingNumber } from '../sql-parts.ts'
import { defineTool, type Project, type TextFile } from '../tool.ts'

export default defineTool({
  id: 'drizzle',
  title: 'Drizzle',
  why: 'drizzle-kit writes SQL files and a journal; the migrator runs what the journal lists, in its order.',
  globs: ['**/drizzle/**/*.sql', '!**/{node_modules,vendor,fixtures,testdata}/**'],
  evidence: [
    '**/drizzle.config.{ts,mts,js,mjs,cjs,json}',
    '**/meta/_journal.json',
    '**/package.json',
    '!**/node_modules/**',
  ],
  detect: evidence => deepestFirst([...configured(evidence), ...journalled(evidence)]),
  ordersByContent: true,
  ledgers: ['**/meta/_journal.json'],
  migrations(paths, texts) {
    const sql = paths.filter(path => path.endsWith('.sql'))
    const listed = journalsIn(texts ?? new Map()).flatMap(({ folder, tags }) =>
      tags.map(tag => join(folder, `${tag}.sql`)),
    )
    const place = new Map(listed.map((path, index) => [path, index]))
    const last = listed.length
    return [...sql].sort((a, b) => (place.get(a) ?? last) - (place.get(b) ?? last) || inOrder(a, b))
  },
  nameOf: path => (basename(path) === 'migration.sql' ? basename(folderOf(path)) : basename(path, '.sql')),
  versionOf: path => leadingNumber(basename(path) === 'migration.sql' ? folderOf(path) : path),
  isRepeatable: () => false,
  // Every pending migration in one transaction, cut at `--> statement-breakpoint`, which is a comment to every server.
  running: () => ({ transaction: 'file', down: 'not-expected' }),
  sql: (_path, text) => text,
})

function configured(evidence: readonly TextFile[]): Project[] {
  return evidence
    .filter(file => /(?:^|\/)drizzle\.config\.\w+$/.test(file.path))
    .map(({ path, text }) => {
      const out = /["']?\bout["']?\s*:\s*["'`]([^"'`$]+)["'`]/.exec(text)?.[1] ?? 'drizzle'
      const words = /["']?\b(?:dialect|driver)["']?\s*:\s*["'`]([^"'`]+)["'`]/.exec(text)?.[1] ?? ''
      return projectOf(folderOf(path), join(folderOf(path), out), words)
    })
}

/** Without a config beside it (several configs, a config in code): the journal says where the migrations are, and the dialect. */
function journalled(evidence: readonly TextFile[]): Project[] {
  const known = new Set(configured(evidence).flatMap(project => project.globs ?? []))
  return evidence
    .filter(file => file.path.endsWith('meta/_journal.json'))
    .map(({ path, text }) => {
      const folder = folderOf(folderOf(path))
      const json = parsedJson(text)
      const words = isRecord(json) && typeof json.dialect === 'string' ? json.dialect : ''
      return projectOf(packageFolder(folder, evidence) ?? folderOf(folder), folder, words)
    })
    .filter(project => !project.globs?.some(glob => known.has(glob)))
}

function projectOf(root: string, folder: string, words: string): Project {
  return {
    tool: 'drizzle',
    root,
    globs: [under(folder, '*.sql'), under(folder, '*/migration.sql')],
    ...flavoured(words),
  }
}

function journalsIn(texts: ReadonlyMap<string, string>): { folder: string; tags: string[] }[] {
  return [...texts]
    .filter(([path]) => path.endsWith('meta/_journal.json'))
    .map(([path, text]) => {
      const json = parsedJson(text)
      const entries = isRecord(json) && Array.isArray(json.entries) ? (json.entries as unknown[]) : []
      const known = entries.filter(isRecord).filter(entry => typeof entry.tag === 'string')
      return { folder: folderOf(folderOf(path)), tags: known.map(entry => entry.tag as string) }
    })
}
