// Configs of runners: what they newly leave out. Only what is plain to see is told; a config may be a program.
import { globMatcher } from '../../core/glob.ts'
import { parseCode } from '../../db/code/engine.ts'
import { type CodeNode, childOf, treeOf } from '../../db/code/plain-tree.ts'

export interface Narrowing {
  readonly what: string
  readonly line?: number
}

/** One thing that a config says about which tests run. */
interface Said {
  readonly kind: 'leaves out' | 'only' | 'among'
  readonly key: string
  readonly value: string
  readonly line: number
}

const inCode =
  /(?:^|\/)(?:(?:vitest|vite|jest|playwright)[\w.-]*\.config\.[cm]?[jt]s|jest\.config\.json|\.mocharc\.(?:c?js|jsonc?)|package\.json)$/
const inLines = /(?:^|\/)(?:pytest\.ini|tox\.ini|setup\.cfg|pyproject\.toml|\.rspec|\.mocharc\.ya?ml)$/
const inXml = /(?:^|\/)phpunit(?:\.dist)?\.xml(?:\.dist)?$/

export function isRunnerConfig(path: string): boolean {
  return inCode.test(path) || inLines.test(path) || inXml.test(path)
}

/** @param tests paths of the push's test files: what leaves none of them out is not told. */
export async function narrowings(
  path: string,
  before: string,
  now: string,
  tests: readonly string[],
): Promise<readonly Narrowing[]> {
  const [was, is] = await Promise.all([saidIn(path, before), saidIn(path, now)])
  const had = new Set(was.map(keyOf))
  const fresh = is.filter(one => !had.has(keyOf(one)))
  const has = new Set(is.map(keyOf))
  const lost = was.filter(one => one.kind === 'among' && !has.has(keyOf(one)))
  const widened = new Set(fresh.map(({ key }) => key))
  return [
    ...fresh
      .filter(({ kind, value }) => kind === 'only' || (kind === 'leaves out' && leavesOut(value, tests)))
      .map(({ key, value, line }) => ({ what: `${key} ${value}`, line })),
    ...lost
      .filter(({ key, value }) => !widened.has(key) && is.some(one => one.key === key) && leavesOut(value, tests))
      .map(({ key, value }) => ({ what: `${key} no longer has ${value}` })),
  ]
}

function keyOf({ kind, key, value }: Said): string {
  return `${kind} ${key} ${value}`
}

function leavesOut(pattern: string, tests: readonly string[]): boolean {
  const plain = pattern.replace(/<rootDir>\/?|^\.\/|^\^|\$$|\\/g, '').replace(/^\/|\/$/g, '')
  if (plain === '') return false
  const glob = globMatcher([plain, `**/${plain}`, `**/${plain}/**`, `${plain}/**`])
  return tests.some(path => `/${path}`.includes(`/${plain}`) || glob(path))
}

async function saidIn(path: string, text: string): Promise<readonly Said[]> {
  if (inXml.test(path)) return inPhpunit(text)
  return inLines.test(path) ? inOptions(text) : inObject(path, text)
}

const outs = new Set(['testIgnore', 'testPathIgnorePatterns', 'exclude', 'ignore'])
const onlys = new Set(['testNamePattern', 'grep', 'grepInvert', 'fgrep', 'onlyChanged'])
const amongs = new Set(['testMatch', 'testRegex', 'include', 'spec', 'roots'])

async function inObject(path: string, text: string): Promise<readonly Said[]> {
  const isJson = /\.jsonc?$/.test(path)
  const source = isJson ? `(${text})` : text
  try {
    const { root } = treeOf(await parseCode(/\.[cm]?ts$/.test(path) ? 'typescript' : 'javascript', source))
    const said: Said[] = []
    collect(root, [], source, said, path.endsWith('package.json'))
    return said
  } catch {
    return []
  }
}

function collect(node: CodeNode, keys: readonly string[], source: string, said: Said[], isManifest: boolean): void {
  const named = node.type === 'pair' ? childOf(node, 'key') : undefined
  const inside = named === undefined ? keys : [...keys, unquoted(source.slice(named.offset, named.endOffset))]
  const value = childOf(node, 'value')
  if (named !== undefined && value !== undefined) said.push(...saidBy(inside, value, source, isManifest))
  for (const child of node.children) collect(child, inside, source, said, isManifest)
}

