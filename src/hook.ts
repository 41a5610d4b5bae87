// What the hooks start. A push whose receipt is there is let through with Node's own modules and one git process; everything else is loaded late.
import { execFileSync } from 'node:child_process'
import { appendFileSync, lstatSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { logLine, logPath } from './core/log.ts'
import { withoutSecrets } from './core/remote.ts'
import { version } from './core/version.generated.ts'
import { readReceipt, receiptName } from './verdicts/receipt.ts'

const [event = '', ...args] = process.argv.slice(2)

// In a linked worktree, a submodule and with --git-dir git tells its hooks which repository it works on. Nothing that we start may inherit that.
const { GIT_DIR: gitDir, GIT_WORK_TREE: workTree } = process.env
delete process.env.SHIP_GUARD_WORK_TREE
for (const name of Object.keys(process.env))
  if (/^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR|OBJECT_DIRECTORY|QUARANTINE_PATH|NAMESPACE)$/.test(name))
    delete process.env[name]
if (gitDir !== undefined) process.env.SHIP_GUARD_GIT_DIR = resolve(gitDir)
if (workTree !== undefined) process.env.SHIP_GUARD_WORK_TREE = resolve(workTree)

const { SHIP_GUARD_NODE_OPTIONS: nodeOptions } = process.env
delete process.env.SHIP_GUARD_NODE_OPTIONS
if (nodeOptions !== undefined) process.env.NODE_OPTIONS = nodeOptions

const stdin = readFileSync(0, 'utf8')
const receipts = event === 'pre-push' ? receiptsFor(stdin) : undefined
if (receipts === undefined) void slowly()
else for (const says of receipts) process.stderr.write(`ship-guard: ${says}\n`)

async function slowly(): Promise<void> {
  const { start } = (await import('./main.js' as string)) as typeof import('./main.ts')
  process.exitCode = await start({
    argv: ['hook', event === 'post-rewrite' ? 'post-merge' : event, '--', ...args],
    stdin,
  })
}

/** What the receipts of every pushed ref say; undefined when one has none, or anything is unusual: then the whole way is gone. */
function receiptsFor(input: string): readonly string[] | undefined {
  try {
    const lines = input.split('\n').filter(line => line !== '')
    const commonDir = findCommonDir()
    return lines.map(line => receiptFor(line, commonDir))
  } catch {
    return undefined
  }
}

function receiptFor(line: string, commonDir: string): string {
  const [, commit, ref, base] = /^.* ([0-9a-f]{40,64}) (\S+) ([0-9a-f]{40,64})$/.exec(line) as unknown as [
    string,
    string,
    string,
    string,
  ]
  if (/^0+$/.test(commit) || /^0+$/.test(base)) throw new Error('created or deleted')
  const [newest, ...rest] = pushedCommits(commit, base)
  // The first must be what is pushed (not a tag that was peeled), and none may be the remote's alone (not a fast-forward).
  if (newest?.oid !== commit || [newest, ...rest].some(one => one.side === '<')) throw new Error('unusual')
  const trees = [newest, ...rest].map(one => one.tree)
  const name = receiptName({ version, remote: args[0] ?? '', ref, base, trees })
  const receipt = readReceipt(readFileSync(join(commonDir, 'ship-guard', 'receipts', name), 'utf8'), new Date(), look)
  if (receipt === undefined) throw new Error('no longer true')
  writeDownPassed(commonDir, ref, commit)
  return receipt.says
}

// What passed must be told from a push that went around us (`push --no-verify`). A log that cannot be written stops nobody.
function writeDownPassed(commonDir: string, ref: string, commit: string): void {
  try {
    mkdirSync(join(commonDir, 'ship-guard', 'log'), { recursive: true, mode: 0o700 })
    const entry = { remote: withoutSecrets(args[0] ?? ''), ref, commit, result: 'passed' } as const
    appendFileSync(logPath(commonDir, 'pushes'), logLine<'pushes'>(entry, new Date()), { mode: 0o600 })
  } catch {}
}

function pushedCommits(commit: string, base: string): readonly { side: string; oid: string; tree: string }[] {
  const answer = execFileSync('git', ['log', '--left-right', '--format=%m %H %T', `${base}...${commit}`, '--'], {
    encoding: 'utf8',
    env: {
      ...process.env,
      GIT_NO_REPLACE_OBJECTS: '1',
      GIT_GRAFT_FILE: '/dev/null',
      ...(gitDir === undefined ? {} : { GIT_DIR: gitDir }),
    },
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 64 * 1024 * 1024,
  })
  return answer
    .split('\n')
    .filter(line => line !== '')
    .map(line => {
      const [side, oid, tree] = line.split(' ') as [string, string, string]
      return { side, oid, tree }
    })
}

// gitrepository-layout(5): `.git` is the git dir, or a file that names it; a linked worktree's git dir names the common one in `commondir`.
function findCommonDir(): string {
  const own =
    process.env.SHIP_GUARD_GIT_DIR ??
    (lstatSync('.git').isDirectory()
      ? resolve('.git')
      : resolve(
          readFileSync('.git', 'utf8')
            .replace(/^gitdir: /, '')
            .trimEnd(),
        ))
  try {
    return resolve(own, readFileSync(join(own, 'commondir'), 'utf8').trimEnd())
  } catch {
    return own
  }
}

function look(path: string): { size: number; mtimeMs: number } | undefined {
  try {
    const { size, mtimeMs } = lstatSync(path)
    return { size, mtimeMs }
  } catch {
    return undefined
  }
}
