import type { FailedTest } from '../report.ts'
import { defineRunner, escaped, failedFrom, matches, programName } from '../runner.ts'

export default defineRunner({
  id: 'go-test',
  named: ([program = '', verb = '']) => (programName(program) === 'go' && verb === 'test' ? 2 : 0),
  drops: /^--?(?:run|skip|count|json|v|cover\w*|failfast|shuffle|bench\w*|fuzz\w*|list|o|c)(?:=|$)/,
  takesValue:
    /^--?(?:run|skip|count|coverprofile|covermode|coverpkg|shuffle|bench|benchtime|fuzz|fuzztime|timeout|tags|p|parallel|cpu|ldflags|gcflags|mod|modfile|vet|exec|list|o)$/,
  failedIn,
  tally(text) {
    const passed =
      matches(text, /^ok {2}\t(?!.*\[no tests to run\]$)/gm).length + matches(text, /^ *--- PASS: /gm).length
    const packages = matches(text, /^FAIL\t(\S+)/gm).map(match => match[1]!)
    if (!/^(?:ok {2}\t|\? {3}\t|FAIL\t|PASS$|FAIL$)/m.test(text)) return undefined
    const failed = failedIn(text)
    const named = new Set(failed.map(test => test.within))
    const besides = /^panic: |^FAIL\t.*\[(?:build|setup) failed\]$/m.test(text) || packages.some(one => !named.has(one))
    return {
      ran: passed + failed.length,
      failed: failed.length,
      ...(besides ? { besides: 'a package that could not be tested to its end' } : {}),
    }
  },
  alone({ name, within, junit }) {
    const pack = within ?? junit?.owner
    if (pack === undefined || pack === '' || pack.startsWith('-')) return undefined
    const parts = (junit?.name ?? name).split('/').map(part => `^${escaped(part)}$`)
    return { args: ['-run', parts.join('/'), '-count=1', '-v', pack] }
  },
})

/** A test fails when one of its subtests does; the package stands behind all of its tests. */
function failedIn(text: string): readonly FailedTest[] {
  const packages = matches(text, /^FAIL\t(\S+)/gm)
  let from = 0
  const parts = [...packages, undefined].map(match => {
    const part = { text: text.slice(from, match?.index), within: match?.[1] }
    from = match?.index ?? from
    return part
  })
  return parts.flatMap(({ text, within }) => {
    const found = failedFrom(text, matches(text, /^ {0,40}--- FAIL: (?<name>\S+) \(\d[^\n]*$/gm))
    const inner = found.filter(({ name }) => !found.some(other => other.name.startsWith(`${name}/`)))
    return within === undefined ? inner : inner.map(test => ({ ...test, within }))
  })
}
