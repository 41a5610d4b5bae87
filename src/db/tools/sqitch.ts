import { basename } from 'node:path/posix'
import { deepestFirst, flavoured, folderOf, join, under } from '../evidence.ts'
import { byName } from '../sql-parts.ts'
import { defineTool, type Project, type TextFile } from '../tool.ts'

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
    const order = new Map(plannedIn(texts ?? new Map()).map((name, index) => [name, index]))
    const place = (path: string) => order.get(changeOf(path)) ?? order.size
    return [...deploys].sort((a, b) => place(a) - place(b) || byName(a, b))
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

function plannedIn(texts: ReadonlyMap<string, string>): string[] {
  return [...texts]
    .filter(([path]) => basename(path) === 'sqitch.plan')
    .flatMap(([, text]) => text.split(/\r?\n/))
    .flatMap(line => /^\s*\+?\s*([^\s%@#[+-][^\s[]*)/.exec(line)?.[1] ?? [])
}
