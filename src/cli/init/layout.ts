import type { Preset } from '../../drift/preset.ts'
import { presets } from '../../drift/presets/registry.generated.ts'
import type { Facts, Seen } from './facts.ts'

export interface Layout extends Seen {
  /** What a folder on such a server looks like. */
  readonly path: string
}

/** The preset for the server, as far as the repository shows how it is deployed. */
export function findLayout(facts: Facts): Layout | undefined {
  const best = presets
    .flatMap((preset: Preset) => preset.tells.map(paths => ({ preset, paths })))
    .filter(({ paths }) => paths.every(path => has(facts, path)))
    .sort((a, b) => b.paths.length - a.paths.length)[0]
  const service = namedService(facts)
  if (service !== undefined && best?.preset.id === 'laravel') return layout('laravel-envoyer', service)
  return best === undefined ? undefined : layout(best.preset.id, best.paths.join(', '))
}

function layout(id: string, because: string): Layout | undefined {
  const preset = presets.find(one => one.id === id)
  return preset && { value: id, because, path: preset.examples.path }
}

function has({ files }: Facts, path: string): boolean {
  return files.some(file => file === path || file.startsWith(`${path}/`))
}

// Both are told to deploy by a URL; their own words are in no other place of a repository.
function namedService({ texts }: Facts): string | undefined {
  const named = Object.entries(texts).find(
    ([path, text]) =>
      /^(\.env\.example|\.github\/workflows\/|\.gitlab-ci\.yml|bitbucket-pipelines\.yml)/.test(path) &&
      /envoyer\.io|forge\.laravel\.com|\b(ENVOYER|FORGE)_[A-Z]/.test(text),
  )
  return named?.[0]
}
