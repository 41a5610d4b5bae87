import { basename } from 'node:path/posix'
import { deepestFirst, flavoured, folderOf, join, under } from '../evidence.ts'
import { changesIn, planFindings } from '../sqitch-plan.ts'
import { byName } from '../sql-parts.ts'
import { defineTool, type Project, type ScratchEnvironment, type TextFile, type ToolCommands } from '../tool.ts'
import { failureOf, notUnderstood, outputOf } from '../tool-output.ts'

/** sqitch status: its words tell, and it ends with 1 when nothing was ever deployed. */
const commands: ToolCommands = {
  status: () => ({ argv: ['sqitch', 'status'] }),
  readStatus(result, known) {
    const output = outputOf(result)
    const failure = failureOf(result, output)
    if (failure !== undefined) return failure
    if (/^(?:No changes deployed|Database .* has not been initialized for Sqitch)/im.test(output))
      return known.length === 0 ? { state: 'clean' } : { state: 'pending', pending: known }
    if (/^Nothing to deploy \(up-to-date\)/m.test(output)) return { state: 'clean' }
    const name = /^# Name:\s+(\S+)/m.exec(output)?.[1]
    if (/Cannot find (?:this change|change .*) in /.test(output))
      return {
        state: 'diverged',
        because: 'the database has deployed a change that the plan does not have',
        names: name === undefined ? [] : [name],
      }
    const pending = /^Undeployed changes?:\n((?: +\* .+\n?)+)/m.exec(output)?.[1]
    if (pending === undefined) return notUnderstood(result)
    return { state: 'pending', pending: [...pending.matchAll(/\* (\S+)/g)].map(match => match[1]!) }
  },
  migrate: (_project, upTo, database) => ({
    argv: ['sqitch', 'deploy', ...(upTo === undefined ? [] : ['--to-change', changeOf(upTo)])],
    env: environment(database),
  }),
  revert: (_project, _path, database) => ({
    argv: ['sqitch', 'revert', '-y', '--to-change', '@HEAD^'],
    env: environment(database),
  }),
}

/** The target wins over what sqitch.conf says; the password stands by itself. */
function environment({ flavour, user, host, port, database, password }: ScratchEnvironment): Record<string, string> {
  const engine = { postgres: 'pg', mysql: 'mysql', mariadb: 'mysql', sqlite: 'sqlite' }[flavour]
  const target = flavour === 'sqlite' ? `db:sqlite:${database}` : `db:${engine}://${user}@${host}:${port}/${database}`
  return { SQITCH_TARGET: target, SQITCH_PASSWORD: password }
}

export default defineTool({
  id: 'sqitch',
  title: 'sqitch',
  why: 'sqitch.plan lists the changes in their order; each has a script to deploy, one to revert and one to verify.',
  globs: ['**/{deploy,revert}/**/*.sql', '!**/{node_modules,vendor,fixtures,testdata}/**'],
  evidence: ['**/sqitch.conf', '**/sqitch.plan'],
  detect: evidence => deepestFirst(evidence.flatMap(file => projectOf(file, evidence))),
  ordersByContent: true,
  ledgers: ['**/sqitch.plan'],
  migrations(paths, texts) {
    const deploys = paths.filter(path => !/(?:^|\/)(?:revert|verify)\//.test(path))
    const planned = [...(texts ?? [])].filter(([path]) => basename(path) === 'sqitch.plan')
    const order = new Map(planned.flatMap(([, text]) => changesIn(text)).map((change, index) => [change.script, index]))
    const place = (path: string) => order.get(changeOf(path)) ?? order.size
    return deploys.sort((a, b) => place(a) - place(b) || byName(a, b))
  },
  nameOf: changeOf,
  versionOf: () => undefined,
  isRepeatable: () => false,
  // Its templates write BEGIN and COMMIT into the script itself.
  running: ({ path }, all) => ({
    transaction: 'none',
    down: all.has(path.replace(/(^|\/)deploy\//, '$1revert/')) ? 'present' : 'missing',
  }),
  sql: (_path, text) => text,
  verify: (_project, texts) => planFindings(texts, changeOf),
  commands,
})

/** `deploy/a/b.sql` is the change `a/b`; a reworked one is `deploy/a@v1.sql` and still the change `a` of an older tag. */
function changeOf(path: string): string {
  return path.replace(/^(?:.*\/)?deploy\//, '').replace(/\.sql$/, '')
}

function projectOf(file: TextFile, evidence: readonly TextFile[]): Project[] {
  const root = folderOf(file.path)
  const isPlan = basename(file.path) === 'sqitch.plan'
  if (isPlan && evidence.some(one => basename(one.path) === 'sqitch.conf' && `${root}/`.startsWith(topOf(one))))
    return []
  const top = isPlan ? root : join(root, setting(file, 'top_dir') ?? '')
  const deploy = join(root, setting(file, 'deploy_dir') ?? join(top.slice(root.length) || '.', 'deploy'))
  const revert = join(root, setting(file, 'revert_dir') ?? join(top.slice(root.length) || '.', 'revert'))
  const words = isPlan ? '' : (setting(file, 'engine') ?? '').replace(/^pg$/, 'postgres')
  return [{ tool: 'sqitch', root, globs: [under(deploy, '**/*.sql'), under(revert, '**/*.sql')], ...flavoured(words) }]
}

function topOf(file: TextFile): string {
  const folder = folderOf(file.path)
  return folder === '' ? '' : `${folder}/`
}

function setting({ text }: TextFile, key: string): string | undefined {
  return new RegExp(`^\\s*${key}\\s*=\\s*(.*?)\\s*$`, 'm').exec(text)?.[1]
}
