// Migrations in code run through their own tool on the copy, one by one; what each statement would lose is asked before.
import { CannotTell } from '../../core/errors.ts'
import type { Run } from '../../core/world.ts'
import type { MigrationFile } from '../lint.ts'
import { reachesScratch } from '../replay/reaches-scratch.ts'
import type { Project, Tool } from '../tool.ts'
import { questionsOf } from './questions.ts'
import type { Counted, RehearsalRequest, StatementReport } from './rehearse.ts'

export interface CodeRehearsal extends RehearsalRequest {
  readonly tool: Tool
  readonly project: Project
  /** Absolute: the top of the work tree. */
  readonly folder: string
  readonly run: Run
}

const timeoutMs = 30 * 60_000

/** One report a migration. Throws CannotTell when the tool cannot run it here, or would run it somewhere else than on the copy. */
export async function rehearseCode(request: CodeRehearsal): Promise<readonly StatementReport[]> {
  const { scratch, files, tool, project, folder, run, signal, progress } = request
  const { commands } = tool
  const { environment } = scratch
  if (commands === undefined || environment === undefined)
    throw new CannotTell(`${tool.title} cannot be run on a copy from here.`, 'Rehearse it by hand on a copy.')
  await reachesScratch({ scratch, tool, project, folder, run, signal })
  const reports: StatementReport[] = []
  for (const file of files) {
    signal.throwIfAborted()
    progress(`${file.path} through ${tool.title}`)
    const asked = await before(file, request)
    const command = commands.migrate(project, file.path, environment)
    const result = await run({ ...command, cwd: within(folder, project) }, { signal, timeoutMs })
    const failed = result.ended === 'exit' && result.code === 0 ? undefined : lastLines(result.output)
    const nothing = { rows: undefined, lock: undefined, heldMs: undefined }
    reports.push({
      file: file.path,
      line: 1,
      text: command.argv.join(' '),
      tookMs: result.tookMs,
      ...nothing,
      ...asked,
      failed,
    })
    if (failed !== undefined) break
  }
  return reports
}

function within(folder: string, { root }: Project): string {
  return root === '' ? folder : `${folder}/${root}`
}

async function before(file: MigrationFile, { scratch, dialect }: RehearsalRequest) {
  const questions = (file.code?.read(dialect).statements ?? []).flatMap(questionsOf)
  const found = { loses: [] as Counted[], breaks: [] as Counted[], touches: [] as Counted[] }
  for (const { about, what, sql } of questions) {
    const rows = await scratch.database.query(sql).catch(() => undefined)
    const count = Number(rows?.[0]?.n ?? Number.NaN)
    if (count > 0) found[about].push({ what, count })
  }
  return found
}

function lastLines(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trim().split('\n').slice(-5).join('\n').slice(0, 600) || 'the command failed'
}
