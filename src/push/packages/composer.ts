import { at, type Ecosystem, entriesOf, folderAt, isMap, memberGlobs, textOf } from './manifest.ts'

/** Composer's path repositories. https://getcomposer.org/doc/05-repositories.md#path */
export const composer: Ecosystem = {
  manifest: 'composer.json',
  workspaceFiles: ['composer.json'],
  neededAreMembers: false,
  members({ top }) {
    const file = top.get('composer.json')
    if (file === undefined) return []
    return memberGlobs(urlsOf(file.value), file.path, 'repositories').filter(glob => !glob.startsWith('..'))
  },
  read({ value }, folder) {
    const name = textOf(at(value, 'name'))
    const script = at(value, 'scripts', 'test')
    return {
      ...(name === undefined ? {} : { name }),
      ...(script === undefined ? {} : { tests: 'composer test' }),
      needs: [...entriesOf(at(value, 'require')), ...entriesOf(at(value, 'require-dev'))].map(([key]) => key),
      // With a glob in it the names above say which of them is meant.
      folders: urlsOf(value).flatMap(url => (/[*?[{]/.test(url) ? [] : (folderAt(folder, url) ?? []))),
    }
  },
}

/** Repositories are a list, or a map with names. */
function urlsOf(value: unknown): readonly string[] {
  const repositories = at(value, 'repositories')
  const list: readonly unknown[] = Array.isArray(repositories)
    ? repositories
    : entriesOf(repositories).map(([, one]) => one)
  return list.flatMap(one => (isMap(one) && one.type === 'path' ? (textOf(one.url) ?? []) : []))
}
