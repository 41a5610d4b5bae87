// Exit codes of rsync(1), EXIT VALUES, and words of ssh(1), as a person understands them: what, why, and what to do now.
import { CannotTell, type UsageError } from '../../core/errors.ts'
import { printable } from '../../core/printable.ts'
import type { CommandResult, Host } from '../../core/world.ts'

export interface Failure {
  readonly result: CommandResult
  readonly host: Host
  /** The folder or files that were asked for. */
  readonly from: string
  /** stderr, as bytes that were read as latin1. */
  readonly said: readonly string[]
  /** Whether the other end had begun to speak rsync. */
  readonly connected: boolean
}

const lost =
  /Connection (?:closed|reset)|Broken pipe|client_loop|Timeout, server|connection unexpectedly closed|Connection timed out during|kex_exchange_identification|io timeout|timeout in data send/i

/** Whether the same again may go well: a connection that broke after it stood, or a time limit. Wrong keys, hosts and paths stay wrong. */
export function deservesRetry({ result, said, connected }: Failure): boolean {
  if (result.ended !== 'exit') return false
  const words = said.join('\n')
  if (knownTroubles.some(([pattern]) => pattern.test(words))) return false
  if (result.code === 30 || result.code === 35) return true
  if (result.code === 10 || result.code === 12) return connected || lost.test(words.replace(/^rsync.*$/gm, ''))
  return result.code === 255 && (connected || /kex_exchange_identification|Connection (?:closed|reset) by/i.test(words))
}

type Words = readonly [why: (host: string, from: string) => string, instead: (host: string, from: string) => string]

const seeKey = (host: string) => `Try it by hand until it needs no question: ssh ${host} true`

