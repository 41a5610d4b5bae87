import { expect, test } from 'vitest'
import type { Command, World } from '../core/world.ts'
import { insideGates, pushedByGate } from './nested.ts'

/** A world that takes down what is run in it. */
function recording(env: World['env'] = {}) {
  const ran: Command[] = []
  const world = {
    env,
    run: async (command: Command) => {
      ran.push(command)
      return {}
    },
  } as unknown as World
  return { world, ran }
}

const [app, lib] = [{ commonDir: '/app/.git' }, { commonDir: '/lib/.git' }]
const ref = 'refs/heads/main'

test('a push by a gate is refused in its own repository, and in those whose gates wait for it; in others it is judged as ever', async () => {
  const outer = recording()
  await insideGates(outer.world, app).run({ argv: ['sh'], env: { CI: 'true' } })
  expect(outer.ran[0]!.env).toMatchObject({ CI: 'true' })
  const inner = recording(outer.ran[0]!.env)
  expect(pushedByGate({ ref }, { world: outer.world, git: app })).toBeUndefined()
  expect(pushedByGate({ ref }, { world: inner.world, git: lib })).toBeUndefined()
  expect(pushedByGate({ ref }, { world: inner.world, git: app })?.rule).toBe('pushed-by-gate')
  await insideGates(inner.world, lib).run({ argv: ['sh'] })
  const innermost = recording(inner.ran[0]!.env)
  for (const git of [app, lib]) expect(pushedByGate({ ref }, { world: innermost.world, git })).toBeDefined()
})

test('a server that a gate asks is told nothing of this machine', async () => {
  const { world, ran } = recording()
  const command = { argv: ['sh'], on: { ssh: 'app' } } as unknown as Command
  await insideGates(world, app).run(command)
  expect(ran).toEqual([command])
})
