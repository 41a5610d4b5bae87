import { test } from 'vitest'
import { lived, NodeProject } from '../support/node-tools.ts'

test('runs what we read, and its status is told apart', async () => {
  await using project = await NodeProject.of('dbmate', 'mariadb')
  // dbmate shows the files that it has; what the database has besides them it does not say.
  await lived(project, { toldApart: false })
})
