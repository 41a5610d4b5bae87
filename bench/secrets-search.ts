// What `bench/secrets.ts` times as ours: the engine over the files of a folder, as a capture reads them. Prints what was found, one JSON a line.
//   node secrets-search.mjs <package folder> <folder>
import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openThreads } from '../src/io/threads.ts'
import { type Sought, search } from '../src/secrets/search.ts'

const [packageFolder = '', folder = ''] = process.argv.slice(2)

async function* sought(): AsyncIterable<Sought<string>> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const key = path.slice(folder.length + 1)
    const content =
      statSync(path).size > 4 * 1024 * 1024
        ? {
            chunks: () => createReadStream(path, { highWaterMark: 1024 * 1024 }),
            most: Number.POSITIVE_INFINITY,
          }
        : { bytes: readFileSync(path), cut: false }
    yield { key, paths: [key], content }
  }
}

const { signal } = new AbortController()
const lines: string[] = []
for await (const { key, found } of search(sought(), { signal, threads: () => openThreads(packageFolder) })) {
  const { hits, file, example } = found.get(key)!
  for (const { rule, line, likely } of hits)
    lines.push(JSON.stringify({ file: key, line, rule, warning: likely && example }))
  if (file !== undefined) lines.push(JSON.stringify({ file: key, rule: file.id, warning: file.likely && example }))
}
process.stdout.write(lines.map(line => `${line}\n`).join(''))
