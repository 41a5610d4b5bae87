import { normalize, resolve } from 'node:path'
import { UsageError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import type { Judgement, Report } from '../core/report.ts'
import type { World } from '../core/world.ts'
import { reports } from './registry.generated.ts'

/** One `--report FORMAT[=FILE]`. */
export interface ReportRequest {
  readonly report: Report
  /** As the user wrote it; absent means the screen. */
  readonly file?: string
}

/**
 * What `--report` asked for, in that order; the terminal report when nothing was asked.
 * @throws UsageError for an unknown format, an empty file name, or two reports for the same place.
 */
export function parseReportRequests(asked: readonly string[]): readonly ReportRequest[] {
  const requests = (asked.length === 0 ? ['terminal'] : asked).map(parseOne)
  const places = new Map<string, string>()
  for (const { report, file } of requests) {
    const place = file === undefined ? (report.id === 'terminal' ? 'stderr' : 'stdout') : `file ${normalize(file)}`
    const other = places.get(place)
    if (other !== undefined)
      throw new UsageError(
        file === undefined
          ? `--report ${other} and --report ${report.id} would run into each other on ${place}.`
          : `Two reports would be written to ${file}.`,
        `Give one of them another file: --report ${report.id}=FILE`,
      )
    places.set(place, report.id)
  }
  return requests
}

function parseOne(asked: string): ReportRequest {
  const [id = '', ...rest] = asked.split('=')
  const report = reports.find(known => known.id === id)
  const ids = reports.map(known => known.id)
  if (report === undefined) {
    const meant = nearest(id, ids)
    throw new UsageError(
      `There is no report format "${id}".`,
      `${meant === undefined ? '' : `Did you mean ${meant}? `}Formats: ${ids.join(', ')}. Write --report FORMAT or --report FORMAT=FILE.`,
    )
  }
  if (rest.length === 0) return { report }
  const file = rest.join('=')
  if (file === '')
    throw new UsageError(`--report ${id}= names no file.`, `Write --report ${id}, or --report ${id}=FILE.`)
  return { report, file }
}

/**
 * Renders every request and puts it where it belongs, files last, so that a full disk never hides the answer. The terminal report
 * goes to stderr; any other without a file goes to stdout, which is why a hook may only ask for files.
 * @throws UsageError when a file cannot be written; everything else has been shown by then.
 */
export async function writeReports(
  requests: readonly ReportRequest[],
  judgement: Judgement,
  world: Pick<World, 'cwd' | 'terminal'> & { readonly files: Pick<World['files'], 'write'> },
): Promise<void> {
  const { terminal, files, cwd } = world
  const toFiles: { file: string; text: string }[] = []
  for (const { report, file } of requests) {
    if (file !== undefined) toFiles.push({ file, text: report.render(judgement, { colour: false, columns: 100 }) })
    else if (report.id === 'terminal') terminal.error(report.render(judgement, terminal))
    else terminal.print(report.render(judgement, terminal))
  }
  for (const { file, text } of toFiles) {
    await files.write(resolve(cwd, file), text).catch((error: unknown) => {
      throw new UsageError(
        `The report could not be written to ${file}: ${error instanceof Error ? error.message : String(error)}`,
        'Name a file in a folder that you may write to, on a disk that has room.',
        { cause: error },
      )
    })
  }
}
