import type { CaptureLimits, CaptureSource } from '../core/environment.ts'

export interface JoinedSource {
  readonly source: CaptureSource
  /** What the two configs say otherwise, a sentence each; empty when they protect the same. */
  readonly differs: readonly string[]
}

/**
 * What two configs protect, together: the one of the deployed commit and the one in hand. Where files are read is always said by the one in hand;
 * what one of them keeps out stays out. A branch with an older list would otherwise take for a change what nobody changed.
 */
export function joinSources(deployed: CaptureSource | undefined, here: CaptureSource): JoinedSource {
  if (deployed === undefined) return { source: here, differs: [] }
  const source: CaptureSource = {
    ...here,
    exclude: union(here.exclude, deployed.exclude),
    notDeployed: union(here.notDeployed, deployed.notDeployed),
    include: here.include.filter(pattern => deployed.include.includes(pattern)),
    revision: union(here.revision, deployed.revision),
    limits: smaller(here.limits, deployed.limits),
    compare: here.compare === 'checksum' ? here.compare : deployed.compare,
  }
  return { source, differs: differences(deployed, here) }
}

function union(here: readonly string[], deployed: readonly string[]): readonly string[] {
  return [...new Set([...here, ...deployed])]
}

function smaller(here: CaptureLimits, deployed: CaptureLimits): CaptureLimits {
  return {
    fileSize: Math.min(here.fileSize, deployed.fileSize),
    totalSize: Math.min(here.totalSize, deployed.totalSize),
    files: Math.min(here.files, deployed.files),
    deletions: Math.min(here.deletions, deployed.deletions),
    deletionShare: Math.min(here.deletionShare, deployed.deletionShare),
  }
}

function differences(deployed: CaptureSource, here: CaptureSource): string[] {
  const told = [
    ...onlyIn(deployed.exclude, here.exclude, 'The deployed config also keeps out', 'They stay out'),
    ...onlyIn(deployed.notDeployed, here.notDeployed, 'The deployed config also says are never deployed', 'That holds'),
    ...onlyIn(
      here.include,
      deployed.include,
      'Only the config here lets through',
      'They stay out until it is deployed',
    ),
  ]
  if (JSON.stringify(deployed.roots) !== JSON.stringify(here.roots))
    told.push(
      `The deployed config reads ${rootsText(deployed)}, the one here ${rootsText(here)}. The one here is followed.`,
    )
  const tighter = Object.entries(deployed.limits).filter(([name, limit]) => limit < here.limits[name as LimitName])
  if (tighter.length > 0)
    told.push(`The deployed config has the smaller ${tighter.map(([name]) => name).join(', ')}. That holds.`)
  return told
}

type LimitName = keyof CaptureLimits

function onlyIn(of: readonly string[], other: readonly string[], what: string, then: string): string[] {
  const extra = of.filter(pattern => !other.includes(pattern))
  return extra.length === 0 ? [] : [`${what} ${extra.join(', ')}. ${then}.`]
}

function rootsText({ roots }: CaptureSource): string {
  return roots.map(({ from, to }) => `${from} as ${to === '' ? 'the top' : to}`).join(' and ')
}
