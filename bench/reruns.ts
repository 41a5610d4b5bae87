// What running a failed test again costs: the gate on a suite of many tests of which one fails, with and without reruns, beside that test's own time.
import gate from '../src/gates/tests/index.ts'
import { run } from '../src/io/process.ts'
import { fakeTree, gateContext } from '../test/support/fake-tree.ts'
import { interleave } from './measure.ts'

const times = 3
const files = {
  'slow.test.mjs': `import { test } from 'node:test'\nfor (let n = 0; n < 2; n++) test('slow ' + n, () => new Promise(done => setTimeout(done, 1000)))\n`,
  'sum.test.mjs': `import { test } from 'node:test'\ntest('adds', async () => { await new Promise(done => setTimeout(done, 500)); throw new Error('no') })\ntest('slow too', () => new Promise(done => setTimeout(done, 2000)))\n`,
}

await using tree = fakeTree({ files, base: {} })
const folder = await tree.checkout()
const check = (reruns: number) => async () => {
  await gate.check(gateContext(gate, tree, { run: 'node --test', reruns }))
}
const alone = async () => {
  await run({ argv: ['node', '--test', '--test-name-pattern=/^adds$/', 'sum.test.mjs'], cwd: folder })
}
const timings = await interleave(
  [
    { name: 'the whole suite, one test fails', run: check(0) },
    { name: `the same, the failed test run again ${times} times`, run: check(times) },
    { name: 'the failed test alone, once', run: alone },
  ],
  3,
)
const median = (of: readonly number[]) => [...of].sort((a, b) => a - b)[of.length >> 1]!
const [whole, again, once] = timings.map(timing => median(timing.times)) as [number, number, number]
console.log('| run | ms |\n| --- | ---: |')
for (const { name, times } of timings) console.log(`| ${name} | ${Math.round(median(times))} |`)
const share = (again - whole) / once
console.log(`\nReruns add ${share.toFixed(2)} x the failed test's own time (budget ${times}).`)