function saidBy(keys: readonly string[], value: CodeNode, source: string, isManifest: boolean): readonly Said[] {
  const key = keys.at(-1)!
  const above = keys.at(-2)
  const line = source.slice(0, value.offset).split('\n').length
  if (isManifest && above === 'scripts' && /^test\b/.test(key))
    return inScript(key, unquoted(source.slice(value.offset, value.endOffset)), line)
  if (isManifest && !keys.some(one => one === 'jest' || one === 'mocha' || one === 'vitest')) return []
  // vite.config has them for other things too.
  if ((key === 'include' || key === 'exclude') && above !== 'test') return []
  const kind = outs.has(key) ? 'leaves out' : onlys.has(key) ? 'only' : amongs.has(key) ? 'among' : undefined
  if (kind === undefined || value.type === 'object') return []
  return textsIn(value, source).map(text => ({ kind, key, value: text, line }))
}

function textsIn(value: CodeNode, source: string): string[] {
  const open = [value]
  const texts: string[] = []
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const written = source.slice(node.offset, node.endOffset)
    if (node.type === 'string' || node.type === 'template_string') texts.push(unquoted(written))
    else if (node.type === 'regex') texts.push(written.replace(/^\/|\/\w*$/g, ''))
    else open.push(...node.children)
  }
  return texts.filter(text => text !== '')
}

const narrow =
  /(?:^|\s)(--(?:testNamePattern|test-name-pattern|testPathIgnorePatterns|grep|fgrep|grep-invert|exclude|ignore|ignore-glob|deselect|tag|example|exclude-pattern|exclude-group|exclude-testsuite|filter|onlyChanged|shard|passWithNoTests|pass-with-no-tests|test-only)|-[kmtg](?=\s))((?:[= ](?:"[^"]*"|'[^']*'|[^\s"'-][^\s"',\]]*))?)/g

function inScript(key: string, script: string, line: number): readonly Said[] {
  const runsNothing = /^(?:echo\b.*|true|:|exit 0)$/.test(script.trim())
  const forgives = /\|\|\s*(?:true|:|exit 0|echo\b)|;\s*(?:true|exit 0)\s*$/.exec(script)?.[0]
  return [
    ...flagsIn(script, line).map(said => ({ ...said, key: `script ${key}:` })),
    ...(runsNothing || forgives !== undefined
      ? [{ kind: 'only' as const, key: `script ${key}:`, value: forgives ?? script, line }]
      : []),
  ]
}

function flagsIn(text: string, line: number): readonly Said[] {
  return [...text.matchAll(narrow)].map(([, flag = '', value = '']) => ({
    kind: 'only' as const,
    key: 'option',
    value: `${flag}${value}`.trim(),
    line,
  }))
}

function inOptions(text: string): readonly Said[] {
  const lines = text.split('\n')
  let isOptions = !/^\s*\[/m.test(text)
  let key = ''
  return lines.flatMap((written, index): readonly Said[] => {
    if (/^\s*[#;]/.test(written)) return []
    if (/^\[/.test(written)) isOptions = /pytest/.test(written)
    key = /^([\w-]+)\s*[=:]/.exec(written)?.[1] ?? (/^\s/.test(written) ? key : '')
    if (!isOptions) return []
    if (key === 'testpaths')
      return written
        .replace(/^\w+\s*[=:]/, '')
        .split(/[\s,"'[\]]+/)
        .filter(Boolean)
        .map(value => ({ kind: 'among', key, value, line: index + 1 }))
    if (key === 'addopts' || key === '' || key === 'grep')
      return flagsIn(written.replace(/^\w+\s*[=:]\s*["'[]*/, ' '), index + 1)
    return []
  })
}

function inPhpunit(text: string): readonly Said[] {
  const code = text.replace(/<!--[\s\S]*?(?:-->|$)/g, hidden => hidden.replace(/[^\n]/g, ' '))
  const at = (index: number) => code.slice(0, index).split('\n').length
  const [suites = ''] = /<testsuites?\b[\s\S]*<\/testsuites?>/.exec(code) ?? []
  const from = code.indexOf(suites)
  const inside = (tag: RegExp, kind: Said['kind'], key: string, where = suites, start = from) =>
    [...where.matchAll(tag)].map(({ 1: value = '', index }) => ({
      kind,
      key,
      value: value.trim(),
      line: at(start + index),
    }))
  const [groups = ''] = /<groups>[\s\S]*?<\/groups>/.exec(code) ?? []
  return [
    ...inside(/<exclude>([^<]+)<\/exclude>/g, 'leaves out', 'exclude'),
    ...inside(/<(?:directory|file)\b[^>]*>([^<]+)</g, 'among', 'testsuite'),
    ...inside(/<group>([^<]+)<\/group>/g, 'only', 'group', groups, code.indexOf(groups)),
    ...inside(/\bdefaultTestSuite="([^"]+)"/g, 'only', 'defaultTestSuite', code, 0),
  ]
}

function unquoted(text: string): string {
  return text.replace(/^["'`]|["'`]$/g, '')
}
