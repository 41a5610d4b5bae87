import { globMatcher } from '../core/glob.ts'

/** A glob without a slash counts in every folder, as in .gitignore. */
export function anywhere(globs: readonly string[]): readonly string[] {
  return globs.map(glob => {
    const [not, rest] = glob.startsWith('!') ? ['!', glob.slice(1)] : ['', glob]
    return rest.includes('/') ? glob : `${not}**/${rest}`
  })
}

/**
 * The same test as `globMatcher(anywhere(globs))`, for every file of a large repository: most globs are an extension or a whole name, which a set
 * answers. Globs that take away come last.
 */
export function nameMatcher(globs: readonly string[]): (path: string) => boolean {
  const gives = oneOf(globs.filter(glob => !glob.startsWith('!')))
  const takes = oneOf(globs.filter(glob => glob.startsWith('!')).map(glob => glob.slice(1)))
  return path => {
    const name = path.slice(path.lastIndexOf('/') + 1)
    return gives(path, name) && !takes(path, name)
  }
}

function oneOf(globs: readonly string[]): (path: string, name: string) => boolean {
  const plain = globs.flatMap(choicesOf)
  const names = new Set(plain.filter(glob => /^[\w.-]+$/.test(glob)))
  const endings = new Set(plain.filter(glob => /^\*\.[\w.-]+$/.test(glob)).map(glob => glob.slice(1)))
  const rest = plain.filter(glob => !names.has(glob) && !endings.has(glob.slice(1)))
  const byName = rest.filter(glob => !glob.includes('/')).map(asExpression)
  const byPath = rest.filter(glob => glob.includes('/'))
  const hasName = byName.length === 0 ? undefined : new RegExp(byName.join('|'))
  const hasPath = byPath.length === 0 ? undefined : globMatcher(byPath)
  return (path, name) =>
    names.has(name) || endsIn(endings, name) || hasName?.test(name) === true || hasPath?.(path) === true
}

function endsIn(endings: ReadonlySet<string>, name: string): boolean {
  if (endings.size === 0) return false
  for (let at = name.indexOf('.'); at >= 0; at = name.indexOf('.', at + 1)) if (endings.has(name.slice(at))) return true
  return false
}

/** `*.{a,b}` is `*.a` and `*.b`. */
function choicesOf(glob: string): readonly string[] {
  const found = /^([^{}]*)\{([^{}]*)\}(.*)$/.exec(glob)
  if (found === null) return [glob]
  const [, before, choices, after] = found
  return choices!.split(',').flatMap(choice => choicesOf(`${before}${choice}${after}`))
}

// Within one name a `*` is anything.
function asExpression(glob: string): string {
  if (/[[\]{}()?!+@\\]/.test(glob)) throw new Error(`The glob ${glob} is more than a name with stars.`)
  return `^${glob
    .split('*')
    .map(part => part.replace(/[.^$|]/g, '\\$&'))
    .join('[^]*')}$`
}
