// Looks at the unpacked package as those who install it get it: `npm run check:package -- <folder>/node_modules/ship-guard`.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import ts from 'typescript'

const root = dirname(import.meta.dirname)
const maxBytes = 14 * 1024 * 1024

/** What is wrong with the package in this folder, as sentences; empty when nothing is. */
export function faultsOf(folder: string): string[] {
  const files = filesUnder(folder)
  return [
    ...manifestFaults(folder),
    ...contentFaults(folder, files),
    ...hookFaults(folder, files),
    ...pathFaults(folder, files),
    ...typeFaults(folder),
  ]
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

function manifestFaults(folder: string): string[] {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    scripts?: Record<string, string>
    dependencies?: Record<string, string>
    files: string[]
  }
  // npm 11 warns of `prepare` as well when a tarball is installed.
  const runAtInstall = ['preinstall', 'install', 'postinstall', 'prepublish', 'prepare'].filter(
    name => manifest.scripts?.[name] !== undefined,
  )
  return [
    ...runAtInstall.map(name => `package.json runs something at ${name}: a guard must not.`),
    ...Object.keys(manifest.dependencies ?? {}).map(name => `${name} is a dependency; everything is bundled.`),
    ...manifest.files.flatMap(path =>
      exists(join(folder, path)) ? [] : [`package.json ships ${path}, which is not there.`],
    ),
  ]
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

function contentFaults(folder: string, files: readonly string[]): string[] {
  const needed = [
    'LICENSE',
    'README.md',
    'CHANGELOG.md',
    'THIRD-PARTY-NOTICES.md',
    'dist/main.js',
    'dist/thread.js',
    'dist/index.d.ts',
  ]
  const known =
    /^(package\.json|(report\.)?schema\.json|\.shiprc\.example|[A-Z-]+(\.md)?|(dist|hooks|man|templates)\/.+)$/
  const size = files.reduce((sum, path) => sum + statSync(join(folder, path)).size, 0)
  return [
    ...needed.filter(path => !files.includes(path)).map(path => `${path} is missing.`),
    ...files.filter(path => !known.test(path)).map(path => `${path} does not belong in the package.`),
    ...files
      .filter(path => /(\.map|\.test\.\w+|(?<!\.d)\.ts)$/.test(path))
      .map(path => `${path} is ours, not the user's.`),
    ...(size > maxBytes ? [`The package has ${size} bytes; ${maxBytes} are the limit.`] : []),
  ]
}

// git hangs on a hook whose first line ends in CRLF, and passes silently over one that may not be executed.
function hookFaults(folder: string, files: readonly string[]): string[] {
  return files
    .filter(path => path.startsWith('hooks/'))
    .flatMap(path => {
      const text = readFileSync(join(folder, path), 'latin1')
      return [
        ...(text.startsWith('#!/bin/sh\n') || path.endsWith('.sh') ? [] : [`${path} does not begin with #!/bin/sh.`]),
        ...(text.includes('\r') ? [`${path} holds a carriage return.`] : []),
      ]
    })
}

/** Nothing that is shipped may tell where it was built. */
function pathFaults(folder: string, files: readonly string[]): string[] {
  return files
    .filter(path => readFileSync(join(folder, path), 'latin1').includes(`${root}/`))
    .map(path => `${path} names the folder it was built in.`)
}

/** A strict project that imports us and has nothing else installed must pass the type check, declarations included. */
function typeFaults(folder: string): string[] {
  const user = join(dirname(dirname(folder)), 'user.ts')
  writeFileSync(
    user,
    `import { defineGate, type Finding } from 'ship-guard'
const findings: readonly Finding[] = []
export default defineGate({
  id: 'mine', title: 't', why: 'w', version: 1, fast: true,
  options: { parse: (value: unknown) => ({ value }) },
  reads: () => ['messages'],
  check: async ({ push, options }) => (push.ref === String(options.value) ? findings : []),
})
`,
  )
  const program = ts.createProgram([user], {
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    types: [],
  })
  return ts
    .getPreEmitDiagnostics(program)
    .map(found => `types: ${found.file?.fileName ?? ''} ${ts.flattenDiagnosticMessageText(found.messageText, ' ')}`)
}

if (process.argv[1] === import.meta.filename) {
  const faults = faultsOf(process.argv[2] ?? root)
  for (const fault of faults) console.error(fault)
  process.exitCode = faults.length > 0 ? 1 : 0
}
