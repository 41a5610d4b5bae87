import type { Finding } from '../../../core/finding.ts'
import { headsOf, severalHeads } from '../../dependency-order.ts'
import { folderOf } from '../../evidence.ts'
import type { Project } from '../../tool.ts'
import { dependenciesIn, djangoName, isMigration, replacedIn } from './order.ts'

const remedy = 'Run `python manage.py makemigrations --merge` and commit the migration that joins them.'

/** Two migrations of one app that both come last: "Conflicting migrations detected". */
export function conflicts(_project: Project, texts: ReadonlyMap<string, string>): Finding[] {
  const paths = [...texts.keys()].filter(path => path.endsWith('.py') && isMigration(path, texts))
  const needs = (path: string) => [dependenciesIn, replacedIn].flatMap(names => names(texts.get(path)!))
  return headsOf(paths, needs, djangoName, folderOf)
    .filter(heads => heads.length > 1)
    .map(heads => severalHeads(heads, djangoName, 'Django', remedy))
}
