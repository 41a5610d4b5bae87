// The one door for saxes. Reports come from the user's tests and may hold anything: saxes expands no entities of a document's own, reads no
// other files and keeps no tree, so a bomb is a syntax error and a large report costs its own size.
import { SaxesParser, type SaxesTagPlain } from 'saxes'
import { type FailedTest, keptCharacters, type TestReport } from './report.ts'

/**
 * Reads one JUnit XML report, as vitest, jest-junit, PHPUnit, pytest, Surefire, go-junit-report and node:test write it (there is no standard;
 * what they have in common is in https://github.com/testmoapp/junitxml).
 * @throws Error with line and column when it is no XML, ends too early or is no JUnit report.
 */
export function readJunit(bytes: Uint8Array): TestReport {
  const reader = new Reader()
  const parser = new SaxesParser()
  parser.on('error', error => {
    throw error
  })
  parser.on('opentag', tag => reader.open(tag))
  parser.on('closetag', tag => reader.close(tag.name))
  parser.on('text', text => reader.text(text))
  parser.on('cdata', text => reader.text(text))
  for (const part of decoded(bytes)) parser.write(part)
  parser.close()
  return reader
}

// By parts, because one string of a whole large report would be held twice.
function* decoded(bytes: Uint8Array): Iterable<string> {
  const decoder = new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8')
  const size = 1024 * 1024
  for (let at = 0; at < bytes.length; at += size) yield decoder.decode(bytes.subarray(at, at + size), { stream: true })
  yield decoder.decode()
}

interface Case {
  readonly attributes: Readonly<Record<string, string>>
  skipped: boolean
  failure?: { message: string; text: string }
}

class Reader {
  ran = 0
  readonly failed: FailedTest[] = []
  private readonly suiteFiles: (string | undefined)[] = []
  private current: Case | undefined
  private inFailure = false
  private seenRoot = false

  open({ name, attributes }: SaxesTagPlain): void {
    if (!this.seenRoot && name !== 'testsuites' && name !== 'testsuite')
      throw new Error(`it begins with <${name}>, not with <testsuites> or <testsuite>`)
    this.seenRoot = true
    if (name === 'testsuite') this.suiteFiles.push(attributes.file ?? this.suiteFiles.at(-1))
    else if (name === 'testcase') this.current = { attributes, skipped: false }
    else if (name === 'skipped' && this.current !== undefined) this.current.skipped = true
    else if ((name === 'failure' || name === 'error') && this.current !== undefined) {
      this.current.failure ??= { message: attributes.message ?? '', text: '' }
      this.inFailure = true
    }
  }

  text(text: string): void {
    const failure = this.current?.failure
    if (!this.inFailure || failure === undefined || failure.text.length > keptCharacters) return
    failure.text += text.slice(0, keptCharacters)
  }

  close(name: string): void {
    if (name === 'testsuite') this.suiteFiles.pop()
    else if (name === 'failure' || name === 'error') this.inFailure = false
    else if (name === 'testcase' && this.current !== undefined) {
      this.finish(this.current)
      this.current = undefined
    }
  }

  // node:test writes a failing test that is marked as "todo" with both <skipped> and <failure>: it is expected to fail.
  private finish({ attributes, skipped, failure }: Case): void {
    if (skipped) return
    this.ran++
    if (failure === undefined) return
    const file = attributes.file ?? this.suiteFiles.at(-1)
    const line = Number(attributes.line)
    const { name = '', classname = '' } = attributes
    const owner = attributes.class ?? classname
    const text = failure.text.trim()
    this.failed.push({
      name: classname === '' || classname === 'test' || name.includes(classname) ? name : `${classname} › ${name}`,
      message: failure.message.trim() === '' ? text : failure.message.trim(),
      // vitest names the file in `classname`.
      told: { file: file ?? classname, ...(Number.isInteger(line) && line > 0 ? { line } : {}) },
      trace: text,
      junit: { owner, name },
    })
  }
}
