// What real shells offer. A line is what a person typed before pressing Tab.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

type Offers = (line: string) => Promise<readonly string[]>

async function shell(repo: TempRepo, name: 'bash' | 'zsh' | 'fish'): Promise<Offers> {
  const printed = await repo.shipGuard(['completion', name])
  expect(printed).toMatchObject({ code: 0, stderr: '' })
  const script = join(repo.home, name === 'zsh' ? '_ship-guard' : `ship-guard.${name}`)
  await writeFile(script, printed.stdout)
  return { bash: inBash, zsh: inZsh, fish: inFish }[name](script, repo)
}

function inBash(script: string): Offers {
  const ask = `. "$1"; read -ra COMP_WORDS <<<"$2"; [[ $2 == *' ' ]] && COMP_WORDS+=(''); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _ship_guard; printf '%s\\n' "\${COMPREPLY[@]}"`
  return async line => lines((await exec('bash', ['--norc', '-c', ask, 'bash', script, line])).stdout)
}

function inZsh(script: string): Offers {
  // _describe talks to the line editor; what it was given is what a person is offered.
  const ask = `_describe() { print -l -- "\${(P@)2%%:*}"; }; compdef() { :; }; . $1; words=("\${(@s: :)2}"); CURRENT=\${#words}; _ship_guard`
  return async line => lines((await exec('zsh', ['-f', '-c', ask, 'zsh', script, line])).stdout)
}

function inFish(script: string, repo: TempRepo): Offers {
  return async line => {
    const ended = await exec('fish', ['--no-config', '-c', `source ${script}; complete -C "$argv[1]"`, line], {
      env: { HOME: repo.home, XDG_CONFIG_HOME: repo.home, XDG_DATA_HOME: repo.home },
      cwd: repo.home,
    })
    return lines(ended.stdout).map(offer => offer.split('\t')[0]!)
  }
}

function lines(text: string): string[] {
  return text.split('\n').filter(Boolean)
}

test.each(['bash', 'zsh', 'fish'] as const)(
  '%s completes commands, what follows them, and their options',
  async name => {
    await using repo = await tempRepo()
    const offers = await shell(repo, name)
    const first = await offers('ship-guard ')
    for (const word of ['check', 'capture', 'db', 'install']) expect(first).toContain(word)
    expect(first.join(' ')).not.toContain('hook')
    expect(await offers('ship-guard db ')).toEqual(expect.arrayContaining(['lint', 'status']))
    expect(await offers('ship-guard db lint --r')).toContain(name === 'zsh' ? '--replay' : '--report')
    expect(await offers('ship-guard capture ')).toContain('status')
    expect(await offers('ship-guard ci ')).toEqual(expect.arrayContaining(['github', 'gitlab', 'pre-receive']))
    const unknown = await offers('ship-guard check --')
    expect(unknown).toContain('--commit')
    expect(unknown).not.toContain('--replay')
  },
)

test('bash completes behind npx, and only for ship-guard', async () => {
  await using repo = await tempRepo()
  const offers = await shell(repo, 'bash')
  expect(await offers('npx ship-guard che')).toEqual(['check'])
  expect(await offers('npx other che')).toEqual([])
})

test('a shell that nobody knows is wrong use', async () => {
  await using repo = await tempRepo()
  const { code, stderr } = await repo.shipGuard(['completion', 'fihs'])
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean fish?') })
})