/** By what is said, whatever the exit code. The order counts. */
const knownTroubles: readonly (readonly [RegExp, ...Words])[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for .* has changed|Offending .* key in/,
    host =>
      `The host key of ${host} is another one than before. Either the server was set up anew, or somebody is in between.`,
    host =>
      `Ask whoever runs the server for its fingerprint. Only when it fits: ssh-keygen -R ${host}, then ssh ${host}`,
  ],
  [
    /Host key verification failed|No .* host key is known for/,
    host => `${host} is not among your known hosts, so nobody can tell whether it is the right server.`,
    host => `Connect once by hand and compare the fingerprint with the one from whoever runs the server: ssh ${host}`,
  ],
  [
    /Too many authentication failures/,
    host => `${host} gave up before the right key was tried.`,
    host => `Name the key in ~/.ssh/config: Host ${host}, IdentityFile …, IdentitiesOnly yes`,
  ],
  [
    /Permission denied \((?:publickey|password|keyboard|gssapi)|Enter passphrase|no such identity/i,
    host =>
      `${host} lets nobody in with the keys at hand. A password or a passphrase would have to be typed, and capture never waits for one.`,
    host => `Load your key with ssh-add, or put your public key there: ssh-copy-id ${host}`,
  ],
  [
    /Could not resolve hostname|Name or service not known/,
    host => `There is no host by the name ${host}.`,
    host => `Mend the name in .shiprc, or add ${host} to ~/.ssh/config.`,
  ],
  [
    /Connection refused|No route to host|Network is unreachable/,
    host => `${host} does not answer on its ssh port.`,
    seeKey,
  ],
  [/connect to host .*timed out|Operation timed out/, host => `${host} does not answer within 15 seconds.`, seeKey],
  [
    /Bad configuration option|Bad owner or permissions|terminating, \d+ bad configuration/,
    () => 'ssh cannot use your ssh config.',
    seeKey,
  ],
  [
    /Failed to exec (?:ssh|env)|exec: ssh: not found|ssh: command not found|env: .*ssh.*No such file/,
    () => 'ssh is not installed on this machine.',
    () => 'Install it: apt-get install openssh-client',
  ],
  [
    /rsync: (?:command )?not found|rsync: No such file|rsync.*not recognized|remote command not found/i,
    host => `rsync is not installed on ${host}.`,
    host =>
      `Install it there: apt-get install rsync (Debian, Ubuntu), dnf install rsync (Fedora, RHEL), apk add rsync (Alpine). Where you are no administrator, ask the hoster of ${host}.`,
  ],
  [
    /post-realpath open failed|rrsync error|SSH_ORIGINAL_COMMAND/,
    (host, from) => `The key for ${host} is restricted (rrsync), and does not allow to read ${from}.`,
    () => 'Set capture.restrictedTo to the folder that stands behind `rrsync -ro` in authorized_keys there.',
  ],
  [
    /openrsync(?::|\(\d+\))|usage: (?:open)?rsync \[-/,
    host => `The rsync on ${host} is openrsync, which does not understand what capture asks.`,
    host => `Install rsync 3 on ${host}: pkg_add rsync, or brew install rsync.`,
  ],
  [
    /rejecting (?:excluded|unrequested)|unrequested file-list|attempt to hack|invalid (?:file-list|path|flist)|escapes? (?:the )?(?:transfer|destination)|unsafe path/i,
    host =>
      `${host} sent a name that was not asked for or leads out of the mirror. Its rsync is broken, or somebody plays tricks.`,
    () => 'Nothing of it is used. Speak to whoever runs the server before you trust anything on it.',
  ],
  [
    /No space left on device|Disk quota exceeded|File too large \(27\)/,
    () => 'There is no room left on this machine. What came is kept, and the next capture goes on from there.',
    () => 'Make room (df -h .git tells how much there is), then run it again.',
  ],
  [
    /(?:change_dir|push_dir|change_pathname|chdir|link_stat)(?:#\d+)? .*No such file or directory/,
    (host, from) => `There is no ${from} on ${host}.`,
    (_, from) => `Mend the path in .shiprc. Nothing was taken for deleted. Look for it there: ls -ld ${from}`,
  ],
  [
    /(?:change_dir|push_dir|change_pathname|chdir) .*Not a directory/,
    (host, from) => `${from} on ${host} is no folder.`,
    () => 'Mend the path in .shiprc.',
  ],
  [
    /(?:change_dir|push_dir|change_pathname|chdir) .*Permission denied|opendir .*Permission denied/,
    (host, from) => `The user of ${host} may not read ${from}.`,
    () => 'Log in as the user that owns the application, or have the folder opened to this one (chmod g+rx).',
  ],
]

/** By exit code, for what says nothing that we know. */
const byCode: Readonly<Record<number, Words>> = {
  1: [
    host => `rsync here or on ${host} does not know an option.`,
    host => `Compare the versions: rsync --version, and: ssh ${host} rsync --version`,
  ],
  2: [
    host => `${host} does not answer as rsync does.`,
    host => `See what it prints; it must be nothing: ssh ${host} true`,
  ],
  3: [(host, from) => `rsync could not choose what to read below ${from} on ${host}.`, seeKey],
  4: [
    host => `rsync on ${host} cannot do what was asked.`,
    host => `Compare the versions: ssh ${host} rsync --version`,
  ],
  5: [host => `rsync on ${host} would not start.`, seeKey],
  6: [() => 'rsync cannot write its log.', seeKey],
  10: [host => `The connection to ${host} broke.`, () => 'Run it again: what came is kept.'],
  11: [
    () => 'rsync could not read or write a file.',
    () => 'See whether there is room and whether the disk is well: df -h .git',
  ],
  12: [host => `The connection to ${host} broke, or what came was no rsync.`, () => 'Run it again: what came is kept.'],
  13: [() => 'rsync had trouble with its own messages.', () => 'Run it again: what came is kept.'],
  14: [() => 'rsync could not start ssh.', seeKey],
  20: [() => 'rsync was stopped.', () => 'Run it again: what came is kept.'],
  21: [() => 'rsync lost one of its processes.', () => 'Run it again: what came is kept.'],
  22: [
    () => 'rsync ran out of memory.',
    () => 'Exclude folders with very many files (capture.exclude), or read them as roots of their own.',
  ],
  23: [host => `Some files of ${host} could not be read.`, () => 'See the messages above.'],
  24: [host => `Files on ${host} vanished while they were read.`, () => 'Run it again.'],
  30: [host => `Nothing came from ${host} for five minutes.`, () => 'Run it again: what came is kept.'],
  35: [host => `The rsync of ${host} does not answer in time.`, () => 'Run it again: what came is kept.'],
  127: [
    host => `rsync is not installed on ${host}.`,
    host => `Install it there: apt-get install rsync. Where you are no administrator, ask the hoster of ${host}.`,
  ],
  255: [host => `ssh could not connect to ${host}, or lost the connection.`, seeKey],
}

/** The failure as an error with a way out. What the other end printed is shown safely and only its last line. */
export function explain(failure: Failure): CannotTell | UsageError {
  const { result, said, from } = failure
  const host = printable(failure.host.ssh)
  if (result.ended === 'not-started')
    return new CannotTell('rsync is not installed on this machine.', 'Install it: apt-get install rsync')
  if (result.ended === 'timeout') return new CannotTell(`${host} took too long.`, seeKey(host))
  const words = said.join('\n')
  const known = knownTroubles.find(([pattern]) => pattern.test(words))
  const code = result.ended === 'exit' ? result.code : 20
  const [why, instead] = known === undefined ? (byCode[code] ?? unknown) : [known[1], known[2]]
  const last = known === undefined ? lastWords(said) : ''
  return new CannotTell(`${why(host, printable(from))}${last}`, instead(host, printable(from)))
}

const unknown: Words = [host => `Reading from ${host} failed.`, seeKey]

function lastWords(said: readonly string[]): string {
  const line = said.findLast(one => one.trim() !== '' && !/^rsync(?: error)?: .*\(code \d+\)/.test(one))
  if (line === undefined) return ''
  const text = Buffer.from(line, 'latin1').toString('utf8')
  return ` It said: ${printable(text).slice(0, 300)}`
}
