import type { Colours } from '../core/colour.ts'
import type { Finding, Severity } from '../core/finding.ts'
import { printable } from '../core/printable.ts'
import { cut, width, wrap } from '../core/width.ts'

/** How a terminal report looks: its colours and how many columns it may use. */
export interface Style {
  readonly paint: Colours
  readonly columns: number
}

const perGate = 50
const longestLine = 2_000
const mostLines = 100

/** Findings under their gate, errors first; after fifty it says how many more there are and where to read them. */
export function findingsLines(findings: readonly Finding[], style: Style, indent: number): string[] {
  const order: readonly Severity[] = ['error', 'warning', 'info']
  const sorted = order.flatMap(severity => findings.filter(finding => finding.severity === severity))
  const lines = sorted
    .slice(0, perGate)
    .flatMap((finding, index) => [...(index === 0 ? [] : ['']), ...findingLines(finding, style, indent)])
  const more = sorted.length - perGate
  if (more > 0)
    lines.push('', `${' '.repeat(indent)}… and ${more.toLocaleString('en')} more: npx ship-guard check --report json`)
  return lines
}

/** One finding: what happened, where and by which rule, why it matters, what to do now. */
export function findingLines(finding: Finding, style: Style, indent: number): string[] {
  const { paint } = style
  const mark = { error: paint.red('✗'), warning: paint.yellow('!'), info: paint.blue('i') }[finding.severity]
  // What is only told asks for nothing: one sentence and its place are enough.
  if (finding.severity === 'info')
    return [
      ...block(finding.what, style, { indent, mark, bar: true }),
      ...(finding.at === undefined ? [] : whereAndRule(finding, style, indent + 2)),
    ]
  return [
    ...block(finding.what, style, { indent, mark, paint: paint.bold, bar: true }),
    ...whereAndRule(finding, style, indent + 2),
    ...block(finding.why, style, { indent: indent + 2 }),
    ...block(finding.instead, style, { indent: indent + 2, mark: paint.green('→') }),
  ]
}

function whereAndRule({ at, rule, code }: Finding, { paint, columns }: Style, indent: number): string[] {
  const margin = ' '.repeat(indent)
  const name = printable(code === undefined ? rule : `${rule} ${code}`)
  if (at === undefined) return [margin + paint.dim(name)]
  const place = placeText(at)
  if (indent + width(place) + 2 + width(name) > columns) return [margin + paint.cyan(place), margin + paint.dim(name)]
  return [`${margin}${paint.cyan(place)}  ${paint.dim(name)}`]
}

/** `file:line:column`, as editors and terminals open it with a click. */
export function placeText({ file, line, column }: NonNullable<Finding['at']>): string {
  const tail = line === undefined ? '' : column === undefined ? `:${line}` : `:${line}:${column}`
  return `${printable(file)}${tail}`
}

interface BlockLook {
  readonly indent: number
  /** Stands before the first line; the lines hang behind it. */
  readonly mark?: string
  readonly paint?: (text: string) => string
  /** Further lines are some program's output: a bar shows how far it goes. Without it they are commands to copy. */
  readonly bar?: boolean
}

/**
 * A part of a message, wrapped. When it has several lines (the tail of a test's output, commands to type), those behind the first are kept as
 * they are: wrapping would break tables, diffs and commands. Only whole sentences between commands are wrapped.
 */
export function block(text: string, style: Style, { indent, mark, paint = plain, bar = false }: BlockLook): string[] {
  const [first = '', ...rest] = printable(text, { lines: true }).trimEnd().split('\n')
  const margin = ' '.repeat(indent)
  const hang = mark === undefined ? margin : `${margin}  `
  const wrapped = (line: string) => wrap(cut(line, longestLine), Math.max(16, style.columns - hang.length))
  const lines = wrapped(first).map((line, index) =>
    index === 0 && mark !== undefined ? `${margin}${mark} ${paint(line)}` : hang + paint(line),
  )
  const before = bar ? `${style.paint.dim('│')} ` : '  '
  for (const line of ending(rest)) {
    if (!bar && isSentence(line)) for (const part of wrapped(line)) lines.push(hang + paint(part))
    else lines.push(`${hang}${before}${line}`.trimEnd())
  }
  return lines
}

// A remedy may go on in words between its commands: "If it is no secret, allow it in .shiprc:".
function isSentence(line: string): boolean {
  return /^[A-Z][a-z]* .*[.:]$/.test(line)
}

/** The end of long output matters most: test runners write their summary there. */
function ending(lines: readonly string[]): string[] {
  const kept = lines.slice(-mostLines).map(line => cut(line, longestLine))
  const left = lines.length - kept.length
  return left > 0 ? [`… ${left.toLocaleString('en')} lines left out`, ...kept] : kept
}

function plain(text: string): string {
  return text
}
