import type { Place } from '../../core/finding.ts'
import type { FailedTest } from './report.ts'

/** Finds the file of the pushed commit that a report or a stack trace means. */
export function fileFinder(folder: string, paths: readonly string[]): (told: string) => string | undefined {
  const known = new Set(paths)
  return told => {
    const path = withoutFolder(told, folder)
    if (known.has(path)) return path
    // Go and some others name a file without its folder; it counts only when no other could be meant.
    if (path.startsWith('/') || !/\.\w+$/.test(path)) return undefined
    const ending = paths.filter(candidate => candidate.endsWith(`/${path}`))
    return ending.length === 1 ? ending[0] : undefined
  }
}

/** Finds the place in the pushed commit that a report means: its file, and the line that a stack trace names in it. */
export function placeFinder(folder: string, paths: readonly string[]): (test: FailedTest) => Place | undefined {
  const fileOf = fileFinder(folder, paths)
  return ({ told, trace, message }) => {
    const file = told === undefined ? undefined : fileOf(told.file)
    const named = [...placesIn(trace), ...placesIn(message)].flatMap(place => {
      const found = fileOf(place.file)
      return found === undefined ? [] : [{ ...place, file: found }]
    })
    const nearest = file === undefined ? named[0] : named.find(place => place.file === file)
    if (nearest !== undefined) return nearest
    return file === undefined ? undefined : { ...told, file }
  }
}

function withoutFolder(told: string, folder: string): string {
  const path = told.replace(/^file:\/\//, '').replaceAll('\\', '/')
  // A temporary folder may be reported by its real name (/private/tmp for /tmp).
  const inside = path.indexOf(`${folder}/`)
  const relative = inside >= 0 ? path.slice(inside + folder.length + 1) : path
  return relative.replace(/^(\.\/)+/, '')
}

// `file.ext:12:5` as most runners write it, and `File "file.py", line 12` as Python does. Anchored at the start of a word, so that a long line
// without spaces is read once.
const withLine =
  /File "(?<python>[^"\n]+)", line (?<pythonLine>\d{1,7})|(?<![^\s"'(<|])(?<file>[^\s"'`()<>|]+?\.\w{1,8}):(?<line>\d{1,7})(?::(?<column>\d{1,7}))?/g

function placesIn(text: string): { file: string; line: number; column?: number }[] {
  return [...text.matchAll(withLine)].map(({ groups = {} }) => ({
    file: groups.python ?? groups.file!,
    line: Number(groups.pythonLine ?? groups.line),
    ...(groups.column === undefined ? {} : { column: Number(groups.column) }),
  }))
}
