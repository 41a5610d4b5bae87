import { expect, test } from 'vitest'
import { lived, NodeProject } from '../support/node-tools.ts'

test('runs what we read, and its status is told apart', async () => {
  await using knex = await NodeProject.of('knex', 'postgres')
  await lived(knex)
})

test('runs one migration after the other, and takes the last one back', async () => {
  await using knex = await NodeProject.of('knex', 'postgres')
  for (const path of knex.fixture.order) await knex.migrate(path)
  expect(await knex.status(knex.names())).toEqual({ state: 'clean' })
  await knex.revert(knex.fixture.order.at(-1)!)
  expect(await knex.status(knex.names())).toEqual({ state: 'pending', pending: knex.names().slice(-1) })
})
