import { expect, test } from 'vitest'
import { guardedRepo } from '../support/guarded-repo.ts'
import { toolFixtures } from '../support/tool-fixtures.ts'

const config = `protect: [main]
gates:
  secrets: false
  changelog: false
  tests: false
  db: { replay: 'off' }
`

test.each(toolFixtures)(
  '$id: a push with a hidden drop is refused at its place, the same project without it goes through',
  async fixture => {
    await using repo = await guardedRepo(fixture.base)
    await repo.commit({ '.shiprc': config }, 'judge migrations')
    await repo.ok('push', '-q', '--no-verify', 'origin', 'main')

    await repo.commit(fixture.project, 'a clean migration')
    const clean = await repo.git('push', 'origin', 'main')
    expect(clean.stderr).not.toMatch(/\d warning|\d error|undecided/)
    expect(clean.code).toBe(0)

    await repo.commit(fixture.drop, 'a drop in disguise')
    const push = await repo.git('push', 'origin', 'main')
    expect(push.code).toBe(1)
    for (const found of fixture.found) {
      const [code, place] = found.split(' ') as [string, string]
      expect(push.stderr).toContain(code)
      expect(push.stderr).toContain(place)
    }
  },
)
