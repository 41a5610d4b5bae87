/** A schema as comparable text: `table users` -> its columns, keys and indexes, one a line. The order of columns is no part of it. */
export type Snapshot = ReadonlyMap<string, string>

/** What differs, in words: `column users.email is missing`, `index users_email is other than before: …`. */
export function differences(before: Snapshot, after: Snapshot): readonly string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names.flatMap(name => {
    const [was, is] = [before.get(name), after.get(name)]
    if (was === is) return []
    if (is === undefined) return [`${name} is missing`]
    if (was === undefined) return [`${name} is left over`]
    return [`${name} was \`${was}\`, and is \`${is}\``]
  })
}
