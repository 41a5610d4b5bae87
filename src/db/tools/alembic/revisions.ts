// Alembic's revisions name themselves and what they follow: `revision = 'a1'`, `down_revision = 'b2'` or a tuple of several.
import { basename } from 'node:path/posix'

/** The revision's id; the file's name begins with it unless someone chose otherwise. */
export function revisionOf(path: string, text: string | undefined): string {
  return (
    textsOf(text ?? '', 'revision')[0] ?? /^[0-9a-zA-Z-]+/.exec(basename(path, '.py'))?.[0] ?? basename(path, '.py')
  )
}

/** Revisions that run before it. */
export function parentsOf(text: string | undefined): string[] {
  return ['down_revision', 'depends_on'].flatMap(name => textsOf(text ?? '', name))
}

export function hasLabels(text: string): boolean {
  return textsOf(text, 'branch_labels').length > 0
}

function textsOf(text: string, variable: string): string[] {
  const found = new RegExp(`^${variable}[ \\t]*(?::[^=\\n]*)?=[ \\t]*(\\([^)]*\\)|\\[[^\\]]*\\]|[^\\n]*)`, 'm').exec(
    text,
  )?.[1]
  return [...(found ?? '').replace(/#[^\n]*/g, '').matchAll(/['"]([^'"]*)['"]/g)].map(match => match[1]!)
}

export function isRevision(path: string, texts?: ReadonlyMap<string, string>): boolean {
  const text = texts?.get(path)
  return basename(path) !== '__init__.py' && (text === undefined || /^revision\b/m.test(text))
}
