import { counted } from '../core/amount.ts'
import { duration } from '../core/duration.ts'
import type { Finding } from '../core/finding.ts'
import { escapedHtml, htmlPage } from '../core/html-page.ts'
import { nameOf } from '../core/remote.ts'
import { defineReport, type Judgement } from '../core/report.ts'
import { type Decision, overallResult, resultOf, type Verdict, worstFirst } from '../core/verdict.ts'
import { placeText } from './finding-lines.ts'
import { summary } from './summary.ts'

export default defineReport({
  id: 'html',
  title: 'One HTML page',
  why: 'Made to be kept, mailed or attached to a CI run: it loads and runs nothing.',
  render(judgement) {
    const title = `ship-guard: ${overallResult(judgement.decisions)}`
    return htmlPage(title, body(judgement), style)
  },
})

const marks = { passed: ['ok', '✓'], refused: ['bad', '✗'], undecided: ['warn', '?'], skipped: ['dim', '–'] } as const
const severityMarks = { error: ['bad', '✗'], warning: ['warn', '!'], info: ['dim', 'i'] } as const

function body(judgement: Judgement): string {
  const result = overallResult(judgement.decisions)
  const sections = worstFirst(judgement.decisions).map(decisionHtml)
  return [
    `<h1>${mark(marks[result])} ${escapedHtml(judgement.subject ?? 'Push')} <small>${result}</small></h1>`,
    `<p>${escapedHtml(summary(judgement))}</p>`,
    ...sections,
    `<footer><p>ship-guard ${escapedHtml(judgement.version)}, ${duration(judgement.tookMs)}</p></footer>`,
  ].join('\n')
}

function decisionHtml(decision: Decision): string {
  const { push, findings, verdicts } = decision
  const heading = `<h2>${mark(marks[resultOf(decision)])} <bdi>${escapedHtml(nameOf(push))}</bdi> <small><code>${push.commit.slice(0, 12)}</code></small></h2>`
  const rows = [
    ...(findings.length === 0
      ? []
      : [row(mark(marks[resultOf({ ...decision, verdicts: [] })]), 'the push itself', '', list(findings))]),
    ...verdicts.map(verdictRow),
  ]
  if (rows.length === 0) return `<section>${heading}</section>`
  return `<section>${heading}
<table><thead><tr><th scope="col"></th><th scope="col">Gate</th><th scope="col">Took</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></section>`
}

function verdictRow(verdict: Verdict): string {
  const took = verdict.stored ? 'stored' : duration(verdict.tookMs)
  const about = `${verdict.gate}${verdict.title === '' ? '' : `: ${verdict.title}`}`
  return row(mark(marks[verdict.outcome]), about, took, details(verdict))
}

function row(sign: string, about: string, took: string, inside: string): string {
  return `<tr><td>${sign}</td><td><bdi class="gate">${escapedHtml(about)}</bdi>${inside}</td><td>${took}</td></tr>`
}

function details(verdict: Verdict): string {
  switch (verdict.outcome) {
    case 'passed':
    case 'refused':
      return list(verdict.findings)
    case 'undecided':
      return `<p>${escapedHtml(verdict.because)}</p><pre>${escapedHtml(verdict.instead)}</pre>`
    case 'skipped':
      return `<p>${verdict.bypassed ? 'Switched off for this push: ' : ''}${escapedHtml(verdict.because)}</p>`
  }
}

const most = 500

function list(findings: readonly Finding[]): string {
  if (findings.length === 0) return ''
  const more = findings.length - most
  const rest = more > 0 ? `<p>And ${counted(more, 'more finding')}: npx ship-guard check --report json</p>` : ''
  return `<ul>${findings.slice(0, most).map(item).join('\n')}</ul>${rest}`
}

function item({ rule, code, severity, what, why, instead, at }: Finding): string {
  const [first = '', ...output] = what.split('\n')
  const place = at === undefined ? '' : `<code>${escapedHtml(placeText(at))}</code> `
  return `<li>${mark(severityMarks[severity])} <b>${escapedHtml(first)}</b>${output.length === 0 ? '' : `<pre>${escapedHtml(output.join('\n'))}</pre>`}
<p>${place}<code>${escapedHtml(code === undefined ? rule : `${rule} ${code}`)}</code></p>
<p>${escapedHtml(why)}</p><pre>${escapedHtml(instead)}</pre></li>`
}

function mark([kind, sign]: readonly [string, string]): string {
  return `<span class="${kind}">${sign}</span>`
}

const style = `
.ok{color:var(--ok)}.bad{color:var(--bad)}.warn{color:var(--warn)}.dim{color:var(--dim)}
.gate{font-weight:550}td:first-child{width:24px}td:last-child,th:last-child{width:80px;text-align:end;white-space:nowrap}
ul{list-style:none;margin:6px 0;padding:0}li{margin:10px 0}li p,td p{margin:2px 0;color:var(--dim);overflow-wrap:anywhere}
pre{margin:4px 0;padding:6px 10px;border-inline-start:2px solid var(--line);white-space:pre-wrap;overflow-wrap:anywhere;font:12.5px ui-monospace,Menlo,Consolas,monospace}
`
