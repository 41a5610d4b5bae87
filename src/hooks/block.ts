import type { Protection } from '../core/protection.ts'
import { casesOf, type HookEvent } from './shim.ts'

// Hook files that a team shares through git (`.husky/pre-push`, a tracked core.hooksPath) get a block at their top; the lines of the user stay.
// The block holds nothing of this machine. It starts the shim that `install` compiled for this clone, else the one in node_modules.
const begin = '# >>> ship-guard >>>'
const end = '# <<< ship-guard <<<'

/** The block for one hook. It is run by husky with `sh -e`, and by git as part of whatever sh script it stands in. */
export function blockFor(event: HookEvent, protections: readonly Protection[]): string {
  const lines = event === 'pre-push' ? prePushLines(protections) : linesOf[event]
  return `${[`${begin} Written by \`ship-guard install\`. Keep it first: what reads stdin before it hides the pushed refs.`, ...lines, end].join('\n')}\n`
}

function find(event: HookEvent): readonly string[] {
  return [
    `ship_guard_hook=$(git rev-parse --git-common-dir)/ship-guard/hooks/${event}`,
    `[ -f "$ship_guard_hook" ] || ship_guard_hook=node_modules/ship-guard/hooks/${event}`,
  ]
}

// Later lines get the same stdin again.
const giveBack = [
  'if [ -z "$ship_guard_input" ]; then exec </dev/null; else',
  '  exec <<SHIP_GUARD_INPUT',
  '$ship_guard_input',
  'SHIP_GUARD_INPUT',
  'fi',
]

function prePushLines(protections: readonly Protection[]): readonly string[] {
  const cases = [...new Set(protections.flatMap(casesOf))].map(pattern => `*\\ ${pattern}\\ *`)
  return [
    'ship_guard_input=$(cat)',
    ...find('pre-push'),
    'if [ -f "$ship_guard_hook" ]; then',
    '  sh "$ship_guard_hook" "$@" <<SHIP_GUARD_INPUT || exit',
    '$ship_guard_input',
    'SHIP_GUARD_INPUT',
    ...(cases.length === 0
      ? []
      : [
          `else case " $ship_guard_input" in ${cases.join(' | ')})`,
          '  echo "ship-guard: push refused: a protected branch is pushed, and ship-guard was not found to judge it." >&2',
          '  echo "Run: npm install. Then push again." >&2',
          '  exit 1 ;;',
          'esac',
        ]),
    'fi',
    ...giveBack,
  ]
}

const postMerge = [...find('post-merge'), '[ ! -f "$ship_guard_hook" ] || sh "$ship_guard_hook" "$@" || :']

const postRewrite = [
  'ship_guard_input=$(cat)',
  ...find('post-rewrite'),
  '[ ! -f "$ship_guard_hook" ] || sh "$ship_guard_hook" "$@" <<SHIP_GUARD_INPUT || :',
  '$ship_guard_input',
  'SHIP_GUARD_INPUT',
  ...giveBack,
]

// A folder of hooks may be started by git or by husky, which knows `sh -e`; what is staged may be refused.
const preCommit = [...find('pre-commit'), '[ ! -f "$ship_guard_hook" ] || sh "$ship_guard_hook" "$@" || exit']

const linesOf = { 'post-merge': postMerge, 'post-rewrite': postRewrite, 'pre-commit': preCommit } as const

/** Puts the block into a hook file, or renews it where it stands. Bytes in, bytes out: the user's lines may be in any encoding. */
export function insertBlock(file: Uint8Array | undefined, block: string): Uint8Array {
  const bytes = toLatin1(Buffer.from(block))
  if (file === undefined) return fromLatin1(`${created}${bytes}`)
  const text = toLatin1(withoutBlock(file) ?? file)
  const head = opening.exec(text)![0]
  if (head === '' || head.endsWith('\n')) return fromLatin1(head + bytes + text.slice(head.length))
  // A last line without a newline keeps being without one: the block then goes without its own.
  return fromLatin1(`${head}\n${bytes.slice(0, -1)}`)
}

export function hasBlock(file: Uint8Array): boolean {
  return withoutBlock(file) !== undefined
}

/** The file as it was without us; undefined when the block is not in it. */
export function withoutBlock(file: Uint8Array): Uint8Array | undefined {
  const text = toLatin1(file)
  const from = text.startsWith(begin) ? 0 : text.indexOf(`\n${begin}`) + 1
  if (from === 0 && !text.startsWith(begin)) return undefined
  const to = text.indexOf(`\n${end}`, from)
  if (to === -1) return undefined
  const after = to + 1 + end.length
  const atEnd = after === text.length && from > 0
  return fromLatin1(text.slice(0, atEnd ? from - 1 : from) + text.slice(after + 1))
}

/** What a hook file holds that nobody but us has written to. */
export const created = '#!/bin/sh\n'

/** Whether the block may stand in this file: git starts it with its own interpreter, which must be a shell. */
export function isShellScript(file: Uint8Array): boolean {
  const [first = ''] = toLatin1(file.subarray(0, 200)).split('\n')
  return first.startsWith('#!') ? /[/ ](ba|da|k|z|a)?sh\b/.test(first) : !toLatin1(file).includes('\u0000')
}

// A shebang, and the line that hooks of husky 4 to 8 begin with: it starts the file a second time, so the block comes behind it.
const opening = /^(?:#![^\n]*(?:\n|$))?(?:(?:[ \t]*\n)*\. "\$\(dirname -- "\$0"\)\/_\/husky\.sh"\n)?/

function toLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

function fromLatin1(text: string): Uint8Array {
  return Buffer.from(text, 'latin1')
}
