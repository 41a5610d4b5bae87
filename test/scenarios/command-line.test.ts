import { describe, expect, test } from 'vitest'
import { tempRepo } from '../support/temp-repo.ts'

describe('what can be typed', () => {
  test.each([[[]], [['--help']], [['-h']], [['help']]])('is listed by %j', async args => {
    await using repo = await tempRepo()
    const help = await repo.shipGuard(args)
    expect(help.code).toBe(0)
    expect(help.stdout).toContain('Usage: npx ship-guard [options] [command]')
    expect(help.stdout).toMatch(/^ {2}changelog add <kind> <text> {2}/m)
    expect(help.stdout).toMatch(/^ {2}explain \[gate-or-rule\] {2}/m)
    expect(help.stdout).toMatch(/^ {2}help \[command\] {2}/m)
    expect(help.stdout).not.toMatch(/^ {2}hook/m)
    expect(help.stdout).not.toContain('…')
  })

  test.each([[['check', '--help']], [['help', 'check']]])('of one command is told by %j', async args => {
    await using repo = await tempRepo()
    const help = await repo.shipGuard(args)
    expect(help.code).toBe(0)
    expect(help.stdout).toContain('--commit <rev>')
    expect(help.stdout).toContain('npx ship-guard check --only db --json')
    expect(help.stdout).not.toContain('[]')
  })

  test.each([
    [['chekc'], "unknown command 'chekc'\n(Did you mean check?)\nSee what there is: npx ship-guard --help\n"],
    [['check', '--foo'], 'See how: npx ship-guard check --help\n'],
    [['check', 'extra'], 'See how: npx ship-guard check --help\n'],
    [['changelog', 'ad'], '(Did you mean add?)'],
    [['changelog', 'add'], "missing required argument 'kind'\nSee how: npx ship-guard changelog add --help\n"],
    [['--foo'], "unknown option '--foo'"],
  ])('%j is wrong use, and the way out is said', async (args, says) => {
    await using repo = await tempRepo()
    const ended = await repo.shipGuard(args)
    expect(ended.code).toBe(2)
    expect(ended.stderr).toContain(says)
    expect(ended.stdout).toBe('')
  })
})
