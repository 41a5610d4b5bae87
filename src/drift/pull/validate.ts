import type { CaptureSource } from '../../core/environment.ts'
import { UsageError } from '../../core/errors.ts'
import { printable } from '../../core/printable.ts'
import type { Host } from '../../core/world.ts'

/** What is wrong with the name of a host; undefined when it is fine. */
export function faultOfHost({ ssh, port }: Host): string | undefined {
  const name = '[A-Za-z0-9_][A-Za-z0-9._-]*'
  if (!new RegExp(`^(?:${name}@)?[A-Za-z0-9][A-Za-z0-9._-]*$`).test(ssh))
    return 'a host is an alias of your ssh config or user@host, in letters, digits, dots, dashes and underscores'
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) return 'a port is 1 to 65535'
  return undefined
}

// Folders that hold a system or everybody's home, never one application.
const notAnApplication =
  /^\/(?:(?:bin|boot|dev|etc|home|lib|lib64|media|mnt|opt|proc|root|run|sbin|sys|tmp|usr|var|Users|Applications|Library)|(?:home|Users)\/[^/]+|var\/(?:lib|log|tmp|www\/vhosts))\/$/

/** What is wrong with a folder or file on a server; undefined when it is fine. */
export function faultOfPath(path: string, kind: 'folder' | 'file'): string | undefined {
  if (!path.startsWith('/')) return 'it does not begin with a slash'
  // The remote shell would expand them; rsync quotes most of them since 3.2.4 and none before (rsync(1), ADVANCED USAGE).
  if (/[\u0000-\u001f\u007f$`*?[\]{}\\"'|&;<>!~#\ufffd]/.test(path) || !path.isWellFormed())
    return 'it holds a character that means something to a shell'
  const names = path.slice(1).replace(/\/$/, '').split('/')
  if (path === '/' || path.endsWith('//')) return 'that is the whole server'
  if (names.some(name => name === '' || name === '.' || name === '..')) return 'it holds an empty part, `.` or `..`'
  if (kind === 'file') return path.endsWith('/') ? 'it is a folder' : undefined
  if (!path.endsWith('/')) return 'it does not end with a slash'
  return notAnApplication.test(path) ? 'that folder holds more than one application' : undefined
}

function faultOfPlace(to: string): string | undefined {
  if (to === '') return undefined
  if (!to.endsWith('/') || to.startsWith('/')) return 'it is not a folder inside the repository'
  const names = to.slice(0, -1).split('/')
  if (names.some(name => /^(?:|\.|\.\.|\.git|git~\d)$/i.test(name)) || /[\u0000-\u001f\\]/.test(to))
    return 'it leads out of the repository or into .git'
  return undefined
}

/** Throws UsageError for anything that must not reach ssh(1) or rsync(1), wherever it came from. */
export function checkSource(source: CaptureSource, host: Host): void {
  refuse(`host "${host.ssh}"`, faultOfHost(host))
  if (source.roots.length === 0) refuse('capture.roots', 'there is none')
  for (const root of source.roots) {
    refuse(`path "${root.from}"`, faultOfPath(root.from, 'folder'))
    refuse(`folder "${root.to}"`, faultOfPlace(root.to))
  }
  const places = source.roots.map(({ to }) => to)
  if (new Set(places).size < places.length) refuse('capture.roots', 'two of them belong to the same folder')
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

function refuse(what: string, fault: string | undefined): void {
  if (fault === undefined) return
  throw new UsageError(`The ${printable(what)} cannot be used: ${fault}.`, 'Change it in .shiprc.')
}

/** How a path is asked for: behind a key that rrsync(1) restricts to a folder, relative to that. */
export function askedFor(path: string, restrictedTo: string | undefined): string {
  if (restrictedTo === undefined) return path
  return `./${path.slice(withSlash(restrictedTo).length)}`
}

export function withSlash(folder: string): string {
  return folder.endsWith('/') ? folder : `${folder}/`
}
