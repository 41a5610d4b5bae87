// Names of hosts and folders on servers, before they become words of ssh(1) and rsync(1) commands.

const hostName = '[A-Za-z0-9][A-Za-z0-9._-]*'

/** An ssh host alias, or user@host. Nothing that ssh could take for an option, and nothing that a shell there could take for more than a word. */
export const hostPattern = new RegExp(`^(_?${hostName}@)?${hostName}$`)

const control = /[\u0000-\u001f\u007f-\u009f]/

// rsync(1), ADVANCED USAGE: before 3.2.4 the shell on the other side expands what a path holds.
const shellSigns = /[$`*?[\]{}\\"'|&;<>!~#]/

// The home of one person or the folder of all of them: /home/anna, /home2/anna (cPanel), /usr/home/anna (FreeBSD), /Users/anna, /root.
const home = /^\/(usr\/|export\/|data\/)?(home\d*|Users)(\/[^/]+)?\/?$|^\/(var\/)?root\/?$/

const system = new Set(
  '/bin /boot /dev /etc /lib /lib64 /media /mnt /opt /proc /run /sbin /sys /tmp /usr /usr/local /var /var/lib /var/log /var/tmp /var/www/vhosts'.split(
    ' ',
  ),
)

/** What is wrong with an absolute path on a server, to follow "expected"; undefined when nothing is. */
export function pathProblem(path: string): string | undefined {
  if (!path.startsWith('/')) return 'an absolute path there, such as /srv/shop'
  if (control.test(path)) return 'a path without control characters'
  if (path.includes('\ufffd') || !path.isWellFormed()) return 'a path whose letters can all be read'
  if (shellSigns.test(path)) return 'a path without signs that a shell reads'
  if (path.split('/').some(part => part === '..')) return 'a path without ..'
  return undefined
}

/** The same for a folder that is read whole: the top, a bare home or a folder of the system is never the application. */
export function folderProblem(path: string): string | undefined {
  const wrong = pathProblem(path)
  if (wrong !== undefined) return wrong
  const folder = path.replace(/\/+$/, '')
  if (folder === '' || system.has(folder) || home.test(folder))
    return 'the folder of one application, such as /srv/shop'
  return undefined
}

/** One spelling for each path: no `//`, no `/./`, no slash at the end but for `/` itself. */
export function plainPath(path: string): string {
  const parts = path.split('/').filter(part => part !== '' && part !== '.')
  return `/${parts.join('/')}`
}
