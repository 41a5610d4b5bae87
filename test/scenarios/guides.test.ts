// Every guide is carried out as it is written: each config is valid, each block of commands runs in a project of that kind, each link leads to a file.
// A command that ends in `# refused` must fail; every other one must not.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { guideProjects } from '../support/guide-projects.ts'
import { packageFolder, shipGuardBin, sourceRoot } from '../support/package-root.ts'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

const folder = join(sourceRoot, 'docs/guides')
const guides = readdirSync(folder).map(name => [name, readFileSync(join(folder, name), 'utf8')] as const)

function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, block = '']) => block)
}

test.each(guides)('%s: its commands do what it says', { timeout: 120_000 }, async (_, text) => {
  const kind = /^<!-- tried on: ([\w-]+) -->/.exec(text)?.[1] ?? ''
  const project = guideProjects[kind]
  expect(project, `there is no project of the kind "${kind}"`).toBeDefined()
  await using repo = await tempRepo()
  await project!(repo)
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main')
  const env = { PATH: `${await programs(repo)}:${process.env.PATH}`, HOME: repo.home }
  for (const block of blocks(text, 'sh')) {
    const script = block.replace(/^(.*\S) +# refused$/gm, '$1 && exit 99 || :')
    const ended = await exec('sh', ['-e', '-c', script], { cwd: repo.dir, env, timeoutMs: 100_000 })
    expect(ended, `${block}\n${ended.stdout}${ended.stderr}`).toMatchObject({ code: 0 })
  }
})

test.each(guides)('%s: every config in it is a valid one', async (_, text) => {
  const configs = blocks(text, 'yaml')
  expect(configs.length).toBeGreaterThan(0)
  await using repo = await tempRepo()
  for (const config of configs) {
    await repo.write('.shiprc', config)
    const { code, stderr } = await repo.shipGuard(['install', '--dry-run'])
    expect({ config, code, stderr }).toMatchObject({ code: 0 })
  }
})

test.each(guides)('%s: every link in it leads to a file', (_, text) => {
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path)
  expect(links.filter(path => !existsSync(join(folder, path)))).toEqual([])
})

/** A folder with the programs that would reach for the network: npx and npm know ship-guard only, and it is the built one. */
async function programs(repo: TempRepo): Promise<string> {
  const bin = join(repo.home, 'programs')
  const write = async (name: string, lines: readonly string[]) => {
    await mkdir(bin, { recursive: true })
    await writeFile(join(bin, name), `#!/bin/sh\n${lines.join('\n')}\n`)
    await chmod(join(bin, name), 0o755)
  }
  await write('npx', [
    `case $1 in ship-guard) shift; exec "${process.execPath}" "${shipGuardBin}" "$@" ;; esac`,
    'for one in node_modules/.bin; do [ -x "$one/$1" ] && { program=$1; shift; exec "$one/$program" "$@"; }; done',
    'echo "npx $*: not in this test" >&2; exit 97',
  ])
  await write('npm', [
    `case $* in "install --save-dev ship-guard") mkdir -p node_modules && ln -sfn "${packageFolder}" node_modules/ship-guard`,
    `  exec "${process.execPath}" -e 'const fs = require("fs"), p = JSON.parse(fs.readFileSync("package.json")); (p.devDependencies ??= {})["ship-guard"] = "*"; fs.writeFileSync("package.json", JSON.stringify(p, null, 2) + "\\n")' ;;`,
    `esac`,
    `exec "${join(dirname(process.execPath), 'npm')}" "$@"`,
  ])
  // Debian's own, which has Django; a machine may have others.
  await symlink('/usr/bin/python3', join(bin, 'python'))
  await symlink('/usr/bin/python3', join(bin, 'python3'))
  await symlink(process.execPath, join(bin, 'node'))
  return bin
}
