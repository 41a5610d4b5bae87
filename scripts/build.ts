// Bundles src into dist: main.js (the command), index.js (what configs import), thread.js (what runs beside it) with shared chunks, hook.cjs (what the hooks start) and
// review.html (the page of the web review); then the types of index.js and the licences of everything bundled.
import { chmodSync, copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild'
import { writeDeclarations } from './declarations.ts'
import { noticesFor } from './notices.ts'
import { writePage } from './page.ts'

const root = dirname(import.meta.dirname)
// A second argument names another folder for the result: tests build a package of their own.
const dist = resolve(root, process.argv[2] ?? 'dist')
// zod brings its messages in sixty languages, and every start would pay for reading them.
const englishOnly: Plugin = {
  name: 'english-only',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js'",
    })),
}
const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  // Names are kept by not shortening them: esbuild's keepNames would define every one again at each start.
  minifyWhitespace: true,
  minifySyntax: true,
  plugins: [englishOnly],
  legalComments: 'none',
  logLevel: 'warning',
  external: ['typescript'],
  metafile: true,
} satisfies BuildOptions

rmSync(dist, { recursive: true, force: true })
const command = await build({
  ...shared,
  entryPoints: { main: 'src/main.ts', index: 'src/index.ts', thread: 'src/thread.ts' },
  outdir: dist,
  format: 'esm',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  // Some bundled packages are CommonJS and ask for require, __filename or __dirname.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';import { fileURLToPath as __toPath } from 'node:url';const require = __createRequire(import.meta.url);const __filename = __toPath(import.meta.url);const __dirname = __toPath(new URL('.', import.meta.url));",
  },
})
const bundled = bundledFiles(command.metafile)
if (existsSync(join(root, 'src/hook.ts'))) {
  const hook = await build({
    ...shared,
    entryPoints: { hook: 'src/hook.ts' },
    outdir: dist,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['typescript', './main.js'],
  })
  bundled.push(...bundledFiles(hook.metafile))
}
chmodSync(join(dist, 'main.js'), 0o755)
writePage(root, dist)

const require = createRequire(import.meta.url)
const besideChunks = [
  join(dirname(require.resolve('libpg-query')), 'libpg-query.wasm'),
  ...[
    'node-sqlite3-wasm/dist/node-sqlite3-wasm.wasm',
    'web-tree-sitter/web-tree-sitter.wasm',
    'tree-sitter-php/tree-sitter-php.wasm',
    'tree-sitter-python/tree-sitter-python.wasm',
    'tree-sitter-ruby/tree-sitter-ruby.wasm',
    'tree-sitter-javascript/tree-sitter-javascript.wasm',
    'tree-sitter-typescript/tree-sitter-typescript.wasm',
  ].map(path => join(root, 'node_modules', path)),
]
for (const wasm of besideChunks) {
  const copy = join(dist, 'chunks', basename(wasm))
  copyFileSync(wasm, copy)
  chmodSync(copy, 0o644)
  bundled.push(relative(root, wasm))
}

if (dist === join(root, 'dist')) {
  writeDeclarations(root, dist)
  writeFileSync(join(root, 'THIRD-PARTY-NOTICES.md'), noticesFor(root, bundled))
}

/** Files of which at least a byte is in the result; what was shaken off needs no licence. */
function bundledFiles(metafile: Metafile): string[] {
  return Object.values(metafile.outputs).flatMap(output =>
    Object.entries(output.inputs)
      .filter(([, input]) => input.bytesInOutput > 0)
      .map(([path]) => path),
  )
}
