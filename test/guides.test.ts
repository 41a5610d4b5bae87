// What the guides show must be true: each config is valid, each command runs and ends as the guide says, each link leads to a file.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { deployed } from './support/deployed.ts'
import { sourceRoot } from './support/package-root.ts'
import { tempRepo } from './support/temp-repo.ts'

const docs = join(sourceRoot, 'docs')
const guide = readFileSync(join(docs, 'capture.md'), 'utf8')

function blocks(language: string): string[] {
  return [...guide.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text)
}

test('every config of the guide to capture is a valid one', async () => {
  const configs = blocks('yaml')
  expect(configs.length).toBeGreaterThan(3)
  for (const config of configs) {
    const whole = config.startsWith('gates:') ? `${configs[0]}${config}` : config
    await using repo = await tempRepo({ '.shiprc': whole })
    const { code, stderr } = await repo.shipGuard(['install', '--dry-run'])
    expect({ config, code, stderr }).toMatchObject({ code: 0 })
  }
})

test('the commands of the guide to capture, typed one after the other, do what it says', async () => {
  const typed = blocks('sh').flatMap(block => block.trimEnd().split('\n'))
  expect(typed.filter(line => line.startsWith('npx ship-guard capture ')).length).toBeGreaterThan(8)
  await using place = await deployed({ files: { artisan: '<?php\n', 'config/shop.php': '<?php return 1;\n' } })
  await place.server.write('config/shop.php', '<?php return 2;\n')
  let tree = ''
  const seen: string[] = []
  for (const line of typed) {
    const [command = '', comment = ''] = line.split(/\s+#/)
    const wanted = Number(/exit code (\d)/.exec(comment)?.[1] ?? 0)
    const words = command.replace('TREE', tree).split(/\s+/)
    // A page waits for a person; without a terminal the plain review asks nobody. Both have stories of their own.
    if (words[0] !== 'npx' || words.includes('--web') || command === 'npx ship-guard capture production') continue
    const ended = await place.repo.shipGuard(words.slice(2), { env: { PATH: place.server.env.PATH } })
    expect({ line, code: ended.code, said: ended.stderr }).toMatchObject({ code: wanted })
    tree = /--approve ([0-9a-f]{40})/.exec(ended.stderr)?.[1] ?? tree
    seen.push(words.slice(2).join(' '))
  }
  expect(seen).toContain(`capture production --plan plan.json --approve ${tree}`)
  expect(await place.repo.read('config/shop.php')).toBe('<?php return 2;\n')
  expect(existsSync(join(place.repo.dir, 'drift.html'))).toBe(true)
})

test('every link of the guide to capture leads to a file', () => {
  const links = [...guide.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path)
  expect(links.length).toBeGreaterThan(2)
  expect(links.filter(path => !existsSync(join(docs, path)))).toEqual([])
})
