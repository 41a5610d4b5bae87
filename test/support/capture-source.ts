import { checkConfig } from '../../src/config/check.ts'
import type { CaptureSource } from '../../src/core/environment.ts'

/** What a capture reads: one root that covers the repository, with the limits of a config that names none; `parts` replaces some of it. */
export function captureSource(parts: Partial<CaptureSource> = {}): CaptureSource {
  return {
    hosts: [{ ssh: 'app' }],
    roots: [{ from: '/srv/app/', to: '', uploads: false }],
    exclude: [],
    include: [],
    notDeployed: [],
    revision: [],
    limits: { fileSize: 25e6, totalSize: 1e9, files: 1e6, deletions: 50, deletionShare: 0.05 },
    compare: 'checksum',
    modes: false,
    ...parts,
  }
}

/** What a capture reads by a preset alone, with the application in `path` there. */
export function presetSource(preset: string, path: string): CaptureSource {
  const value = { environments: { production: { ssh: 'app', path, capture: preset } } }
  const checked = checkConfig({ path: '.shiprc', value, format: 'yaml', locate: () => undefined })
  if ('problems' in checked) throw new Error(JSON.stringify(checked.problems))
  return checked.config.environments.production!.capture!
}
