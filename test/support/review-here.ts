// Run by a scenario on a terminal of its own: the real keys, pager and screen, a made-up review. Writes what was decided to the file that it is given.
import { writeFileSync } from 'node:fs'
import { files } from '../../src/io/files.ts'
import { serve } from '../../src/io/http.ts'
import { interruptSignal } from '../../src/io/interrupt.ts'
import { openKeys, show } from '../../src/io/keys.ts'
import { run } from '../../src/io/process.ts'
import { openTerminal } from '../../src/io/terminal.ts'
import terminal from '../../src/review/surfaces/terminal/index.ts'
import { madeUpReview, oid, oneOfEach, someImages } from './made-up-review.ts'

const [result = '', pid = ''] = process.argv.slice(2)
const signal = interruptSignal()
writeFileSync(pid, String(process.pid))
const decisions = await terminal.present(
  madeUpReview(oneOfEach(), { into: 'develop', images: someImages }),
  {
    content: async () => undefined,
    masked: async (_, side) => Buffer.from(`${'same\n'.repeat(100)}port = ${side === 'before' ? 80 : 443}\n`),
    tree: async () => oid(0xabcdef),
  },
  {
    terminal: openTerminal(process.env),
    keys: () => openKeys(signal),
    show,
    serve,
    run,
    files,
    signal,
    env: process.env,
    packageFolder: '/nowhere',
  },
)
writeFileSync(result, JSON.stringify({ kind: decisions.kind, interrupted: signal.aborted }))
