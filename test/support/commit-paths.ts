import { exec, type TempRepo } from './temp-repo.ts'

/** Every path of a commit as its bytes, in a latin1 string. */
export async function pathsOf({ dir }: TempRepo, commit: string): Promise<readonly string[]> {
  const listed = await exec('sh', ['-c', 'git ls-tree -r -z --name-only "$1" | base64 -w 0', 'sh', commit], {
    cwd: dir,
  })
  return Buffer.from(listed.stdout, 'base64').toString('latin1').split('\0').slice(0, -1)
}
