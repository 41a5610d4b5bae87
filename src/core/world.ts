import type { Background } from './background.ts'
import type { OpenDatabase } from './database.ts'
import type { Live } from './live.ts'
import type { PathBytes } from './path-bytes.ts'
import type { Oid } from './push.ts'
import type { Blob, Tree } from './tree.ts'

/** Another machine, as ssh names it: a host alias or user@host that does not begin with `-`. */
export interface Host {
  readonly ssh: string
  readonly port?: number | undefined
}

/** A program and its words. Never a shell string. */
export interface Command {
  readonly argv: readonly [program: string, ...args: string[]]
  /** Runs there over SSH; `cwd` and `env` are then those of the other side. Absent: on this machine. */
  readonly on?: Host
  readonly cwd?: string
  readonly input?: string | Uint8Array
  /** Added to the scrubbed environment of this process; `undefined` removes a name. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

export interface RunOptions {
  readonly signal?: AbortSignal
  /** Milliseconds until the whole process group is ended. */
  readonly timeoutMs?: number
  /** Each chunk of stdout and stderr as it comes, for live progress. */
  readonly onOutput?: (chunk: Uint8Array) => void
  /** The same for one stream alone. */
  readonly onStdout?: (chunk: Uint8Array) => void
  readonly onStderr?: (chunk: Uint8Array) => void
  /** How much of each stream is kept, from its END. Bytes; default 1 MiB. What is dropped is counted in `droppedBytes`. */
  readonly keepBytes?: number
}

export type CommandResult = {
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
  /** stdout and stderr in the order in which they came, the tail of it. */
  readonly output: Uint8Array
  readonly droppedBytes: number
  readonly tookMs: number
} & (
  | { readonly ended: 'exit'; readonly code: number }
  | { readonly ended: 'signal'; readonly signal: string }
  | { readonly ended: 'timeout' }
  | { readonly ended: 'aborted' }
  /** The program does not exist or cannot be started. */
  | { readonly ended: 'not-started'; readonly because: string }
)

export type Run = (command: Command, options?: RunOptions) => Promise<CommandResult>

/** Two commands, the stdout of the first being the stdin of the second. Streamed: nothing between them is kept. */
export type Pipe = (
  from: Command,
  into: Command,
  options?: Omit<RunOptions, 'keepBytes'>,
) => Promise<{ readonly from: CommandResult; readonly into: CommandResult }>

export interface GitOptions {
  readonly cwd?: string
  readonly input?: string | Uint8Array
  readonly signal?: AbortSignal
}

/** git with a scrubbed environment. Every call is an argument list; refs and paths from outside follow `--end-of-options` or `--`. */
export interface Git {
  /** Absolute top of the work tree; undefined in a bare repository. */
  readonly top: string | undefined
  /** Absolute git dir of this worktree. */
  readonly dir: string
  /** Absolute git dir shared by all linked worktrees. */
  readonly commonDir: string
  /** stdout as text without the final newline. Throws GitError when git exits non-zero. */
  text(args: readonly string[], options?: GitOptions): Promise<string>
  /** The same, undefined when git exits non-zero: for questions whose answer may be no. Any other failure still throws. */
  answer(args: readonly string[], options?: GitOptions): Promise<string | undefined>
  /** stdout as bytes, for `-z` output and contents. Throws GitError when git exits non-zero. */
  bytes(args: readonly string[], options?: GitOptions): Promise<Uint8Array>
  /** Exit code only. */
  code(args: readonly string[], options?: GitOptions): Promise<number>
  /** Contents of blobs in the order asked, through one `git cat-file --batch`. A missing object ends in GitError. */
  blobs(oids: Iterable<Oid>, options?: { maxBytes?: number; signal?: AbortSignal }): AsyncIterable<Blob>
  /** The content of one blob in pieces, as it comes: for what is larger than memory should be. */
  stream(oid: Oid, options?: { signal?: AbortSignal }): AsyncIterable<Uint8Array>
  /** stdout cut at each NUL, as it comes: for lists that may be longer than memory is wide. */
  records(args: readonly string[], options?: GitOptions): AsyncIterable<Uint8Array>
}

