import { UsageError } from '../core/errors.ts'
import { printable } from '../core/printable.ts'
import type { Oid } from '../core/push.ts'
import type { Git, World } from '../core/world.ts'

/** The program that opens it: GitHub's or GitLab's own. */
export type Opener = 'gh' | 'glab'

export interface PullRequestAsk {
  readonly git: Git
  readonly environment: string
  readonly commit: Oid
  /** Branch on the remote that it should go into. */
  readonly into: string
  /** Absent: the remote that `into` comes from, else `origin`, else the only one. */
  readonly remote?: string
  /** Absent: told from the remote's URL. */
  readonly opener?: Opener
  readonly signal: AbortSignal
}

export interface PullRequest {
  readonly branch: string
  readonly remote: string
  /** As the program printed it. */
  readonly url?: string
}

/**
 * Pushes the capture as a branch of its own and opens a pull request. Twice is once: the branch is named for the commit.
 * @throws UsageError when there is no remote, the push is refused, or the program is missing or says no.
 */
export async function openPullRequest(ask: PullRequestAsk, world: Pick<World, 'run'>): Promise<PullRequest> {
  const { git, environment, commit, signal } = ask
  const remote = ask.remote ?? (await remoteOf(git, ask.into))
  const opener = ask.opener ?? openerOf((await git.answer(['remote', 'get-url', '--push', '--', remote])) ?? '')
  if (opener === undefined)
    throw new UsageError(
      `Whether ${printable(remote)} is on GitHub or GitLab cannot be told from its URL.`,
      'Say which program opens it: --pull-request gh, or --pull-request glab',
    )
  const branch = `capture/${environment.replace(/[^A-Za-z0-9_-]+/g, '-')}-${commit.slice(0, 12)}`
  await push(git, remote, `${commit}:refs/heads/${branch}`, signal)
  const [title, body] = await wordsOf(git, commit)
  const words = { branch, into: ask.into, title, body }
  const argv = opener === 'gh' ? ghWords(words) : glabWords(words)
  const cwd = git.top ?? git.commonDir
  const env = { GH_PROMPT_DISABLED: '1', NO_PROMPT: '1', NO_COLOR: '1' }
  const ended = await world.run({ argv, cwd, env, ...(opener === 'gh' ? { input: body } : {}) }, { signal, timeoutMs })
  if (ended.ended === 'not-started') throw missing(opener, remote, branch)
  const said = `${text(ended.stdout)}\n${text(ended.stderr)}`
  const url = said.match(/https?:\/\/[^\s"'<>]+\/(?:pull|merge_requests)\/\d+/)?.[0]
  if ((ended.ended === 'exit' && ended.code === 0) || (url !== undefined && /already exists/.test(said)))
    return { branch, remote, ...(url === undefined ? {} : { url }) }
  throw new UsageError(
    `${branch} is pushed, but ${opener} opened no pull request: ${lastLine(said)}`,
    `See that it is signed in (${opener} auth status), then run this again: the branch is not pushed twice.`,
  )
}

const timeoutMs = 120_000

interface RequestWords {
  readonly branch: string
  readonly into: string
  readonly title: string
  readonly body: string
}

/** gh-pr-create(1): with `--head` it neither asks where to push nor forks; `--body-file -` reads stdin. */
function ghWords({ branch, into, title }: RequestWords): [string, ...string[]] {
  return ['gh', 'pr', 'create', '--head', branch, '--base', into, '--title', title, '--body-file', '-']
}

/** glab-mr-create(1): `--yes` skips the question at the end. A description of `-` would open an editor; ours is never that. */
function glabWords({ branch, into, title, body }: RequestWords): [string, ...string[]] {
  const words = ['--source-branch', branch, '--target-branch', into, '--title', title, '--description', body]
  return ['glab', 'mr', 'create', ...words, '--yes']
}

/** Undefined when the URL names neither. */
export function openerOf(url: string): Opener | undefined {
  const host = url.match(/^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?\[?([^/:\]]+)/i)?.[1]?.toLowerCase() ?? ''
  if (/(^|\.)github\./.test(host)) return 'gh'
  if (/(^|\.)gitlab\./.test(host)) return 'glab'
  return undefined
}

async function remoteOf(git: Git, into: string): Promise<string> {
  const configured = await git.answer(['config', '--get', `branch.${into}.remote`])
  const remotes = ((await git.answer(['remote'])) ?? '').split('\n').filter(name => name !== '')
  const remote = [configured, 'origin', remotes.length === 1 ? remotes[0] : undefined].find(
    name => name !== undefined && remotes.includes(name),
  )
  if (remote !== undefined) return remote
  throw new UsageError('There is no remote to push the capture to.', 'git remote add origin <url>')
}

async function push(git: Git, remote: string, refspec: string, signal: AbortSignal): Promise<void> {
  try {
    await git.text(['push', '--quiet', '--', remote, refspec], { signal })
  } catch (error) {
    const said = (error as { stderr?: string }).stderr
    if (said === undefined) throw error
    throw new UsageError(
      `The capture could not be pushed: ${lastLine(said)}`,
      `git push ${printable(remote)} ${refspec}`,
      { cause: error },
    )
  }
}

async function wordsOf(git: Git, commit: Oid): Promise<[title: string, body: string]> {
  const message = await git.text(['log', '-1', '--format=%B', commit])
  const [title = '', ...rest] = message.split('\n')
  return [title, rest.join('\n').trim()]
}

function missing(opener: Opener, remote: string, branch: string): UsageError {
  return new UsageError(
    `${branch} is pushed to ${printable(remote)}, but ${opener} is not installed here.`,
    `Open the pull request on the site, or install ${opener === 'gh' ? 'https://cli.github.com' : 'https://gitlab.com/gitlab-org/cli'} and run this again.`,
  )
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8')
}

function lastLine(said: string): string {
  return printable(said.trim().split('\n').at(-1) ?? '').trim()
}
