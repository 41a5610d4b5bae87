import type { CaptureSource } from '../../core/environment.ts'
import { UsageError } from '../../core/errors.ts'
import { printable } from '../../core/printable.ts'
import { folderProblem, hostPattern, pathProblem, plainPath } from '../../core/server-names.ts'
import type { Host } from '../../core/world.ts'

/** What is wrong with a host, to follow "expected"; undefined when it is fine. */
export function faultOfHost({ ssh, port }: Host): string | undefined {
  if (!hostPattern.test(ssh)) return 'an alias of your ssh config or user@host'
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) return 'a port from 1 to 65535'
  return undefined
}

/** The same for a folder or file on a server, in its one spelling; folders end with a slash. */
export function faultOfPath(path: string, kind: 'folder' | 'file'): string | undefined {
  const wrong = kind === 'folder' ? folderProblem(path) : pathProblem(path)
  if (wrong !== undefined) return wrong
  if (path !== plainPath(path) + (kind === 'folder' ? '/' : ''))
    return kind === 'folder' ? 'a folder with a slash at its end and no empty part' : 'a file without an empty part'
  return undefined
}

function faultOfPlace(to: string): string | undefined {
  if (to === '') return undefined
  if (!to.endsWith('/') || to.startsWith('/')) return 'a folder inside the repository, with a slash at its end'
  const names = to.slice(0, -1).split('/')
  if (names.some(name => /^(?:|\.|\.\.|\.git|git~\d)$/i.test(name)) || /[\u0000-\u001f\\]/.test(to))
    return 'a folder that leads neither out of the repository nor into .git'
  return undefined
}

/** Throws UsageError for anything that must not reach ssh(1) or rsync(1), wherever it came from. */
export function checkSource(source: CaptureSource, host: Host): void {
  refuse(`host "${host.ssh}"`, faultOfHost(host))
  if (source.roots.length === 0) refuse('capture.roots', 'at least one')
  for (const root of source.roots) {
    refuse(`path "${root.from}"`, faultOfPath(root.from, 'folder'))
    refuse(`folder "${root.to}"`, faultOfPlace(root.to))
  }
  const places = source.roots.map(({ to }) => to)
  if (new Set(places).size < places.length) refuse('capture.roots', 'another folder of the repository for each')
  if (source.restrictedTo !== undefined) for (const { from } of source.roots) checkRestricted(from, source.restrictedTo)
}

export function checkFile(path: string): void {
  refuse(`path "${path}"`, faultOfPath(path, 'file'))
}

function checkRestricted(from: string, restrictedTo: string): void {
  if (from.startsWith(withSlash(restrictedTo))) return
  throw new UsageError(
    `The key may only read ${printable(restrictedTo)}, and ${printable(from)} lies outside of it.`,
    'Set capture.restrictedTo to the folder that the key is restricted to, or change the roots.',
  )
}

function refuse(what: string, expected: string | undefined): void {
  if (expected === undefined) return
  throw new UsageError(`The ${printable(what)} cannot be used. Expected: ${expected}.`, 'Change it in .shiprc.')
}

/** How a path is asked for: behind a key that rrsync(1) restricts to a folder, relative to that. */
export function askedFor(path: string, restrictedTo: string | undefined): string {
  if (restrictedTo === undefined) return path
  return `./${path.slice(withSlash(restrictedTo).length)}`
}

export function withSlash(folder: string): string {
  return folder.endsWith('/') ? folder : `${folder}/`
}
