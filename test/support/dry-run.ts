// What a capture would do, as the built command tells it to people and to programs in one run.
import { expect } from 'vitest'
import type { Deployed } from './deployed.ts'

/** One file, with its name byte for byte: a latin1 string where the report gives bytes. */
export interface Told {
  readonly path: string
  readonly change: string
  readonly holds: readonly string[]
  readonly proposed: boolean
}

export interface DryRun {
  /** The list on the screen. */
  readonly stdout: string
  readonly stderr: string
  /** To give to `--approve`; empty where nothing is proposed, which is not offered. */
  readonly tree: string
  readonly told: readonly Told[]
  /** `changed index.php`, `new mail.php: secret`, in the order of the report. */
  readonly lines: readonly string[]
  readonly report: Report
}

interface Report {
  readonly differences: readonly ReportItem[]
  readonly pull: { readonly state: string; readonly received: number; readonly notes: readonly string[] }
  readonly base: { readonly commit: string; readonly known: string }
  readonly hosts?: Readonly<Record<string, readonly { host: string; oid?: string; size?: number }[]>>
}

interface ReportItem {
  readonly path?: string
  readonly pathBase64?: string
  readonly change: string
  readonly holds: readonly { readonly kind: string; readonly with?: string }[]
  readonly proposed: boolean
  readonly after?: { readonly oid: string; readonly mode: string }
  readonly upload: boolean
  readonly content: string
}

/** `capture production --dry-run`; fails the test when it does not offer to approve just what it proposes. */
export async function dryRun(
  { capture, repo }: Pick<Deployed, 'capture' | 'repo'>,
  ...args: string[]
): Promise<DryRun> {
  const ended = await capture('production', '--dry-run', '--report', 'json=../report.json', ...args)
  const tree = /--approve ([0-9a-f]{40})/.exec(ended.stderr)?.[1]
  expect(ended, `${ended.stderr}\n${ended.stdout}`).toMatchObject({ code: 0 })
  const report = JSON.parse(await repo.read('../report.json')) as Report
  const told = report.differences.map(
    ({ path, pathBase64, change, holds, proposed }): Told => ({
      path: path ?? Buffer.from(pathBase64!, 'base64').toString('latin1'),
      change,
      holds: holds.map(({ kind }) => kind),
      proposed,
    }),
  )
  expect(tree !== undefined, ended.stderr).toBe(told.some(({ proposed }) => proposed))
  const lines = told.map(
    ({ path, change, holds }) => `${change} ${path}${holds.length === 0 ? '' : `: ${holds.join(', ')}`}`,
  )
  return { stdout: ended.stdout, stderr: ended.stderr, tree: tree ?? '', told, lines, report }
}
