// Run by tests as a process of its own, to be killed: opens a mirror, seeds it, and compares over and over. Says on stdout how far it is.

import { compare } from '../../src/drift/compare.ts'
import { seed } from '../../src/drift/seed.ts'
import { openGit } from '../../src/io/git.ts'
import { openMirror } from '../../src/io/mirror.ts'
import { captureSource } from './capture-source.ts'
import { pulledWith } from './mirrored.ts'

async function work(folder: string, commit: string, tree: string): Promise<void> {
  const git = await openGit(folder, process.env)
  const mirror = await openMirror(git, { environment: 'staging' })
  console.log('opened')
  await seed(mirror, tree)
  console.log('seeded')
  const { signal } = new AbortController()
  for (;;) {
    const base = { commit, tree, known: 'given' } as const
    await compare({ mirror, base, pulled: pulledWith(), source: captureSource(), signal, progress() {} })
    console.log('compared')
    // Every file is another one now, as far as its stat data tell.
    await mirror.git.bytes(['read-tree', '--empty'])
  }
}

const [folder, commit, tree] = process.argv.slice(2)
void work(folder!, commit!, tree!)