/** Files of this machine. Writing is atomic: a temporary file in the same folder, then rename. */
export interface Files {
  read(path: string): Promise<Uint8Array | undefined>
  text(path: string): Promise<string | undefined>
  write(path: string, content: string | Uint8Array, options?: { mode?: number }): Promise<void>
  /** Adds at the end, in one write: what several processes add at the same time stays whole. `mode` counts when the file is new. */
  append(path: string, content: string, options?: { mode?: number }): Promise<void>
  remove(path: string): Promise<void>
  /** Renames within one file system; a link stays a link. What was at `to` is replaced. */
  move(from: string, to: string): Promise<void>
  list(folder: string): Promise<readonly string[]>
  /** Like lstat: what is at this path itself; undefined when nothing is. */
  look(path: string): Promise<FileFacts | undefined>
  makeFolder(path: string, options?: { mode?: number }): Promise<void>
  /** Paths of regular files under `folder` that match the globs, relative to it. */
  glob(folder: string, globs: readonly string[]): Promise<readonly string[]>
}

export interface FileFacts {
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  /** Permission bits only. */
  readonly mode: number
  readonly size: number
  readonly mtimeMs: number
  /** Where a link points to, as written. */
  readonly target?: string
}

/** What we may know of and say to the person at the terminal. Everything is written to stderr, so that `git push --porcelain` stays readable. */
export interface Terminal {
  readonly isTty: boolean
  readonly colour: boolean
  /** In characters. */
  readonly columns: number
  error(text: string): void
  /** To stdout: only for a command's own result (a report, a printed config), never from a hook. */
  print(text: string): void
}

/** Threads beside this one. Each loads its program anew: for seconds of work, not for milliseconds. */
export interface Threads {
  readonly count: number
  /** Plain data in and out; the memory that is handed over is gone here. Rejects when the thread failed. */
  ask(question: unknown, handedOver: readonly ArrayBuffer[]): Promise<unknown>
  close(): Promise<void>
}

export interface World {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly run: Run
  readonly pipe: Pipe
  readonly files: Files
  readonly database: OpenDatabase
  /** A folder that is ours alone and goes away with this process, also when it is killed. */
  scratchFolder(needs: ScratchNeeds): Promise<ScratchFolder>
  readonly terminal: Terminal
  now(): Date
  /** Opens or makes the mirror of a server and locks it. Throws UsageError when another capture of it is running. */
  mirror(git: Git, place: MirrorPlace): Promise<Mirror>
  /** Takes away the mirrors of an environment (all without a name), and what was left of their quarantine. */
  discardMirrors(git: Git, environment?: string): Promise<readonly string[]>
  /**
   * Serves a page on loopback. `page` itself is given to whoever knows the port, so nothing of the user's may be in it; `answer` is asked only
   * after Host, Origin and the session were checked, which the page gets once, for the token in its address.
   */
  serve(page: PageAnswer, answer: (request: PageRequest) => Promise<PageAnswer>): Promise<PageServer>
  /** Takes the keyboard; undefined when stdin or stderr is no terminal. */
  keys(): Keys | undefined
  /**
   * One line from the person at the controlling terminal, also where stdin is taken, as in a hook; undefined when nobody can be asked. For a
   * question whose answer may not be guessed.
   */
  ask(question: string): Promise<string | undefined>
  /** Starts threads that look for secrets. */
  threads(): Threads
  /** Runs a program that takes the terminal for itself, such as a pager; false when it cannot be started. Ctrl-C is the program's while it runs. */
  show(command: Command): Promise<boolean>
  /**
   * Runs a program on the person's own terminal and in their own environment, so that it can ask for a passphrase. With `quiet` nothing that it
   * prints is shown; its stderr is given here. Ctrl-C is the program's while it runs.
   */
  handOver(command: Command, options?: { readonly quiet?: boolean }): Promise<HandedOver>
  /** In a hook of git: whether the program that carries the push to its remote (ssh) still lives. `unknown` where it cannot be told. */
  carrier(): Promise<'lives' | 'ended' | 'unknown'>
  readonly background: Background
  /** Everything on stdin, as text. */
  stdin(): Promise<string>
  /** Aborted by Ctrl-C, SIGTERM, SIGHUP, and when the process that started us is gone. */
  readonly signal: AbortSignal
  /** The folder of the installed package: `hooks/` and `schema.json` lie in it. */
  readonly packageFolder: string
  /** The tree of a commit, compared with what the remote has. */
  tree(git: Git, commit: Oid, base: Oid | undefined, checkout: () => Promise<string>): Tree
  /** A folder with exactly this commit: the work tree itself when it is clean and at this commit, else a kept detached one. Throws CannotTell. */
  checkout(git: Git, commit: Oid, options: CheckoutOptions): Promise<Checkout>
  /** Takes away every detached work tree that was kept for this repository. */
  discardCheckouts(git: Git): Promise<void>
  /** The live display of what runs, on stderr. `doing` says what it is where lines are told one by one: `judging`, `capturing`. */
  live(doing?: string): Live
  /** The config file of a folder, if it has one. Throws UsageError when it cannot be read at all. */
  findConfig(folder: string): Promise<FoundConfig | undefined>
  /** The repository around `cwd`. Throws UsageError when there is none or git is missing. */
  git(cwd?: string): Promise<Git>
}

