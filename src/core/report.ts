import type { Decision } from './verdict.ts'
import type { Terminal } from './world.ts'

/** What every report is given: the decisions of one command, worst first. */
export interface Judgement {
  readonly version: string
  readonly decisions: readonly Decision[]
  readonly tookMs: number
  /** What was judged when it was no push, for example `3 migrations`. */
  readonly subject?: string
}

/** One format. Text from outside is escaped for that format by the report itself. */
export interface Report {
  readonly id: string
  readonly title: string
  readonly why: string
  /** Made for a place that shows findings and nothing else: what passed is not in it. */
  readonly findingsOnly?: true
  render(judgement: Judgement, terminal: Pick<Terminal, 'colour' | 'columns'>): string
}

export function defineReport(report: Report): Report {
  return report
}
