import { basename } from 'node:path/posix'
import { journalFindings, journalledPaths } from '../drizzle-journal.ts'
import { deepestFirst, flavoured, folderOf, isRecord, join, packageFolder, parsedJson, under } from '../evidence.ts'
import { onScratch } from '../javascript-commands.ts'
import { inOrder, leadingNumber } from '../sql-parts.ts'
import { defineTool, type Project, type TextFile, type ToolCommands } from '../tool.ts'
import { failureOf, notUnderstood, outputOf, stateOf } from '../tool-output.ts'

const mark = 'ship-guard ran '

// drizzle-kit has no command for this. Its table keeps the hash of each file and the time of its entry in the journal.
const ask = `const own = require('node:module').createRequire(process.cwd() + '/x.js');
const { readFileSync } = require('node:fs');
const { createHash } = require('node:crypto');
const [folder] = process.argv.slice(1);
const { entries, dialect } = JSON.parse(readFileSync(folder + '/meta/_journal.json', 'utf8'));
const url = process.env.DATABASE_URL ?? '';
const isMissing = error => error.code === '42P01' || error.code === '3F000' || error.code === 'ER_NO_SUCH_TABLE';
async function rowsOf() {
  if (dialect === 'postgresql') {
    const client = new (own('pg').Client)(url === '' ? {} : { connectionString: url });
    await client.connect();
    return client.query('SELECT hash, created_at FROM drizzle.__drizzle_migrations ORDER BY id').then(({ rows }) => rows).finally(() => client.end());
  }
  const connection = await own('mysql2/promise').createConnection(url);
  return connection.query('SELECT hash, created_at FROM __drizzle_migrations ORDER BY id').then(([rows]) => rows).finally(() => connection.end());
}
rowsOf().catch(error => { if (isMissing(error)) return []; throw error }).then(rows => {
  const names = rows.map(row => {
    const entry = entries.find(one => String(one.when) === String(row.created_at));
    if (entry === undefined) return 'made at ' + new Date(Number(row.created_at)).toISOString();
    const hash = createHash('sha256').update(readFileSync(folder + '/' + entry.tag + '.sql')).digest('hex');
    return hash === row.hash ? entry.tag : entry.tag + ' (edited since)';
  });
  console.log('${mark}' + JSON.stringify(names));
}).catch(error => { console.error(error.code ?? '', error.message); process.exitCode = 1 })`

const run = `const [folder] = process.argv.slice(1);
(async () => {
  const isPostgres = scratch.flavour === 'postgres';
  const { drizzle } = own(isPostgres ? 'drizzle-orm/node-postgres' : 'drizzle-orm/mysql2');
  const { migrate } = own(isPostgres ? 'drizzle-orm/node-postgres/migrator' : 'drizzle-orm/mysql2/migrator');
  const { host, port, user, password, database } = scratch;
  const client = isPostgres
    ? new (own('pg').Client)({ host, port, user, password, database })
    : await own('mysql2/promise').createConnection({ host, port, user, password, database });
  if (isPostgres) await client.connect();
  await migrate(drizzle(client), { migrationsFolder: folder }).finally(() => client.end());
})().catch(error => { console.error(error); process.exitCode = 1 })`

const commands: ToolCommands = {
  status: ({ config }) => ({ argv: ['node', '-e', ask, '--', config ?? 'drizzle'] }),
  readStatus(result, known) {
    const output = outputOf(result)
    const failure = failureOf(result, output)
    if (failure !== undefined) return failure
    const line = output.split('\n').find(one => one.startsWith(mark))
    if (line === undefined) return notUnderstood(result)
    return stateOf(JSON.parse(line.slice(mark.length)) as string[], [], known)
  },
  migrate: ({ config }, _upTo, database) => onScratch(run, [config ?? 'drizzle'], database),
}

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
    const listed = journalledPaths(texts ?? new Map())
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
  verify: (_project, texts) => journalFindings(texts),
  commands,
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
    config: folder.slice(root === '' ? 0 : root.length + 1),
  }
}
