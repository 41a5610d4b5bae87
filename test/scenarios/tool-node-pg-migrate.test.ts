import { expect, test } from 'vitest'
import { lived, NodeProject } from '../support/node-tools.ts'

test('runs what we read, and its status is told apart', async () => {
  await using project = await NodeProject.of('node-pg-migrate', 'postgres')
  await lived(project)
})

test('runs one migration after the other, and takes the last one back', async () => {
  await using project = await NodeProject.of('node-pg-migrate', 'postgres')
  const [first, second] = project.fixture.order
  await project.migrate(first)
  await project.migrate(second)
  expect(await project.status(project.names())).toEqual({ state: 'pending', pending: project.names().slice(2) })
  await project.revert(second!)
  expect(await project.status(project.names())).toEqual({ state: 'pending', pending: project.names().slice(1) })
})
