// The types of what a JavaScript config may import: dist/index.d.ts and the files it needs, nothing else.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
import ts from 'typescript'

/** Stands in for src/core/schema.ts: zod is bundled, so its types must not be asked for by those who install us. */
const schemaDeclaration = `/** The shape, defaults and sentences of a unit's options: zod's and any other schema that can parse. */
export interface Schema<Options> {
    parse(value: unknown): Options;
}
`

/** Writes `index.d.ts` with all it imports into `dist`. Throws when the types do not hold or ask for an outside package. */
export function writeDeclarations(root: string, dist: string): void {
  const source = join(root, 'src')
  const emitted = emit(root, source)
  const needed = reachable(emitted, 'index.d.ts')
  for (const path of needed) {
    const target = join(dist, path === 'index.d.ts' ? path : join('types', path))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, withShippedImports(path, emitted.get(path)!))
  }
}

/** Path under src (`core/gate.d.ts`) -> text, with imports as they were written. */
function emit(root: string, source: string): Map<string, string> {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, 'tsconfig.json'),
    { noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: source },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
  )!
  const program = ts.createProgram([join(source, 'index.ts')], config.options)
  const emitted = new Map<string, string>()
  const { diagnostics } = program.emit(undefined, (path, text) => {
    emitted.set(relative(source, path).split(sep).join('/'), text)
  })
  for (const diagnostic of [...program.getOptionsDiagnostics(), ...diagnostics]) fail(diagnostic)
  emitted.set('core/schema.d.ts', schemaDeclaration)
  return emitted
}

function fail(diagnostic: ts.Diagnostic): never {
  throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'))
}

function reachable(emitted: ReadonlyMap<string, string>, entry: string): Set<string> {
  const seen = new Set<string>()
  const visit = (path: string) => {
    if (seen.has(path)) return
    seen.add(path)
    for (const { fileName } of importsOf(emitted.get(path)!)) visit(resolve(path, fileName))
  }
  visit(entry)
  return seen
}

function importsOf(text: string): readonly ts.FileReference[] {
  return ts.preProcessFile(text, true, true).importedFiles
}

/** Where an import of the file `from` leads, as a path under src. Throws for an outside package: users do not have it. */
function resolve(from: string, specifier: string): string {
  if (!specifier.startsWith('.'))
    throw new Error(
      `The types of ship-guard would need ${specifier} (in ${from}); give what is exported a type of ours.`,
    )
  return posix.join(posix.dirname(from), specifier).replace(/\.ts$/, '.d.ts')
}

/** The source's `./core/gate.ts` is `./types/core/gate.js` to those who import the package. From the end, so that positions stay true. */
function withShippedImports(path: string, text: string): string {
  return importsOf(text).reduceRight((rest, { pos, fileName }) => {
    const start = pos + 1 // behind the quote
    const shipped = fileName.replace(/\.ts$/, '.js').replace(/^\.\//, path === 'index.d.ts' ? './types/' : './')
    return rest.slice(0, start) + shipped + rest.slice(start + fileName.length)
  }, text)
}
