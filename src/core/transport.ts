/** The way git reaches a remote, by its URL (git-clone(1), GIT URLS). `other`: a remote helper of its own. */
export type Transport = 'ssh' | 'http' | 'git' | 'file' | 'other'

export function transportOf(url: string): Transport {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase()
  if (scheme !== undefined) return schemes[scheme] ?? 'other'
  if (/^[a-z][a-z0-9+.-]*::/i.test(url)) return 'other'
  // `host:path` is SSH only when no slash comes before the colon; `C:\app` is a folder.
  return /^[^/:]+:/.test(url) && !/^[a-z]:[\\/]/i.test(url) ? 'ssh' : /^\[[^/]+\]:/.test(url) ? 'ssh' : 'file'
}

const schemes: Readonly<Record<string, Transport>> = {
  ssh: 'ssh',
  'git+ssh': 'ssh',
  'ssh+git': 'ssh',
  http: 'http',
  https: 'http',
  git: 'git',
  file: 'file',
}
