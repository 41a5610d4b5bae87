// Bundles src into dist: main.js (the command), index.js (what configs import) with shared chunks, and hook.cjs (what the hooks start).
import { chmodSync, copyFileSync, existsSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { type BuildOptions, build } from 'esbuild'

const root = dirname(import.meta.dirname)
// A second argument names another folder for the result: tests build a package of their own.
const dist = resolve(root, process.argv[2] ?? 'dist')
const shared: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
  external: ['typescript'],
}

rmSync(dist, { recursive: true, force: true })
await build({
  ...shared,
  entryPoints: { main: 'src/main.ts', index: 'src/index.ts' },
  outdir: dist,
  format: 'esm',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  // Some bundled packages are CommonJS and ask for require, __filename or __dirname.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';import { fileURLToPath as __toPath } from 'node:url';const require = __createRequire(import.meta.url);const __filename = __toPath(import.meta.url);const __dirname = __toPath(new URL('.', import.meta.url));",
  },
})
if (existsSync(join(root, 'src/hook.ts')))
  await build({
    ...shared,
    entryPoints: { hook: 'src/hook.ts' },
    outdir: dist,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['typescript', './main.js'],
  })
chmodSync(join(dist, 'main.js'), 0o755)

const wasm = join(dirname(createRequire(import.meta.url).resolve('libpg-query')), 'libpg-query.wasm')
copyFileSync(wasm, join(dist, 'chunks', 'libpg-query.wasm'))
