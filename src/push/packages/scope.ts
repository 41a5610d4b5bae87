import { CannotTell } from '../../core/errors.ts'
import type { Gate, GateUse, Source } from '../../core/gate.ts'
import { globMatcher } from '../../core/glob.ts'
import { globWithin, isWithin, literalGlob, type Package } from '../../core/package.ts'
import type { Push } from '../../core/push.ts'
import { contextIn, findingFrom, typedIn } from './view.ts'

/** What a gate of a package must know of its surroundings. */
export interface Surroundings {
  /** Folders in which others ask the same gate. */
  readonly except: readonly string[]
  readonly sharedFiles: readonly string[]
  /** Every path that differs between what the remote has and the pushed commit; undefined when all of it is new. */
  changedPaths(push: Push): Promise<readonly string[] | undefined>
}

/** A gate as a package asks it: rooted at its folder, and only when something changed that concerns it. */
export function useIn(one: Package, id: string, use: GateUse, around: Surroundings): GateUse {
  const { name, folder } = one
  return {
    ...use,
    id: `${name}/${id}`,
    package: { name, folder },
    except: around.except,
    gate: gateIn(use.gate, one, around),
    async unconcerned(push) {
      const changed = await around.changedPaths(push)
      const concerns = concernedBy(one, around.sharedFiles)
      return changed === undefined || changed.some(concerns) ? undefined : untouched
    },
  }
}

const untouched = 'Neither the package nor anything that it depends on changes in this push.'

function concernedBy({ folder, dependencies, files }: Package, shared: readonly string[]): (path: string) => boolean {
  const isShared = globMatcher(shared)
  const isNeeded = globMatcher(files.flatMap(glob => [glob, `${glob}/**`]))
  return path =>
    isWithin(path, folder) || dependencies.some(one => isWithin(path, one)) || isShared(path) || isNeeded(path)
}

function gateIn(gate: Gate, one: Package, { except, sharedFiles }: Surroundings): Gate {
  const { folder } = one
  const { tools, watches } = gate
  return {
    ...gate,
    reads: options => gate.reads(options).flatMap(source => sourcesIn(source, gate, one, sharedFiles)),
    ...(tools === undefined ? {} : { tools: options => tools(options).map(tool => toolIn(tool, folder)) }),
    ...(watches === undefined
      ? {}
      : {
          watches: options =>
            watches(options).map(watch => ({ ...watch, globs: watch.globs.map(glob => globWithin(folder, glob)) })),
        }),
    async check(context) {
      const commands = gate.commands?.(context.options) ?? []
      try {
        const findings = await gate.check(contextIn(context, folder, except))
        return findings.map(finding => findingFrom(finding, folder, commands))
      } catch (error) {
        if (!(error instanceof CannotTell)) throw error
        throw new CannotTell(error.message, typedIn(folder, error.instead, commands), { cause: error })
      }
    },
  }
}

/** A gate that runs a command runs what the package depends on as well; one that only looks at contents sees its own. */
function sourcesIn(source: Source, { fast }: Gate, one: Package, sharedFiles: readonly string[]): readonly Source[] {
  if (typeof source !== 'object') return [source]
  const own = { files: source.files.map(glob => globWithin(one.folder, glob)) }
  if (fast) return [own]
  const dependencies = one.dependencies.map(folder => `${literalGlob(folder)}/**`)
  // Apart from each other: what one of them takes away is not taken from the next.
  const needed = [dependencies, one.files.flatMap(glob => [glob, `${glob}/**`]), sharedFiles]
  return [own, ...needed.filter(files => files.length > 0).map(files => ({ files }))]
}

// `vendor/bin/phpunit` lies in the package; `php` on PATH.
function toolIn(tool: string, folder: string): string {
  return folder === '' || tool.startsWith('/') || !tool.includes('/') ? tool : `${folder}/${tool}`
}

/** A gate of the whole repository that leaves to the packages what they ask the same gate about. */
export function useAround(use: GateUse, except: readonly string[]): GateUse {
  if (!use.gate.fast || except.length === 0) return use
  const { gate } = use
  return { ...use, except, gate: { ...gate, check: context => gate.check(contextIn(context, '', except)) } }
}
