import { basename, dirname, join } from 'node:path/posix'
import type { Tool } from './tool.ts'

/**
 * The SQL that takes a migration back, where its tool keeps one: in a file beside it or below a mark in its own file. Undefined when there is none.
 * `all`: every path of the project; `text`: contents of a file of it.
 */
export async function wayBack(
  tool: Pick<Tool, 'sql'>,
  path: string,
  all: ReadonlySet<string>,
  text: (path: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const beside = candidates(path, all).find(one => all.has(one))
  if (beside !== undefined) return text(beside)
  const own = await text(path)
  if (own === undefined || tool.sql === undefined) return undefined
  const down = leftOut(own, tool.sql(path, own))
  return /\S/.test(down.replace(/^[ \t]*(?:--|#).*$/gm, '')) ? down : undefined
}

function candidates(path: string, all: ReadonlySet<string>): string[] {
  const [folder, name] = [dirname(path), basename(path)]
  const flyway = /^V(\d[\d._]*)__/.exec(name)?.[1]
  const undo =
    flyway === undefined
      ? []
      : [...all].filter(one => dirname(one) === folder && basename(one).startsWith(`U${flyway}__`))
  return [
    ...undo,
    ...(name === 'up.sql' ? [join(folder, 'down.sql')] : []),
    join(folder, name.replace(/([._-])up(\.sql)$/, '$1down$2')),
    ...['down', 'undo', 'rollback'].map(word => join(folder, name.replace(/\.sql$/, `.${word}.sql`))),
    path.replace(/(^|\/)deploy\//, '$1revert/'),
  ].filter(one => one !== path)
}

/** What the tool blanks out of a file on the way up is what it runs on the way back; places stay those of the file. */
function leftOut(text: string, up: string): string {
  let down = ''
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!
    down += char === '\n' || char === '\r' || (up[at] === ' ' && char !== ' ') ? char : ' '
  }
  return down
}
