import type { Finding } from '../core/finding.ts'
import { defineGate } from '../core/gate.ts'
import { printable } from '../core/printable.ts'
import { duration, z } from '../core/schema.ts'
import { command, exitCodeOf, programsOf, runCommandLine, shown, tail } from './command-line.ts'

const written = z.strictObject({
  run: z
    .string()
    .min(1)
    .describe('The command, as you type it in a shell at the top of the repository. Exit 0 passes.'),
  title: z.string().min(1).optional().describe('What the gate asks, in a few words.'),
  why: z.string().min(1).optional().describe('Why it matters; shown to the person whose push is refused.'),
  reads: z
    .array(z.string().min(1))
    .default(['**'])
    .describe('Globs of the files that the answer depends on. When none of them changed, a kept answer is used again.'),
  timeout: duration().prefault('10m').describe('How long it may take, such as 90s or 30m. Then it is ended.'),
  env: z.record(z.string(), z.string()).default({}).describe('Environment variables for the command.'),
  tailLines: z.int().min(0).max(1000).default(20).describe('How many of the last lines of output are shown.'),
})

const options = z.union([
  z
    .string()
    .min(1)
    .transform(run => ({ run }))
    .pipe(written),
  written,
])

type Options = z.output<typeof written>

// Installing dependencies into the checkout comes before the command and has a limit of its own.
const checkoutMs = 10 * 60_000

export default defineGate<Options>({
  id: 'command',
  title: 'A command of your own',
  why: 'Every project has a question that only it can ask; a command that answers with its exit code is enough.',
  version: 1,
  fast: false,
  options,
  finds: [
    {
      id: 'command-failed',
      title: 'A command of your own failed',
      why: 'This project asks it of every push to a protected branch.',
      instead: 'Run the command yourself, mend what it says, commit and push again.',
    },
  ],
  reads: ({ reads }) => [{ files: reads }],
  commands: ({ run }) => [run],
  tools: ({ run }) => programsOf([run]),
  timeoutMs: ({ timeout }) => timeout + checkoutMs,
  async check(context) {
    const { run, env, timeout, tailLines } = context.options
    const line = { run, env, timeoutMs: timeout, folder: await context.tree.checkout() }
    const result = await runCommandLine(line, context)
    context.signal.throwIfAborted()
    const code = exitCodeOf(result, line)
    return code === 0 ? [] : [refusal(context.options, code, tail(result.output, tailLines))]
  },
})

function refusal({ run, title, why }: Options, code: number, end: string): Finding {
  const asked = title === undefined ? '' : `${printable(title)}: `
  return {
    rule: 'command-failed',
    severity: 'error',
    what: `${asked}${shown(run)} failed (exit ${code}).${end}`,
    why: why === undefined ? 'This project asks it of every push to a protected branch.' : printable(why),
    instead: `Run it yourself, mend what it says, commit and push again:\n${command(run)}`,
  }
}
