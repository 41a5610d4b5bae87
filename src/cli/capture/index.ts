import { defineCommand } from '../command.ts'

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
    return captureRun(call)
  },
})
