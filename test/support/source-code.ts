// What the source says of itself, read with the TypeScript parser: imports of every form, and uses of a name.
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, relative, sep } from 'node:path'
import ts from 'typescript'
import { sourceRoot } from './package-root.ts'

export interface Import {
  /** As written: `../core/gate.ts`, `node:path`, `zod`. */
  readonly specifier: string
  readonly line: number
}

/** Static, type-only, side-effect and re-exporting imports, `import()` of values and of types, `import x = require()` and `require()`. */
export function importsOf(text: string): readonly Import[] {
  const found: Import[] = []
  walk(text, (node, lineOf) => {
    const specifier = specifierOf(node)
    if (specifier !== undefined && ts.isStringLiteralLike(specifier))
      found.push({ specifier: specifier.text, line: lineOf(node) })
  })
  return found
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined
  if (ts.isExternalModuleReference(node)) return node.expression
  if (!ts.isCallExpression(node)) return undefined
  const { expression, arguments: given } = node
  if (
    expression.kind !== ts.SyntaxKind.ImportKeyword &&
    !(ts.isIdentifier(expression) && expression.text === 'require')
  )
    return undefined
  return withoutCast(given[0])
}

function withoutCast(node: ts.Node | undefined): ts.Node | undefined {
  return node !== undefined && ts.isAsExpression(node) ? withoutCast(node.expression) : node
}

/** Lines on which `object.property` is used, as in `process.exit()` or `process.exitCode = 1`. */
export function usesOf(object: string, properties: readonly string[], text: string): readonly number[] {
  const lines: number[] = []
  walk(text, (node, lineOf) => {
    if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.expression)) return
    if (node.expression.text === object && properties.includes(node.name.text)) lines.push(lineOf(node))
  })
  return lines
}

function walk(text: string, visit: (node: ts.Node, lineOf: (node: ts.Node) => number) => void): void {
  const file = ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true)
  const lineOf = (node: ts.Node) => file.getLineAndCharacterOfPosition(node.getStart()).line + 1
  const each = (node: ts.Node) => {
    visit(node, lineOf)
    ts.forEachChild(node, each)
  }
  each(file)
}

/** Every `.ts` file under a folder of the repository, by its path from there (`core/gate.ts`), with its text. */
export function sourceFiles(folder: string): ReadonlyMap<string, string> {
  const top = join(sourceRoot, folder)
  const paths = readdirSync(top, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => relative(top, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
  return new Map(paths.map(path => [path, readFileSync(join(top, path), 'utf8')]))
}

/** The file an import leads to, from the same root as `from`; undefined for a package or a module of Node's. */
export function target(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  // `./main.js` is how the built hook finds its neighbour.
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts')
}

/** The first way from a file back to itself, or undefined when there is none. */
export function cycleIn(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>()
  const visit = (file: string, way: readonly string[]): readonly string[] | undefined => {
    const before = way.indexOf(file)
    if (before !== -1) return [...way.slice(before), file]
    if (done.has(file)) return undefined
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...way, file])
      if (cycle !== undefined) return cycle
    }
    done.add(file)
    return undefined
  }
  for (const file of graph.keys()) {
    const cycle = visit(file, [])
    if (cycle !== undefined) return cycle
  }
  return undefined
}
