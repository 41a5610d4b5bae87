import { describe, expect, test } from 'vitest'
import { Skipped } from '../core/errors.ts'
import { defineGate, type Gate, type GateContext } from '../core/gate.ts'
import { z } from '../core/schema.ts'
import { checkConfig } from './check.ts'
import { joinConfigs } from './join.ts'
import type { Config } from './schema.ts'
import { gateUses } from './uses.ts'

function gate(id: string): Gate {
  return defineGate({
    id,
    title: id,
    why: 'Because.',
    version: 1,
    fast: true,
    options: z.object({ run: z.string().optional() }),
    reads: () => [],
    check: async () => [],
  })
}

const gates = ['changelog', 'command', 'db', 'secrets', 'tests'].map(gate)

function config(value: object): Config {
  const checked = checkConfig({ path: '/ship.config.js', value, format: 'code', locate: () => undefined }, gates)
  if ('problems' in checked) throw new Error(JSON.stringify(checked.problems))
  return checked.config
}

function join(remote: object | undefined, pushed: object) {
  const { config: joined, findings } = joinConfigs(
    remote === undefined ? undefined : config(remote),
    config(pushed),
    gates,
  )
  return {
    joined,
    uses: gateUses(joined, gates),
    told: findings.map(finding => `${finding.severity}: ${finding.what}`),
  }
}

describe('which gates judge', () => {
  test('without a config: db, changelog and secrets; tests only when asked for', () => {
    expect(gateUses(config({}), gates).map(use => use.id)).toEqual(['changelog', 'db', 'secrets'])
    expect(gateUses(config({ gates: { tests: true, db: false } }), gates).map(use => use.id)).toEqual([
      'changelog',
      'secrets',
      'tests',
    ])
  })

  test('a gate that is on by default may say why it is not asked, unless the config names it', async () => {
    const shy = gates.map(one =>
      one.id === 'changelog' ? { ...one, unlessNamed: async () => 'nothing to keep' } : one,
    )
    const ask = (value: object) => {
      const use = gateUses(config(value), shy).find(one => one.id === 'changelog')!
      return use.gate.check({ options: use.options } as GateContext<unknown>)
    }
    await expect(ask({})).rejects.toEqual(new Skipped('nothing to keep'))
    expect(await ask({ gates: { changelog: true } })).toEqual([])
  })

  test('a command stands under the name that was chosen', () => {
    const [use] = gateUses(config({ gates: { command: { lint: { run: 'x' } }, changelog: false } }), gates)
    expect(use).toMatchObject({ id: 'lint', gate: { id: 'command' }, options: { run: 'x' } })
  })
})

describe('the config of the remote', () => {
  test('has no say when there is none', () => {
    expect(join(undefined, { protect: [] })).toMatchObject({ joined: { protect: [] }, told: [] })
  })

  test('says nothing when the push asks for as much or more', () => {
    const remote = { protect: ['main'], gates: { tests: { run: 'a' } } }
    const { told } = join(remote, { protect: ['release/*', 'main'], gates: { tests: { run: 'a' }, db: {} } })
    expect(told).toEqual([])
  })

  test('keeps a gate that the push switches off, with its options', () => {
    const { uses, told } = join({ gates: { tests: { run: 'a' } } }, { gates: { tests: false, secrets: false } })
    expect(uses.find(use => use.id === 'tests')?.options).toEqual({ run: 'a' })
    expect(uses.map(use => use.id)).toContain('secrets')
    expect(told).toEqual([
      'warning: This push takes away the gate secrets.',
      'warning: This push takes away the gate tests.',
    ])
  })

  test('keeps a gate that the push no longer names', () => {
    expect(join({ gates: { tests: { run: 'a' } } }, {}).told).toEqual(['warning: This push takes away the gate tests.'])
  })

  test('keeps commands and gates in JavaScript', () => {
    const mine = { id: 'mine', title: 'Mine', why: 'So.', check: async () => [] }
    const { uses, told } = join({ gates: { command: { lint: { run: 'x' } } }, own: [mine] }, {})
    expect(uses.map(use => use.id)).toEqual(['changelog', 'lint', 'db', 'secrets', 'mine'])
    expect(told).toHaveLength(2)
  })

  test('keeps protected branches and tags', () => {
    const { joined, told } = join({ protect: ['main'], tags: ['v*'] }, { protect: [{ remote: 'prod', refs: 'main' }] })
    expect(joined.protect).toEqual([{ remotes: ['prod'], refs: ['main'] }, { refs: ['main'] }])
    expect(joined.tags).toEqual(['v*'])
    expect(told).toEqual([
      'warning: This push takes away the protection of main.',
      'warning: This push takes away the protection of the tags v*.',
    ])
  })

  test('keeps a branch that the push excepts', () => {
    const { joined } = join({ protect: ['release/*'] }, { protect: ['release/*', '!release/1'] })
    expect(joined.protect).toContainEqual({ refs: ['release/*'] })
  })

  test('tells only the branches that are really lost', () => {
    expect(join({}, { protect: ['*'] }).told).toEqual([])
    expect(join({}, { protect: ['main', 'release/*'] })).toMatchObject({
      joined: { protect: [{ refs: ['main', 'release/*'] }, { refs: ['develop'] }] },
      told: ['warning: This push takes away the protection of develop.'],
    })
    expect(join({}, { protect: ['*', '!main'] }).told).toEqual([
      'warning: This push takes away the protection of main.',
    ])
  })

  test('keeps a gate that is on by default as the default it was', () => {
    const { joined, told } = join({}, { gates: { changelog: false } })
    expect(joined.gates).toEqual({})
    expect(told).toEqual(['warning: This push takes away the gate changelog.'])
  })

  test('says nothing when a push gives options to a gate that had none', () => {
    expect(join({}, { gates: { db: { run: 'x' }, tests: { run: 'a' } } }).told).toEqual([])
  })

  test('lets the push change options, and says so', () => {
    const { uses, told } = join({ gates: { tests: { run: 'a' } } }, { gates: { tests: { run: 'b' } } })
    expect(uses.find(use => use.id === 'tests')?.options).toEqual({ run: 'b' })
    expect(told).toEqual(['warning: This push changes the options of the gate tests.'])
  })

  test('a command cannot take the place of a gate in JavaScript by bearing its name', () => {
    const mine = { id: 'lint', title: 'Mine', why: 'So.', check: async () => [] }
    const { uses } = join({ own: [mine] }, { gates: { command: { lint: { run: 'true' } } } })
    expect(uses.map(use => use.id)).toEqual(['changelog', 'lint', 'db', 'secrets', 'lint-before'])
  })
})
