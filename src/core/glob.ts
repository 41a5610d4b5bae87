// The one door for picomatch. Globs follow the usual rules: `*` stays within a folder, `**` crosses folders, `{a,b}`, `[ab]`, a leading `!` takes away.
import picomatch from 'picomatch'

/** A test for paths or refs; later `!globs` take away from what earlier ones gave. Dot files match like any other, and so does a name with a line feed. */
export function globMatcher(globs: readonly string[]): (path: string) => boolean {
  const tests = globs.map(glob => {
    const not = glob.startsWith('!')
    return { not, matches: oneGlob(not ? glob.slice(1) : glob) }
  })
  return path => {
    let matched = false
    // What cannot change the answer is not tried.
    for (const test of tests) if (matched === test.not && test.matches(path)) matched = !test.not
    return matched
  }
}

// In a repository of 30,000 files most paths are told apart by how they begin and end, at a small part of what a pattern costs.
function oneGlob(glob: string): (path: string) => boolean {
  const matches = picomatch(glob, { dot: true, nonegate: true, flags: 's' })
  // Where picomatch reads these otherwise than one would think, it alone is asked.
  if (/[()|\\]|\*\*[^/]|[^/]\*\*/.test(glob)) return matches
  const start = /^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*(?=\/)/.exec(glob)?.[0] ?? ''
  const ends = endsOf(glob)
  return path => path.startsWith(start) && ends.some(end => path.endsWith(end)) && matches(path)
}

function endsOf(glob: string): readonly string[] {
  const [, end = '', either] = /(?<=[*/])([\w.-]*)(?:\{([\w.-]*(?:,[\w.-]*)+)\})?$/.exec(glob) ?? []
  // `{1..3}` means numbers.
  if (either === undefined || either.includes('..')) return [either === undefined ? end : '']
  return either.split(',').map(one => end + one)
}
