import { join } from 'node:path'
import { type Check, fine, problem, told } from '../../core/diagnosis.ts'
import type { World } from '../../core/world.ts'
import { compileShim, isOurs, type ShimRules } from '../shim.ts'
import { install, typedIn } from './words.ts'
import type { SeenWorkTree } from './work-tree.ts'

/** Whether a hook that git starts would find the package and Node, here and in a client that knows little of this shell. */
export async function checkFound(
  seen: SeenWorkTree,
  here: string | undefined,
  { files }: Pick<World, 'files'>,
): Promise<readonly Check[]> {
  const { found, foundBare, record, folder, chains } = seen
  // Nothing looks for them where nothing is installed.
  if (record === undefined && !chains['pre-push'].reaches) return []
  const again = typedIn(folder, here, install)
  const gone = async (path: string | undefined, inside = '') =>
    path !== undefined && path !== '' && (await files.look(join(path, inside))) === undefined
  const noPackage = found.missing !== '' && found.package === ''
  const packageCheck = noPackage
    ? problem(
        'package',
        'package',
        'The hook does not find the ship-guard package: pushes of protected branches are refused, the others are not looked at.',
        typedIn(folder, here, await getPackage(seen, files)),
      )
    : (await gone(record?.package, 'dist/hook.cjs'))
      ? told(
          'package',
          'package',
          `The package of the last install, ${record!.package}, is gone; the hook takes ${found.package}.`,
          again,
        )
      : fine('package', 'package', found.package)
  if (noPackage) return [packageCheck]
  return [packageCheck, await nodeCheck(seen, again, await gone(record?.node)), ...bareCheck(foundBare, again)]
}

async function nodeCheck({ found, record }: SeenWorkTree, again: string, gone: boolean): Promise<Check> {
  if (found.missing !== '')
    return problem(
      'node',
      'Node',
      `The hook does not find ${found.missing}: pushes of protected branches are refused, the others are not looked at.`,
      again,
    )
  if (gone)
    return told(
      'node',
      'Node',
      `The Node of the last install, ${record!.node}, is gone; the hook takes ${found.node}.`,
      again,
    )
  return fine('node', 'Node', found.node)
}

function bareCheck({ missing }: SeenWorkTree['foundBare'], again: string): readonly Check[] {
  if (missing === '') return []
  const what = `A graphical client, which does not know the PATH of this shell, would not find ${missing}.`
  return [told('node-in-clients', 'other clients', what, again)]
}

const lockFiles = [
  ['pnpm-lock.yaml', 'pnpm install'],
  ['yarn.lock', 'yarn install'],
  ['bun.lock', 'bun install'],
  ['bun.lockb', 'bun install'],
] as const

async function getPackage({ facts, folder }: SeenWorkTree, files: World['files']): Promise<string> {
  if (!facts.isDependency) return install
  const names = await files.list(folder)
  return lockFiles.find(([name]) => names.includes(name))?.[1] ?? 'npm install'
}

/** Whether the shim is what `install` would write today. `rules`: of the config in this work tree. */
export function checkShim(
  { chains, facts, record }: SeenWorkTree,
  rules: ShimRules,
  version: string,
): readonly Check[] {
  const { file } = chains['pre-push'].links.at(-1)!
  if (!isOurs(file.text)) return []
  const text = Buffer.from(file.text, 'latin1').toString('utf8')
  const written = /^#@compiled pre-push, ship-guard (\S+)\. /m.exec(text)?.[1]
  if (written === undefined || record === undefined)
    return [told('shim', 'shim', `${file.path} knows nothing of this clone, so every push starts Node.`, install)]
  if (written !== version)
    return [told('shim', 'shim', `${file.path} is of ship-guard ${written}; this is ${version}.`, install)]
  const { node, package: folder } = record
  const now = compileShim('pre-push', facts.sources, rules, { version, node, package: folder, remotes: facts.remotes })
  if (normal(now) === normal(text)) return [fine('shim', 'shim', `of this version and this config`)]
  if (around(now) === around(text) && known(now) !== known(text))
    return [
      told(
        'shim',
        'shim',
        'The config has changed since the shim was compiled. Nothing slips through: the next push starts Node, which renews it.',
        install,
      ),
    ]
  return [
    problem('shim', 'shim', `${file.path} is not what ship-guard ${version} writes: it was changed since.`, install),
  ]
}

// Which of several ways starts the shim is written into it, and does not change what it judges.
function normal(shim: string): string {
  return shim.replace(/ in_config='1?' in_folder='1?'$/m, '')
}

function around(shim: string): string {
  return shim.replace(/^#@compiled[\s\S]*?^#@end\n/m, '')
}

function known(shim: string): string | undefined {
  return /^known=.*$/m.exec(shim)?.[0]
}
