import { at, type Ecosystem, entriesOf, folderAt, memberGlobs, textOf, type WorkspaceFiles } from './manifest.ts'

/**
 * npm, pnpm, yarn, bun and lerna.
 * https://docs.npmjs.com/cli/using-npm/workspaces, https://pnpm.io/pnpm-workspace_yaml, https://lerna.js.org/docs/api-reference/configuration
 */
export const javascript: Ecosystem = {
  manifest: 'package.json',
  workspaceFiles: ['package.json', 'pnpm-workspace.yaml', 'lerna.json'],
  neededAreMembers: false,
  members({ top }) {
    const pnpm = top.get('pnpm-workspace.yaml')
    if (pnpm !== undefined) return memberGlobs(at(pnpm.value, 'packages'), pnpm.path, 'packages')
    const own = top.get('package.json')
    const workspaces = at(own?.value, 'workspaces')
    const named = at(workspaces, 'packages') ?? workspaces
    const globs = own === undefined ? [] : memberGlobs(named, own.path, 'workspaces')
    const lerna = top.get('lerna.json')
    if (globs.length > 0 || lerna === undefined) return globs
    return memberGlobs(at(lerna.value, 'packages') ?? ['packages/*'], lerna.path, 'packages')
  },
  read({ value }, folder, files) {
    const name = textOf(at(value, 'name'))
    const tests = testsOf(value, files)
    const wanted = kinds.flatMap(kind => entriesOf(at(value, kind)))
    return {
      ...(name === undefined ? {} : { name }),
      ...(tests === undefined ? {} : { tests }),
      needs: wanted.flatMap(([key, spec]) => [key, ...aliasOf(spec)]),
      folders: wanted.flatMap(([, spec]) => pathOf(spec, folder)),
    }
  },
}

const kinds = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']

// `npm:@acme/shared@^1` and `workspace:@acme/shared@*` stand under another name.
function aliasOf(spec: unknown): readonly string[] {
  const name = /^(?:npm|workspace):(@?[^@]+)@/.exec(textOf(spec) ?? '')?.[1]
  return name === undefined ? [] : [name]
}

function pathOf(spec: unknown, folder: string): readonly string[] {
  const path = /^(?:file|link|portal|workspace):(\.{1,2}(?:\/.*)?)$/.exec(textOf(spec) ?? '')?.[1]
  const found = path === undefined ? undefined : folderAt(folder, path)
  return found === undefined ? [] : [found]
}

function testsOf(value: unknown, { has, top }: WorkspaceFiles): string | undefined {
  const script = textOf(at(value, 'scripts', 'test'))
  // What `npm init` writes.
  if (script === undefined || /no test specified/.test(script)) return undefined
  if (top.has('pnpm-workspace.yaml') || has('pnpm-lock.yaml')) return 'pnpm test'
  if (has('yarn.lock')) return 'yarn test'
  if (has('bun.lock') || has('bun.lockb')) return 'bun run test'
  return 'npm test'
}
