// New migrations run on a scratch database, and what was seen there joined with what was read.
import { CannotTell } from '../../core/errors.ts'
import type { Finding } from '../../core/finding.ts'
import { wayBack } from '../../db/down-sql.ts'
import { chooseEngine } from '../../db/replay/choose.ts'
import { compare } from '../../db/replay/compare.ts'
import type { EngineWorld } from '../../db/replay/engine.ts'
import type { ReplayResult } from '../../db/replay/observation.ts'
import { reachesScratch } from '../../db/replay/reaches-scratch.ts'
import { replay } from '../../db/replay/replay.ts'
import type { Flavour } from '../../db/rule.ts'
import type { JudgedProject } from './judge.ts'
import type { Options } from './options.ts'

export interface ReplayAsked {
  readonly projects: readonly JudgedProject[]
  readonly options: Options
  readonly world: EngineWorld
  /** A folder with exactly what is judged, with its dependencies; asked for only when a tool has to run there. */
  checkout(): Promise<string>
  /** Every path of what is judged: a way back may lie outside the migrations. */
  readonly all: readonly string[]
  /** Contents of a file of what is judged. */
  text(path: string): Promise<string | undefined>
  readonly signal: AbortSignal
  progress(line: string): void
}

export interface Replayed {
  /** Of the projects, with what was seen; in the order of the projects. */
  readonly findings: readonly Finding[]
  /** What ran, one a project that ran. */
  readonly results: readonly ReplayResult[]
}

/** Every project that can be run. Throws CannotTell where replay is required and cannot be had. */
export async function replayProjects(asked: ReplayAsked): Promise<Replayed> {
  const findings: Finding[] = []
  const results: ReplayResult[] = []
  for (const project of asked.projects) {
    const one = await replayProject(project, asked)
    findings.push(...one.findings)
    results.push(...one.results)
  }
  return { findings, results }
}

async function replayProject(project: JudgedProject, asked: ReplayAsked): Promise<Replayed> {
  const { options } = asked
  const { history, server } = project
  const fresh = history.files.filter(file => file.isNew)
  const isCode = history.files.some(file => file.code !== undefined)
  const static_ = (because: string): Replayed => ({
    findings: [...project.findings, notReplayed(because)],
    results: [],
  })
  if (fresh.length === 0 || options.replay === 'off') return { findings: project.findings, results: [] }
  // The user's own commands run only where the user has said so.
  if (isCode && options.replay === 'auto')
    return static_(
      `${project.claim.tool.title} would have to run its own commands for that; set replay to required to let it`,
    )
  const flavour = flavourOf(server)
  try {
    return await run(project, flavour, isCode, asked)
  } catch (error) {
    if (options.replay === 'required' || !(error instanceof CannotTell)) throw error
    return static_(error.message.replace(/\.$/, ''))
  }
}

async function run(project: JudgedProject, flavour: Flavour, isCode: boolean, asked: ReplayAsked): Promise<Replayed> {
  const { options, world, signal, progress } = asked
  const { claim, history } = project
  const folder = isCode ? await asked.checkout() : '.'
  const version = options.version === undefined ? {} : { version: options.version.split('.').map(Number) }
  const request = { flavour, url: world.env[options.scratch], folder, ...version, forTools: isCode, signal }
  const { engine } = await chooseEngine(world, request, 'required')
  if (engine === undefined) return { findings: project.findings, results: [] }
  progress(`starting ${engine.shown}`)
  const scratch = await engine.start()
  try {
    const { tool, project: place } = claim
    if (isCode) await reachesScratch({ scratch, tool, project: place, folder, run: world.run, signal })
    const result = await replay({
      world,
      scratch,
      files: history.files,
      ...(isCode ? { code: { tool, project: place, folder } } : {}),
      down: path => wayBack(tool, path, new Set([...claim.paths, ...asked.all]), asked.text),
      signal,
      progress: line => progress(`running ${line} on ${scratch.shown}`),
    })
    return { findings: [...compare(project.findings, result), ran(result)], results: [result] }
  } finally {
    await scratch.stop()
  }
}

function flavourOf({ flavour, dialects }: JudgedProject['server']): Flavour {
  return flavour ?? dialects[0]
}

function ran({ engine, observations }: ReplayResult): Finding {
  const count = observations.length
  return {
    rule: 'replayed',
    severity: 'info',
    what: `${count === 1 ? 'The migration was' : `${count} migrations were`} also run on ${engine}.`,
    why: 'What a statement takes along by CASCADE or in dynamic SQL shows only when it runs.',
    instead: 'See what they did there: npx ship-guard db replay',
  }
}

function notReplayed(because: string): Finding {
  return {
    rule: 'not-replayed',
    severity: 'info',
    what: `The migrations were read, not run: ${because}.`,
    why: 'What a statement takes along by CASCADE or in dynamic SQL shows only when it runs.',
    instead: 'Run them on a scratch database: npx ship-guard db replay',
  }
}
