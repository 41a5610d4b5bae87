import { type Push, type Remote, shortRef } from './push.ts'

/** A remote URL without the password or token that it may carry: `https://***@host/app.git`. */
export function withoutSecrets(url: string): string {
  return url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)([^/?#\s]*)@/i, (_, scheme: string, user: string) =>
      /^(ssh|git\+ssh|ssh\+git):/i.test(scheme) ? `${scheme}${user.replace(/:.*$/, ':***')}@` : `${scheme}***@`,
    )
    .replace(/\?.*$/, '')
}

export function safeRemote(remote: Remote): Remote {
  return { name: withoutSecrets(remote.name), url: withoutSecrets(remote.url) }
}

/** `origin/develop`; `develop of https://host/app.git` when the push named a URL. Not yet printable. */
export function nameOf({ remote, ref }: Pick<Push, 'remote' | 'ref'>): string {
  const { name } = safeRemote(remote)
  return /[:/\\]/.test(name) ? `${shortRef(ref)} of ${name}` : `${name}/${shortRef(ref)}`
}
