import type { Data } from '../../core/toml.ts'
import { at, type Ecosystem, folderAt, folderGlob, textOf, textsIn } from './manifest.ts'

/** Go workspaces. https://go.dev/ref/mod#go-mod-file-grammar, https://go.dev/ref/mod#go-work-file */
export const go: Ecosystem = {
  manifest: 'go.mod',
  workspaceFiles: ['go.work'],
  neededAreMembers: false,
  members({ top }) {
    const file = top.get('go.work')
    return textsIn(at(file?.value, 'use')).flatMap(path => {
      const folder = folderAt('', path)
      return folder === undefined ? [] : [folderGlob(folder)]
    })
  },
  read({ value }, folder, { top, hasEnding }) {
    const [name] = textsIn(at(value, 'module'))
    const replaced = [...textsIn(at(value, 'replace')), ...textsIn(at(top.get('go.work')?.value, 'replace'))]
    return {
      ...(name === undefined ? {} : { name }),
      // Without a test file the command says that there is nothing to run.
      ...(hasEnding(folder, '_test.go') ? { tests: 'go test ./...' } : {}),
      needs: textsIn(at(value, 'require')),
      folders: replaced.flatMap(path => folderAt(folder, path) ?? []),
    }
  },
}

/** `go.mod` and `go.work`: a directive a line, or several in round brackets. By directive, the word that counts here of each. */
export function readGoFile(text: string): Data {
  const found = new Map<string, string[]>()
  let block: { directive: string; line: number } | undefined
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const words = wordsOf(raw)
    if (words.length === 0) continue
    if (words[0] === ')') {
      if (block === undefined) return { fault: 'a bracket is closed that was never opened', line: index + 1 }
      block = undefined
      continue
    }
    if (block === undefined && words[1] === '(') {
      block = { directive: words[0]!, line: index + 1 }
      continue
    }
    const [directive, rest] = block === undefined ? [words[0]!, words.slice(1)] : [block.directive, words]
    const word = directive === 'replace' ? rest[rest.indexOf('=>') + 1] : rest[0]
    if (word !== undefined) found.set(directive, [...(found.get(directive) ?? []), word])
  }
  if (block !== undefined)
    return { fault: `the bracket after \`${block.directive}\` is never closed`, line: block.line }
  return { value: Object.fromEntries([...found].filter(([key]) => textOf(key) !== undefined)) }
}

function wordsOf(line: string): readonly string[] {
  const spaced = line.replace(/\(\s*$/, ' (').match(/\/\/.*|"(?:[^"\\]|\\.)*"|`[^`]*`|\S+/g) ?? []
  const end = spaced.findIndex(word => word.startsWith('//'))
  return (end < 0 ? spaced : spaced.slice(0, end)).map(word => word.replace(/^["`](.*)["`]$/s, '$1'))
}