export interface HandedOver {
  /** Exit code; 127 when it cannot be started, 130 when Ctrl-C ended it. */
  readonly code: number
  readonly said: string
}

/**
 * Our own copy of what lies on a server, under the common git dir (0700), with a private index. Nothing here touches the user's work tree, index,
 * config or object store.
 */
export interface Mirror {
  /** Absolute. Holds `tree/`, `index`, `state.json`, `quarantine/` and what else a mirror needs. */
  readonly folder: string
  /** Absolute: where rsync writes. Laid out like the repository. */
  readonly tree: string
  /**
   * git on the private index and `tree`, hardened: no hooks, no filters but those allowed, no user config that changes contents. Objects are written
   * to the quarantine, with the repository's own as alternate. It knows no refs and nothing of the user's config but who they are: name objects by id.
   */
  readonly git: Git
  /**
   * Another private index in the same folder, empty at first, for example one to build the commit's tree in. `from`: a copy of the first, which
   * names what the server has by hashes alone; their objects are nowhere. Git LFS works on it where it is set up.
   */
  withIndex(name: string, from?: 'index'): Promise<Git>
  /** Shows every file of the index in the order of the paths' bytes, with what git noted when it last looked, and counts them. Starts no process. */
  indexed(see?: (path: PathBytes, entry: () => IndexedFile) => void): Promise<number>
  /** What lies at a path of the tree itself; links are not followed. */
  look(path: PathBytes): Promise<FileFacts | undefined>
  /** `maxBytes` of a regular file of the tree, from its beginning or the byte `from` on (all of it without). Undefined when it is not a regular file, or has a link among its folders. */
  read(path: PathBytes, options?: { from?: number; maxBytes?: number }): Promise<Uint8Array | undefined>
  /** Removes what lies at the path of the tree, whatever its kind and mode. */
  discard(path: PathBytes): Promise<void>
  /** A note of ours in the mirror's folder, kept from run to run. `name`: of its file. */
  recall(name: string): Promise<string | undefined>
  keep(name: string, text: string): Promise<void>
  /** Moves the quarantined objects into the repository's object store; only after approval. */
  release(): Promise<void>
  /** Takes quarantined objects away. */
  emptyQuarantine(): Promise<void>
  /** Gives up the lock. The mirror stays. */
  close(): Promise<void>
}

