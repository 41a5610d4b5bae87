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
  const pip = pipInstall(facts)
  if (pip !== undefined) seen.set(pip.value, pip)
  return [...seen.values()]
}

/** The interpreter of an environment that lies in the repository: it is there in a hook as well, where nothing was activated. */
export function virtualEnvironment({ programs = [] }: Pick<Facts, 'programs'>): string | undefined {
  return ['.venv/bin/python', 'venv/bin/python'].find(path => programs.includes(path))
}

/** pip has no lock file of its own; requirements.txt stands for one where an environment of the project is there to install into. */
function pipInstall(facts: Facts): Seen | undefined {
  const python = virtualEnvironment(facts)
  const exact = ['uv.lock', 'poetry.lock', 'pdm.lock', 'Pipfile.lock'].some(lock => facts.files.includes(lock))
  const wanted = ['requirements.txt', 'requirements-dev.txt'].filter(file => facts.files.includes(file))
  if (python === undefined || exact || wanted.length === 0) return undefined
  const folder = python.split('/')[0]!
  const install = `${python} -m pip install ${wanted.map(file => `-r ${file}`).join(' ')}`
  return { value: `python3 -m venv ${folder} && ${install}`, because: wanted.join(', ') }
}
