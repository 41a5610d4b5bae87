import type { CaptureSource, Environment } from '../../core/environment.ts'
import { UsageError } from '../../core/errors.ts'
import { nearest } from '../../core/nearest.ts'
import { printable } from '../../core/printable.ts'
import type { Host } from '../../core/world.ts'
import { type CliCall, defineCommand } from '../command.ts'

export default defineCommand({
  id: 'capture',
  summary:
    'bring what was changed on a server back into git: pulled, compared with what was deployed, reviewed, merged',
  arguments: [
    { name: '[environment]', about: 'a name under `environments` in .shiprc (default: the only one with `capture`)' },
  ],
  options: [
    { flags: '--web', about: 'review in the browser, on a page of this machine' },
    { flags: '--base <commit>', about: 'the commit that is deployed, where nothing on the server says it' },
    { flags: '--host <name>', about: 'which host is captured, where the environment has several' },
    { flags: '--check', about: 'only say whether something is different: exit code 1 if so; no git object is written' },
    { flags: '--dry-run', about: 'show what would be proposed, and change nothing' },
    { flags: '--plan <file>', about: 'write what is proposed to a file; with --approve: commit what that file says' },
    { flags: '--approve <tree>', about: 'commit without a review, only if the result is exactly this tree' },
    {
      flags: '--allow-secret <path@oid>',
      about: 'take this content although it is held back; needs --reason; may be given several times',
      many: true,
    },
    { flags: '--reason <text>', about: 'why it may be taken' },
    { flags: '--allow-deletions', about: 'go on although many files are gone on the server' },
    { flags: '--paranoid', about: 'compare contents everywhere, uploads too' },
    { flags: '--no-merge', about: 'commit, and leave the merge to you' },
    {
      flags: '--pull-request [program]',
      about: 'push the capture as a branch and open a request with gh or glab (default: by the remote’s URL)',
    },
    { flags: '--report <format[=file]>', about: 'json or html, on the screen or into a file', many: true },
    { flags: '--json', about: 'the same as --report json' },
  ],
  examples: [
    { run: 'npx ship-guard capture production', about: 'look, review here in the terminal, commit and merge' },
    { run: 'npx ship-guard capture production --web', about: 'the same with a page in your browser' },
    { run: 'npx ship-guard capture production --check', about: 'before a deploy: would it erase something?' },
    {
      run: 'npx ship-guard capture production --plan plan.json',
      about: 'first step of two: see what is proposed, and its tree',
    },
    {
      run: 'npx ship-guard capture production --plan plan.json --approve TREE',
      about: 'second step: commit exactly that, without a question',
    },
    { run: 'npx ship-guard capture status', about: 'what was captured, and what became of it' },
    { run: 'npx ship-guard capture clean production', about: 'take away our copy of the server' },
  ],
  async run(call) {
    const { captureRun } = await import('./run.ts')
    return captureRun(call, chosenEnvironment, chosenHost)
  },
})

/** The environment that is meant, with something to capture. */
function chosenEnvironment(
  { args }: CliCall,
  environments: Readonly<Record<string, Environment>>,
): Environment & { readonly capture: CaptureSource } {
  const able = Object.values(environments).filter(one => one.capture !== undefined)
  const [name] = args
  const found = name === undefined ? (able.length === 1 ? able[0] : undefined) : environments[name]
  if (found?.capture !== undefined) return { ...found, capture: found.capture }
  if (name === undefined)
    throw new UsageError(
      able.length === 0
        ? 'No environment of the config says what to capture.'
        : 'Several environments can be captured.',
      able.length === 0
        ? 'Add it to .shiprc, for example:\nenvironments:\n  production: { ssh: deploy@shop.example.com, path: /srv/shop, capture: laravel-deployer }'
        : `Name one: npx ship-guard capture ${able[0]!.name}`,
    )
  if (found !== undefined)
    throw new UsageError(
      `The environment ${name} does not say what to capture.`,
      `Add \`capture\` to it in .shiprc, for example: capture: laravel-deployer`,
    )
  const known = able.map(one => one.name)
  const meant = nearest(name, known)
  throw new UsageError(
    `The config names no environment "${printable(name)}".`,
    known.length === 0
      ? 'Add it to `environments` in .shiprc.'
      : `${meant === undefined ? '' : `Did you mean ${meant}? `}There are: ${known.join(', ')}.`,
  )
}

function chosenHost({ flags }: CliCall, { name, capture }: Environment): Host {
  const hosts = capture!.hosts
  if (flags.host === undefined) return hosts[0]!
  const found = hosts.find(host => host.ssh === flags.host)
  if (found !== undefined) return found
  throw new UsageError(
    `${name} has no host "${printable(String(flags.host))}".`,
    `There are: ${hosts.map(host => host.ssh).join(', ')}.`,
  )
}
