// Repositories to push from: a bare origin beside a work tree of any number of files, all made by git itself.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execute } from './measure.ts'

export class Repository {
  readonly dir: string
  readonly origin: string
  #commits = 0

  private constructor(home: string) {
    this.dir = join(home, 'work')
    this.origin = join(home, 'origin.git')
  }

  /** A repository on `main` with these files and `count` more, pushed to its origin. */
  static async make(home: string, files: Readonly<Record<string, string>>, count: number): Promise<Repository> {
    const made = new Repository(home)
    mkdirSync(made.dir, { recursive: true })
    await execute(['git', 'init', '--quiet', '--bare', '-b', 'main', made.origin], { cwd: home })
    await made.git('init', '--quiet', '-b', 'main')
    await made.git('config', 'gc.auto', '0')
    await made.git('remote', 'add', 'origin', made.origin)
    for (const [path, text] of Object.entries(files)) made.write(path, text)
    for (let n = 0; n < count; n += 1)
      made.write(`files/${n % 100}/${Math.floor(n / 100)}.txt`, `file ${n}\n${'text '.repeat(20)}\n`)
    await made.commit('first')
    await made.git('push', '--quiet', '--no-verify', '-u', 'origin', 'main')
    return made
  }

  git(...args: string[]): Promise<string> {
    return execute(['git', ...args], { cwd: this.dir })
  }

  write(path: string, text: string): void {
    const target = join(this.dir, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, text)
  }

  async commit(message: string): Promise<void> {
    await this.git('add', '--all')
    await this.git('commit', '--quiet', '--no-verify', '--allow-empty', '--message', message)
  }

  /** One more tiny commit with a new tree, and its line in the changelog, so that every gate has something to look at. */
  async change(): Promise<void> {
    this.#commits += 1
    this.write('src/counter.js', `export const counter = ${this.#commits}\n`)
    const path = join(this.dir, 'CHANGELOG.md')
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace('### Added\n\n', `### Added\n\n- Counter ${this.#commits}.\n`),
    )
    await this.git('commit', '--quiet', '--no-verify', '--all', '--message', `change ${this.#commits}`)
  }

  /** Puts a branch of the origin back, so that the next push of the same commit has something to send. */
  rewindOrigin(branch: string, to: string): void {
    execFileSync('git', ['-C', this.origin, 'update-ref', `refs/heads/${branch}`, to])
  }
}

/** The application that is pushed: migrations, tests, a changelog with an open section. */
export const application: Readonly<Record<string, string>> = {
  '.gitignore': 'node_modules/\n',
  'package.json': `${JSON.stringify({ name: 'app', version: '1.0.0', private: true, type: 'module', scripts: { test: 'node --test' } }, undefined, 2)}\n`,
  'CHANGELOG.md': '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- The first line.\n',
  'src/counter.js': 'export const counter = 0\n',
  'test/counter.test.js':
    "import assert from 'node:assert/strict'\nimport { test } from 'node:test'\nimport { counter } from '../src/counter.js'\n\ntest('counts', () => assert.ok(counter >= 0))\n",
  'migrations/0001_create_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);\n',
}
