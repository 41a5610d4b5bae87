import type { CaptureSource, Environment, Root } from '../core/environment.ts'
import { folderProblem, plainPath } from '../core/server-names.ts'
import type { Host } from '../core/world.ts'
import { presets } from '../drift/presets/registry.generated.ts'
import type { WrittenCapture } from './environment-capture.ts'

/** One mistake that shows only when everything is put together. `keys` below `capture`. */
export interface SourceProblem {
  readonly keys: readonly (string | number)[]
  readonly expected: string
}

type Built =
  | { readonly source: CaptureSource; readonly problems: readonly [] }
  | { readonly source: undefined; readonly problems: readonly SourceProblem[] }

type Place = Pick<Environment, 'ssh' | 'port' | 'path'>

/** What a deploy of ours writes beside the application. */
const manifest = '.ship/manifest.json'

type PresetUnit = (typeof presets)[number]

/** What is written with its preset filled in, and every path absolute. */
export function captureSource(written: WrittenCapture, place: Place): Built {
  const preset = presets.find(({ id }) => id === written.preset)
  const problems: SourceProblem[] = []
  const hosts = hostsOf(written, place)
  if (hosts.length === 0)
    problems.push({ keys: ['hosts'], expected: 'a server to read from: `ssh` of the environment, or `hosts` here' })
  hosts.forEach((host, at) => {
    if (hosts.slice(0, at).some(other => other.ssh === host.ssh))
      problems.push({
        keys: ['hosts', at],
        expected: `a name of its own, such as an alias in your ssh config, not ${host.ssh} again`,
      })
  })

  const folder = folderOf(written, place, preset)
  const wanted = written.roots ?? preset?.roots ?? [{ from: '', to: '', uploads: false }]
  if (folder === undefined && wanted.some(root => !root.from.startsWith('/')))
    problems.push({
      keys: ['path'],
      expected: 'the absolute folder of the application there, here or as `path` of the environment',
    })
  const roots = wanted.map((root): Root => ({ ...root, from: slashed(below(folder, root.from)), to: inside(root.to) }))
  problems.push(...rootProblems(roots, written))

  if (problems.length > 0) return { source: undefined, problems }
  const revision = written.revision ?? (folder === undefined ? [] : [...(preset?.revision ?? ['REVISION']), manifest])
  const { exclude, include, notDeployed, limits, compare, modes, bandwidth, restrictedTo } = written
  return {
    problems: [],
    source: {
      preset: preset?.id,
      hosts,
      roots,
      exclude: [...new Set([...(preset?.exclude ?? []), ...exclude])],
      include,
      notDeployed: [...new Set([...(preset?.notDeployed ?? []), ...notDeployed])],
      revision: revision.map(file => below(folder, file)),
      limits,
      compare,
      modes,
      bandwidth,
      restrictedTo: restrictedTo === undefined ? undefined : plainPath(restrictedTo),
    },
  }
}

function hostsOf({ hosts }: WrittenCapture, { ssh, port }: Place): readonly Host[] {
  if (hosts === undefined) return ssh === undefined ? [] : [{ ssh, port }]
  return hosts.map(host => (typeof host === 'string' ? { ssh: host, port } : host))
}

function folderOf({ path }: WrittenCapture, place: Place, preset: PresetUnit | undefined): string | undefined {
  const given = path ?? place.path
  if (given === undefined || !given.startsWith('/')) return undefined
  const plain = plainPath(given)
  const strips = preset !== undefined && 'strips' in preset ? preset.strips : undefined
  return strips !== undefined && plain.endsWith(`/${strips}`) ? plain.slice(0, -strips.length - 1) : plain
}

function rootProblems(roots: readonly Root[], written: WrittenCapture): SourceProblem[] {
  const { restrictedTo } = written
  const problems: SourceProblem[] = []
  roots.forEach((root, at) => {
    const keys = written.roots === undefined ? ['path'] : ['roots', at]
    const wrong = folderProblem(root.from)
    if (wrong !== undefined)
      problems.push({
        keys: written.roots === undefined ? keys : [...keys, 'from'],
        expected: `${wrong}, not ${root.from}`,
      })
    if (roots.slice(0, at).some(other => other.to === root.to))
      problems.push({ keys: [...keys, 'to'], expected: 'another folder of the repository for each root' })
    if (restrictedTo !== undefined && !root.from.startsWith(slashed(plainPath(restrictedTo))))
      problems.push({ keys: ['restrictedTo'], expected: `a folder that ${root.from} lies in` })
  })
  return problems
}

function below(folder: string | undefined, path: string): string {
  return plainPath(path.startsWith('/') ? path : `${folder ?? ''}/${path}`)
}

function slashed(path: string): string {
  return path.endsWith('/') ? path : `${path}/`
}

function inside(to: string): string {
  return to === '' || to === '.' ? '' : slashed(to)
}
