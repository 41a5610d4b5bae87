import { basename } from 'node:path/posix'
import { deepestFirst, flavoured, folderOf, join, under } from '../evidence.ts'
import { byName, leadingNumber } from '../sql-parts.ts'
import { defineTool, type Project, type TextFile } from '../tool.ts'

export default defineTool({
  id: 'atlas',
  title: 'Atlas',
  why: 'Versioned SQL files with a sum over all of them in atlas.sum.',
  globs: ['**/migrations/*.sql', '!**/{node_modules,vendor,fixtures,testdata}/**'],
  evidence: ['**/atlas.sum', '**/atlas.hcl'],
  detect: evidence => deepestFirst(evidence.flatMap(file => projectOf(file, evidence))),
  migrations: paths => [...paths].sort((a, b) => byName(basename(a), basename(b)) || byName(a, b)),
  nameOf: path => leadingNumber(path) ?? basename(path, '.sql'),
  versionOf: leadingNumber,
  isRepeatable: () => false,
  ledgers: ['**/atlas.sum'],
  running: ({ text }) => ({
    transaction: /^--\s*atlas:txmode\s+none\b/m.test(header(text)) ? 'none' : 'file',
    down: 'not-expected',
  }),
  sql: (_path, text) => text,
})

/** Directives of a file count only above its first empty line. */
function header(text: string): string {
  return /^(?:--[^\n]*\n)*(?=\r?\n)/.exec(text)?.[0] ?? ''
}

/** atlas.sum lies in the folder of the migrations; atlas.hcl says where that is. */
function projectOf({ path, text }: TextFile, evidence: readonly TextFile[]): Project[] {
  const folder = folderOf(path)
  if (basename(path) === 'atlas.hcl') {
    const places = [...text.matchAll(/"file:\/\/([^"?]+)[^"]*"/g)].map(match => join(folder, match[1]!))
    const sums = new Set(evidence.filter(file => basename(file.path) === 'atlas.sum').map(file => folderOf(file.path)))
    return places.filter(place => sums.has(place)).map(place => projectIn(folder, place, text))
  }
  const config = evidence.find(
    file =>
      basename(file.path) === 'atlas.hcl' &&
      [...file.text.matchAll(/"file:\/\/([^"?]+)/g)].some(match => join(folderOf(file.path), match[1]!) === folder),
  )
  return config === undefined ? [projectIn(folderOf(folder), folder, '')] : []
}

function projectIn(root: string, folder: string, config: string): Project {
  const words = [...config.matchAll(/"(?:docker:\/\/)?(\w+)(?:\/[^"]*|:\/\/[^"]*)"/g)].map(match => match[1]).join(' ')
  return { tool: 'atlas', root, globs: [under(folder, '*.sql')], ...flavoured(words) }
}
