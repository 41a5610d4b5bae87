import type { FailedTest } from '../report.ts'
import { defineRunner, escaped, failedFrom, matches, programName, sum } from '../runner.ts'

export default defineRunner({
  id: 'pest',
  named: ([program = '', verb = '']) =>
    programName(program) === 'pest' ? 1 : programName(program) === 'artisan' && verb === 'test' ? 2 : 0,
  drops:
    /^--(?:filter|exclude-filter|stop-on-\w+|coverage\w*|min|log-\w+|testdox\S*|teamcity|compact|bail|retry|dirty|order-by|random-order|parallel|shard|profile|watch)(?:[=-]|$)/,
  takesValue:
    /^(?:-c|-d|--(?:configuration|bootstrap|testsuite|group|exclude-group|filter|exclude-filter|log-\w+|coverage-\w+|order-by|min|shard))$/,
  keepsPaths: true,
  failedIn: text => failedFrom(text, matches(text, /^ +FAILED {2,}(?<name>\S.* > .+?) *$/gm)),
  tally(text) {
    const said = matches(text, /^ {2}Tests: +(.*?)(?: \(\d+ assertions?\))?$/gm)
      .map(match => match[1])
      .join('\n')
    if (said === '') return /^ +INFO {2}No tests (?:found|executed)/m.test(text) ? { ran: 0, failed: 0 } : undefined
    const failed = sum(said, /(\d+) failed/g)
    const ran = ['passed', 'warnings?', 'risky', 'deprecated', 'notices?'].map(word =>
      sum(said, new RegExp(`(\\d+) ${word}`, 'g')),
    )
    const other = ran.slice(1).some(count => count > 0)
    return {
      ran: failed + ran.reduce((all, one) => all + one, 0),
      failed,
      ...(other ? { besides: 'warnings' } : {}),
    }
  },
  settled,
  alone({ name, junit }) {
    const [owner = '', ...titles] = junit === undefined ? name.split(' > ') : [junit.owner, junit.name]
    if (titles.length === 0) return undefined
    return { args: ['--filter', `/(?:^|\\\\)${escaped(owner)}::${pattern(titles.join(' > '))}/i`, '--no-coverage'] }
  },
})

/** A class is named after the path of its file from wherever `vendor` lies, which may be a link to another folder. */
function settled(test: FailedTest, paths: readonly string[]): FailedTest {
  const [owner = '', ...titles] =
    test.junit === undefined ? test.name.split(' > ') : [test.junit.owner, test.junit.name]
  const parts = owner.split('\\')
  for (let from = 0; from < parts.length; from++) {
    const file = `${parts.slice(from).join('/')}.php`.toLowerCase()
    const found = paths.filter(path => path.toLowerCase() === file)
    if (found.length !== 1) continue
    const own = parts.slice(from).join('\\')
    const told = { ...test.told, file: found[0]! }
    if (test.junit !== undefined)
      return { ...test, told, name: `${own} > ${test.junit.name}`, junit: { ...test.junit, owner: own } }
    return { ...test, told, name: [own, ...titles].join(' > ') }
  }
  return test
}

/**
 * A class of PHPUnit's is shown without `test` and with spaces; long names end in an ellipsis, and the data set is told in other words than the ones
 * that are matched. So it may ask for one too many, which can only make it fail.
 */
function pattern(title: string): string {
  const whole = title.replace(/ with data ?set .*$/, '').replace(/…$/, '')
  const words = whole.split(' ').map(escaped).join('[ _]?')
  return `(?:test_?)?${words}${whole === title ? '$' : ''}`
}