export interface IndexedFile {
  readonly path: PathBytes
  readonly oid: Oid
  readonly mode: string
  /** Bytes, modulo 2^32. */
  readonly size: number
  /** Zero when git has not looked at the file. */
  readonly mtimeMs: number
  readonly ctimeMs: number
}

export interface MirrorPlace {
  /** Of the environment; one folder name. */
  readonly environment: string
  /** Of the host when the environment has several. */
  readonly host?: string
}

/** A page served on loopback for one person, gone with the command. */
export interface PageServer {
  /** With the one-time token, as a fragment because browsers send that nowhere: `http://127.0.0.1:49152/#…`. */
  readonly url: string
  close(): Promise<void>
}

export interface PageRequest {
  readonly method: 'GET' | 'POST'
  /** Without query, begins with `/`. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** Parsed JSON of a POST. */
  readonly body?: unknown
}

export interface PageAnswer {
  readonly status: number
  readonly type: string
  readonly body: string | Uint8Array
  /** Content-Security-Policy; absent: nothing is loaded and nothing runs. */
  readonly policy?: string
}

/** A person at the terminal. Raw mode begins with the first `next`, the alternate screen with the first `draw`; `close` ends both. */
export interface Keys {
  /**
   * The next key: a character as typed, or a name such as `up`, `down`, `enter`, `escape`, `page-down`, `ctrl-c`; `resize` when the window has
   * another size now. Undefined when the terminal is gone or the command is to end.
   */
  next(): Promise<string | undefined>
  /** A whole line, edited with what the terminal itself offers; for terminals that cannot draw. Undefined at its end. */
  line(question: string): Promise<string | undefined>
  /** Whether the cursor can be moved: no on a dumb terminal. */
  readonly draws: boolean
  /** At this moment; people resize. */
  size(): { readonly columns: number; readonly rows: number }
  /**
   * The whole screen anew: these lines from its top and nothing below. They hold no control characters but colours. The cursor stands at the
   * beginning of line `at` (from 0), for who listens to the screen; without it at the end of the last one.
   */
  draw(lines: readonly string[], at?: number): void
  /** Gives the terminal back while a pager runs, and takes it again. */
  lend<Result>(work: () => Promise<Result>): Promise<Result>
  /** Restores the terminal. */
  close(): void
}

export interface ScratchNeeds {
  /** Memory is taken where this much of it is free, else the disk. */
  readonly bytes: number
  /** User that a server runs as who must not run as root; the folder becomes theirs. */
  readonly owner?: { readonly uid: number; readonly gid: number }
}

export interface ScratchFolder {
  /** Absolute, short enough for a socket in it. */
  readonly path: string
  remove(): Promise<void>
}

/** A config file as it was found, not yet checked. */
export interface FoundConfig {
  /** Absolute. */
  readonly path: string
  readonly value: unknown
  /** `code`: a JavaScript or TypeScript config; it was run to be read. */
  readonly format: 'yaml' | 'json' | 'code'
  /** Names of further config files in the same folder that are not used because this one comes first. */
  readonly ignored?: readonly string[]
  /** Where a key is written, for messages: `['gates', 'tests', 'run']`. The nearest parent that is written when the key is not. */
  locate(keys: readonly (string | number)[]): { line: number; column: number } | undefined
}

export interface CheckoutOptions {
  /** `auto` works in place where that is right; `strict` always takes a detached work tree. */
  readonly mode: 'auto' | 'strict'
  /** Untracked folders and files that commands need: dependencies, environment files. Relative to the top. */
  readonly link: readonly string[]
  /** The user's own command that installs dependencies, run when the lock files differ. */
  readonly prepare?: string | undefined
  /** Milliseconds for `prepare`. */
  readonly prepareTimeoutMs: number
  readonly signal: AbortSignal
  progress(line: string): void
}

export interface Checkout {
  readonly folder: string
  readonly inPlace: boolean
  /** Whether the folder still holds exactly the commit: someone may have edited it while commands ran in it. */
  stillTrue(): Promise<boolean>
  release(): Promise<void>
}
