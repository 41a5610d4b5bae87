// What is asked of machines after the migrations were read: a scratch engine, Atlas, the environments. Each only where it is wanted.
import type { Finding } from '../../core/finding.ts'
import type { GateContext } from '../../core/gate.ts'
import type { JudgedProject } from './judge.ts'
import type { Options } from './options.ts'

/** Findings of the projects, with what running them and asking others adds. */
export async function settle(
  projects: readonly JudgedProject[],
  context: GateContext<Options>,
): Promise<readonly Finding[]> {
  const { options, tree, world, signal } = context
  const progress = (line: string) => context.progress(line)
  let findings = projects.flatMap(project => project.findings)
  if (projects.length > 0 && options.replay !== 'off') {
    const { replayProjects } = await import('./replay.ts')
    const all = (await tree.list(['**/*.sql'])).map(entry => entry.path)
    const asked = {
      projects,
      options,
      world,
      all,
      signal,
      progress,
      checkout: () => tree.checkout(),
      text: (path: string) => tree.text(path),
    }
    findings = [...(await replayProjects(asked)).findings]
  }
  if (options.engine === 'atlas') {
    const { withAtlas } = await import('./atlas.ts')
    findings = await withAtlas(projects, findings, context)
  }
  if (options.status.length === 0) return findings
  const { statusOfEnvironments } = await import('./status.ts')
  return [...findings, ...(await statusOfEnvironments(projects, context))]
}
