import { at, type Ecosystem, entriesOf, folderAt, memberGlobs, textOf, type WorkspaceFiles } from './manifest.ts'

/** Cargo workspaces. https://doc.rust-lang.org/cargo/reference/workspaces.html */
export const cargo: Ecosystem = {
  manifest: 'Cargo.toml',
  workspaceFiles: ['Cargo.toml'],
  neededAreMembers: true,
  members({ top }) {
    const file = top.get('Cargo.toml')
    const workspace = at(file?.value, 'workspace')
    if (file === undefined || workspace === undefined) return []
    const excluded = memberGlobs(at(workspace, 'exclude'), file.path, 'workspace.exclude')
    return [
      ...memberGlobs(at(workspace, 'members'), file.path, 'workspace.members'),
      ...excluded.flatMap(glob => [`!${glob}`, `!${glob}/**`]),
    ]
  },
  read({ value }, folder, files) {
    const name = textOf(at(value, 'package', 'name'))
    const wanted = dependencyTables(value).flatMap(entriesOf)
    return {
      ...(name === undefined ? {} : { name, tests: 'cargo test' }),
      needs: wanted.map(([key, spec]) => textOf(at(spec, 'package')) ?? key),
      folders: wanted.flatMap(([key, spec]) => pathOf(key, spec, folder, files)),
    }
  },
}

const tables = ['dependencies', 'dev-dependencies', 'build-dependencies']

function dependencyTables(value: unknown): readonly unknown[] {
  const perTarget = entriesOf(at(value, 'target')).map(([, target]) => target)
  return [value, ...perTarget].flatMap(one => tables.map(table => at(one, table)))
}

function pathOf(key: string, spec: unknown, folder: string, { top }: WorkspaceFiles): readonly string[] {
  const own = textOf(at(spec, 'path'))
  const inherited = textOf(at(top.get('Cargo.toml')?.value, 'workspace', 'dependencies', key, 'path'))
  if (own !== undefined) return someFolder(folderAt(folder, own))
  return at(spec, 'workspace') === true && inherited !== undefined ? someFolder(folderAt('', inherited)) : []
}

function someFolder(folder: string | undefined): readonly string[] {
  return folder === undefined ? [] : [folder]
}
