import type { Finding } from '../../../core/finding.ts'
import type { Project } from '../../tool.ts'
import { dependenciesIn, djangoName, isMigration, replacedIn } from './order.ts'

/** Two migrations of one app that both come last: Django refuses to migrate at all ("Conflicting migrations detected"). */
export function conflicts(_project: Project, texts: ReadonlyMap<string, string>): Finding[] {
  const paths = [...texts.keys()].filter(path => path.endsWith('.py') && isMigration(path, texts)).sort()
  const needed = new Set(paths.flatMap(path => [...dependenciesIn(texts.get(path)!), ...replacedIn(texts.get(path)!)]))
  const last = new Map<string, string[]>()
  for (const path of paths) {
    const name = djangoName(path)
    if (needed.has(name)) continue
    const app = path.slice(0, path.lastIndexOf('/'))
    last.set(app, [...(last.get(app) ?? []), path])
  }
  return [...last.values()].filter(leaves => leaves.length > 1).map(conflict)
}

function conflict(leaves: readonly string[]): Finding {
  const names = leaves.map(djangoName)
  return {
    rule: 'several-heads',
    severity: 'error',
    what: `${names.join(' and ')} both come last.`,
    why: 'Django refuses to migrate while an app has two ends, so nothing of this reaches any database.',
    instead: 'Run `python manage.py makemigrations --merge` and commit the migration that joins them.',
    at: { file: leaves.at(-1)! },
  }
}
