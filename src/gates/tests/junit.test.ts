import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readJunit } from './junit.ts'

const read = (xml: string) => readJunit(Buffer.from(xml))

test('counts what ran and names what failed, with what the report tells of the place', () => {
  const report = read(`<?xml version="1.0"?>
    <testsuites><testsuite name="unit" file="tests/SumTest.php"><properties><property name="a" value="b"/></properties>
      <testcase name="testAdds" classname="SumTest" line="12"><failure type="X" message="2 is not 3">SumTest.php:14</failure></testcase>
      <testcase name="testBreaks" classname="SumTest" file="tests/Other.php"><error><![CDATA[<boom> & more]]></error></testcase>
      <testcase name="testLater"><skipped/></testcase>
      <testcase name="testTodo"><skipped message="todo"/><failure message="known"/></testcase>
      <testcase name="testFlaky"><flakyFailure message="once"/></testcase>
      <testcase name="testFine"><system-out>anything</system-out></testcase>
    </testsuite></testsuites>`)
  expect(report.ran).toBe(4)
  expect(report.failed).toEqual([
    {
      name: 'SumTest › testAdds',
      junit: { owner: 'SumTest', name: 'testAdds' },
      message: '2 is not 3',
      told: { file: 'tests/SumTest.php', line: 12 },
      trace: 'SumTest.php:14',
    },
    {
      junit: { owner: 'SumTest', name: 'testBreaks' },
      name: 'SumTest › testBreaks',
      message: '<boom> & more',
      told: { file: 'tests/Other.php' },
      trace: '<boom> & more',
    },
  ])
})

test('a root of one suite, and suites inside suites', () => {
  const nested =
    '<testsuite file="a"><testsuite><testcase name="x"><failure/></testcase></testsuite><testcase name="y"/></testsuite>'
  expect(read(nested)).toMatchObject({ ran: 2, failed: [{ told: { file: 'a' } }] })
})

test('reads UTF-16 with its mark, and bytes that are no UTF-8', () => {
  const xml = '<testsuite><testcase name="é"><failure/></testcase></testsuite>'
  expect(readJunit(Buffer.from(`\uFEFF${xml}`, 'utf16le')).failed[0]!.name).toBe('é')
  expect(readJunit(Buffer.from(xml, 'latin1')).failed[0]!.name).toBe('\ufffd')
})

describe('what is no report is an error, never a pass', () => {
  test.each([
    ['nothing', ''],
    ['half a report', '<testsuite><testcase name="a"/>'],
    ['no XML', 'not ok 1'],
    ['another document', '<html><body/></html>'],
    ['crossed tags', '<testsuite><testcase></testsuite></testcase>'],
    ['text behind the end', '<testsuite/>more'],
  ])('%s', (_, xml) => {
    expect(() => read(xml)).toThrow()
  })
})

test('an entity bomb and an entity that names a file are syntax errors', () => {
  const levels = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('')
  const bomb = `<!DOCTYPE t [<!ENTITY l0 "lol">${levels}]><testsuite><testcase name="&l9;"/></testsuite>`
  expect(() => read(bomb)).toThrow('entity')
  const file = '<!DOCTYPE t [<!ENTITY f SYSTEM "file:///etc/passwd">]><testsuite name="&f;"/>'
  expect(() => read(file)).toThrow('entity')
})

test('deep nesting, long attributes and long failures cost no more than their size', () => {
  expect(() => read(`<testsuite>${'<testsuite>'.repeat(200_000)}`)).toThrow()
  const long = 'x'.repeat(5_000_000)
  const report = read(`<testsuite><testcase name="${long}"><failure>${long}</failure></testcase></testsuite>`)
  expect(report.failed[0]!.trace.length).toBeLessThan(20_000)
})

test('any text is read or is an error', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '<testsuites>',
      '<testsuite>',
      '</testsuite>',
      '</testsuites>',
      '<testcase name="a">',
      '</testcase>',
      '<testcase/>',
    ),
    fc.constantFrom(
      '<failure>',
      '</failure>',
      '<skipped/>',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '&lt;',
      '&x;',
      '<?xml version="1.0"?>',
    ),
    fc.string({ maxLength: 5 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), pieces => {
      try {
        const report = read(pieces.join(''))
        expect(report.failed.length).toBeLessThanOrEqual(report.ran)
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
        expect(error).not.toBeInstanceOf(TypeError)
        expect(error).not.toBeInstanceOf(RangeError)
      }
    }),
    { numRuns: 2000 },
  )
})
