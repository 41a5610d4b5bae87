import type { Remote } from '../core/push.ts'

/**
 * Whether it is certain that a remote is none of those wanted (names or URLs), so that sh may pass over it. A wanted name that is not configured
 * may turn out to be this very repository, and a URL that carries a password must not be written down: both are left to Node.
 */
export function isOtherRepository(remote: Remote, wanted: readonly string[], known: readonly Remote[]): boolean {
  if (carriesSecret(remote.url) || isRelative(remote.url)) return false
  return wanted.every(one => {
    if (one === remote.name) return false
    const urls = isUrl(one) ? [one] : known.filter(other => other.name === one).map(other => other.url)
    return urls.length > 0 && urls.every(url => !isRelative(url) && key(url) !== key(remote.url))
  })
}

// In https://name:password@host and https://token@host the part before the @ may be a secret; in ssh it is a user name.
function carriesSecret(url: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/]*@/i.test(url) && !/^(git\+)?ssh:\/\/[^/:@]*@/i.test(url)
}

function isUrl(text: string): boolean {
  return /[/:\\]/.test(text)
}

// Where a relative path leads depends on where one stands; Node knows.
function isRelative(url: string): boolean {
  return !/^(\/|[^/]*:)/.test(url)
}

// Coarser than any way to compare URLs: two URLs with different keys are two repositories.
function key(url: string): string {
  return url
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .replace(/^[^/]*@/, '')
    .replace(/^([^/:]*):(\d+(?=\/))?/, '$1/')
    .replace(/\.git\/*$/, '')
    .split('/')
    .filter(Boolean)
    .join('/')
}
