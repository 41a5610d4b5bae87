import { at, type Ecosystem, entriesOf, folderAt, memberGlobs, textOf, textsIn } from './manifest.ts'

/**
 * uv's workspaces and Poetry's path dependencies.
 * https://docs.astral.sh/uv/concepts/projects/workspaces/, https://python-poetry.org/docs/dependency-specification/#path-dependencies
 */
export const python: Ecosystem = {
  manifest: 'pyproject.toml',
  workspaceFiles: ['pyproject.toml'],
  neededAreMembers: true,
  members({ top }) {
    const file = top.get('pyproject.toml')
    if (file === undefined) return []
    const workspace = at(file.value, 'tool', 'uv', 'workspace')
    const excluded = memberGlobs(at(workspace, 'exclude'), file.path, 'tool.uv.workspace.exclude')
    return [
      ...memberGlobs(at(workspace, 'members'), file.path, 'tool.uv.workspace.members'),
      ...foldersOf(file.value, ''),
      ...excluded.map(glob => `!${glob}`),
    ]
  },
  read({ value }, folder) {
    const name = textOf(at(value, 'project', 'name')) ?? textOf(at(value, 'tool', 'poetry', 'name'))
    return {
      ...(name === undefined ? {} : { name: normalised(name) }),
      needs: [...namesOf(value)].map(normalised),
      folders: foldersOf(value, folder),
    }
  },
}

/** PEP 503: `My_Package` and `my-package` are one name. */
function normalised(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase()
}

function namesOf(value: unknown): readonly string[] {
  const optional = entriesOf(at(value, 'project', 'optional-dependencies'))
  const groups = entriesOf(at(value, 'dependency-groups'))
  const written = [
    ...textsIn(at(value, 'project', 'dependencies')),
    ...[...optional, ...groups].flatMap(([, list]) => textsIn(list)),
    ...textsIn(at(value, 'tool', 'uv', 'dev-dependencies')),
  ]
  // PEP 508: `shared[fast]>=1 ; python_version > "3.9"`.
  const names = written.map(line => /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)/.exec(line)?.[1])
  const sources = entriesOf(at(value, 'tool', 'uv', 'sources')).map(([key]) => key)
  const poetry = poetryTables(value).flatMap(table => entriesOf(table).map(([key]) => key))
  return [...names.filter(name => name !== undefined), ...sources, ...poetry]
}

function poetryTables(value: unknown): readonly unknown[] {
  const poetry = at(value, 'tool', 'poetry')
  const groups = entriesOf(at(poetry, 'group')).map(([, group]) => at(group, 'dependencies'))
  return [at(poetry, 'dependencies'), at(poetry, 'dev-dependencies'), ...groups]
}

function foldersOf(value: unknown, folder: string): readonly string[] {
  const sources = entriesOf(at(value, 'tool', 'uv', 'sources'))
  const wanted = [...sources, ...poetryTables(value).flatMap(entriesOf)]
  return wanted.flatMap(([, spec]) => {
    // One source a platform may stand in a list.
    const specs: readonly unknown[] = Array.isArray(spec) ? spec : [spec]
    return specs.flatMap(one => {
      const path = textOf(at(one, 'path'))
      return path === undefined ? [] : (folderAt(folder, path) ?? [])
    })
  })
}
