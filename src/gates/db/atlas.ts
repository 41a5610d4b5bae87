import { join } from 'node:path'
import { dirname } from 'node:path/posix'
import { CannotTell } from '../../core/errors.ts'
import type { Finding } from '../../core/finding.ts'
import type { GateContext } from '../../core/gate.ts'
import { atlasCommand, configText, joined, readOpinion } from '../../db/atlas-opinion.ts'
import { chooseEngine } from '../../db/replay/choose.ts'
import { rules } from '../../db/rules/registry.generated.ts'
import type { JudgedProject } from './judge.ts'
import type { Options } from './options.ts'

type Context = Pick<GateContext<Options>, 'tree' | 'world' | 'signal' | 'progress' | 'options'>

/** Ours and Atlas's findings, for every folder of migrations in SQL. Throws CannotTell when Atlas does not answer: it was asked for. */
export async function withAtlas(
  projects: readonly JudgedProject[],
  findings: readonly Finding[],
  context: Context,
): Promise<Finding[]> {
  let all = [...findings]
  for (const project of projects) {
    const fresh = project.history.files.filter(file => file.isNew && file.path.endsWith('.sql'))
    const folders = new Set(fresh.map(file => dirname(file.path)))
    for (const folder of folders) {
      const latest = fresh.filter(file => dirname(file.path) === folder).length
      all = joined(all, await opinion(project, folder, latest, context))
    }
  }
  return all
}

const timeoutMs = 5 * 60_000

async function opinion({ server }: JudgedProject, folder: string, latest: number, context: Context) {
  const { tree, world, signal, options } = context
  const top = await tree.checkout()
  const flavour = server.flavour ?? server.dialects[0]
  const url = world.env[options.scratch]
  const { engine } = await chooseEngine(world, { flavour, url, folder: top, forTools: true, signal }, 'required')
  const scratch = await engine!.start()
  const place = await world.scratchFolder({ bytes: 1024 * 1024 })
  try {
    const config = join(place.path, 'atlas.hcl')
    await world.files.write(config, configText, { mode: 0o600 })
    context.progress('asking atlas')
    const devUrl = scratch.environment?.url ?? ''
    const command = atlasCommand({ folder: join(top, folder), latest, config, devUrl })
    const result = await world.run(command, { signal, timeoutMs, keepBytes: 64 * 1024 * 1024 })
    const said = readOpinion(result, name => join(folder, name), rules)
    if ('findings' in said) return said.findings
    throw new CannotTell(
      `Atlas was to be asked as well, and gave no answer: ${said.because}`,
      'Log in (atlas login) or install it, or take `engine: atlas` out of the gate `db` in .shiprc.',
    )
  } finally {
    await place.remove()
    await scratch.stop()
  }
}
