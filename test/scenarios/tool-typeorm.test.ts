import { test } from 'vitest'
import { lived, NodeProject } from '../support/node-tools.ts'

test('runs what we read, and its status is told apart', async () => {
  await using project = await NodeProject.of('typeorm', 'postgres')
  // changeColumn() drops a column of another type and adds it again, empty.
  await lived(project, {
    seed: "INSERT INTO users (email, bio) VALUES ('a@example.com', 'b')",
    emptied: ['column users.bio'],
  })
})
