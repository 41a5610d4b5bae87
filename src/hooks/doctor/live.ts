import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type Check, type Diagnosis, fine, problem, told, unknown } from '../../core/diagnosis.ts'
import type { CommandResult, Git, World } from '../../core/world.ts'

/** What the shim wrote at each start: where it lies, and what it read. */
interface Answer {
  readonly hook: string
  readonly input: string
}

const title = 'a real push'
const patienceMs = 2 * 60_000

/**
 * Pushes HEAD to an empty repository that is thrown away, and looks whether our shim was started by it and was given the refs. No ref of this
 * clone moves, no remote is asked, and its objects are lent rather than copied. The hooks of other tools run as on any push.
 */
export async function provePush(git: Git, world: World): Promise<Diagnosis> {
  return { of: 'live', checks: await liveChecks(git, world) }
}

async function liveChecks(git: Git, world: World): Promise<readonly Check[]> {
  const [head, format] = await Promise.all([
    git.answer(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']),
    git.answer(['rev-parse', '--show-object-format']),
  ])
  if (head === undefined || git.top === undefined)
    return [unknown('live', title, 'There is no commit to push here.', 'git commit')]
  const scratch = await world.scratchFolder({ bytes: 1 })
  try {
    const remote = join(scratch.path, 'remote.git')
    const answers = join(scratch.path, 'answers')
    await git.text(['init', '-q', '--bare', '--template=', `--object-format=${format ?? 'sha1'}`, '--', remote])
    await world.files.write(join(remote, 'objects', 'info', 'alternates'), `${join(git.commonDir, 'objects')}\n`)
    await world.files.write(answers, '')
    const ref = `refs/ship-guard-probe/${randomBytes(8).toString('hex')}`
    const ended = await push({ head, ref, remote, answers, cwd: git.top }, world)
    return verdict(readAnswers((await world.files.text(answers)) ?? ''), ref, ended)
  } finally {
    await scratch.remove()
  }
}

interface Push {
  readonly head: string
  readonly ref: string
  readonly remote: string
  readonly answers: string
  readonly cwd: string
}

function push({ head, ref, remote, answers, cwd }: Push, world: World): Promise<CommandResult> {
  return world.run(
    {
      argv: [
        'git',
        // The longest match wins: no rule of the user's leads this URL elsewhere.
        ...['-c', `url.${remote}.pushInsteadOf=${remote}`, '-c', 'push.pushOption='],
        ...['push', '--quiet', '--no-recurse-submodules', '--no-follow-tags', '--no-signed'],
        ...['--end-of-options', remote, `${head}:${ref}`],
      ],
      cwd,
      // git-lfs would upload every file to the throw-away repository.
      env: { SHIP_GUARD_PROBE: answers, GIT_LFS_SKIP_PUSH: '1', GIT_TERMINAL_PROMPT: '0' },
    },
    { timeoutMs: patienceMs, signal: world.signal },
  )
}

/** `hook <path>`, then the lines that were read, for each start. */
export function readAnswers(text: string): readonly Answer[] {
  return text
    .split(/^(?=hook )/m)
    .filter(part => part.startsWith('hook '))
    .map(part => {
      const end = part.indexOf('\n')
      return {
        hook: part.slice('hook '.length, end === -1 ? undefined : end),
        input: end === -1 ? '' : part.slice(end + 1),
      }
    })
}

function verdict(answers: readonly Answer[], ref: string, ended: CommandResult): readonly Check[] {
  const [first] = answers
  if (first === undefined)
    return [problem('live', title, `ship-guard was not started by it. ${howEnded(ended)}`, 'npx ship-guard install')]
  const told1 = answers.filter(({ input }) => input.includes(` ${ref} `))
  if (told1.length === 0)
    return [
      problem(
        'live',
        title,
        `${first.hook} was started, but was not told which refs are pushed: something before it reads stdin.`,
        'In lefthook: use_stdin: true. In a hook of your own: start ship-guard first.\nnpx ship-guard install',
      ),
    ]
  const started = fine('live', title, `git started ${first.hook} with the refs. ${howEnded(ended)}`)
  const twice =
    answers.length === 1
      ? []
      : [
          told(
            'live-twice',
            title,
            `It was started ${answers.length} times: ${answers.map(({ hook }) => hook).join(', ')}. Every push is judged as often.`,
            'npx ship-guard install',
          ),
        ]
  const stopped = ended.ended === 'exit' && ended.code === 0 ? [] : [stoppedBy(ended)]
  return [started, ...twice, ...stopped]
}

function stoppedBy(ended: CommandResult): Check {
  const what = `Another hook of this clone keeps a push of HEAD back. ${howEnded(ended)}`
  return told('live-stopped', 'other hooks', what, 'See what it says: git push --dry-run')
}

function howEnded(ended: CommandResult): string {
  const seconds = `${(ended.tookMs / 1000).toFixed(1)} s`
  if (ended.ended === 'timeout') return `git did not come back within ${seconds}.`
  if (ended.ended === 'exit' && ended.code === 0) return `It took ${seconds}.`
  const says = Buffer.from(ended.output).toString('utf8').trim().split('\n').slice(-3).join(' / ')
  return `git ended after ${seconds}${says === '' ? '' : `: ${says}`}`
}
