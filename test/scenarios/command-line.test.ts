import { expect, test } from 'vitest'
import { tempRepo } from '../support/temp-repo.ts'

test('--help lists the commands and an unknown word is wrong use', async () => {
  await using repo = await tempRepo()
  const help = await repo.shipGuard(['--help'])
  expect(help.code).toBe(0)
  expect(help.stdout).toContain('explain')
  expect((await repo.shipGuard(['shipp'])).code).toBe(2)
})
