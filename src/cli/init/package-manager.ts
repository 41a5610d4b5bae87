import type { Facts, Seen } from './facts.ts'

type NpmClient = 'npm' | 'pnpm' | 'yarn' | 'bun'

/** Whom package.json belongs to: the lock file says it. */
export function npmClient({ files }: Pick<Facts, 'files'>): NpmClient {
  if (files.includes('pnpm-lock.yaml')) return 'pnpm'
  if (files.includes('yarn.lock')) return 'yarn'
  return files.includes('bun.lock') || files.includes('bun.lockb') ? 'bun' : 'npm'
}

/** How dependencies are installed exactly as the lock files say; one for each lock file. */
export function installCommands(facts: Facts): Seen[] {
  const yarnBerry =
    facts.files.includes('.yarnrc.yml') || /"packageManager":\s*"yarn@[^1]/.test(facts.texts['package.json'] ?? '')
  const commands: readonly (readonly [lock: string, command: string])[] = [
    ['package-lock.json', 'npm ci'],
    ['npm-shrinkwrap.json', 'npm ci'],
    ['pnpm-lock.yaml', 'pnpm install --frozen-lockfile'],
    ['yarn.lock', yarnBerry ? 'yarn install --immutable' : 'yarn install --frozen-lockfile'],
    ['bun.lock', 'bun install --frozen-lockfile'],
    ['bun.lockb', 'bun install --frozen-lockfile'],
    ['composer.lock', 'composer install --no-interaction'],
    ['uv.lock', 'uv sync --frozen'],
    ['poetry.lock', 'poetry install --no-interaction'],
    ['pdm.lock', 'pdm sync'],
    ['Pipfile.lock', 'pipenv sync --dev'],
    ['Gemfile.lock', 'bundle install'],
  ]
  const seen = new Map<string, Seen>()
  for (const [lock, command] of commands)
    if (facts.files.includes(lock) && !seen.has(command)) seen.set(command, { value: command, because: lock })
  return [...seen.values()]
}
