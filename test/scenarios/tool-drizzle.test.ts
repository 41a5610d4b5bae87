import { test } from 'vitest'
import { lived, NodeProject } from '../support/node-tools.ts'

test('runs what we read, and its status is told apart', async () => {
  await using project = await NodeProject.of('drizzle', 'postgres')
  await lived(project)
})
