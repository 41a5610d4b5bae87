// Every migration project of a tree, whether or not anything in it is new.
import { Blobs } from './blobs.ts'
import { factsOf, type Source } from './judge.ts'
import type { Options } from './options.ts'
import { type Claim, claimsOf, migrationMatcher, possibleGlobs } from './projects.ts'

export interface SurveyedProject {
  readonly claim: Claim
  /** What the tool calls each migration, in the order in which they run. */
  readonly names: readonly string[]
}

/** Projects of every tool with the names of their migrations; reads contents only where a tool orders by them. */
export async function survey(source: Source, options: Options): Promise<SurveyedProject[]> {
  const blobs = new Blobs(source)
  const entries = (await source.list([...possibleGlobs(options)])).filter(entry => entry.mode !== '120000')
  const evidence = await factsOf(source, blobs)
  const textOf = (oid: string) => {
    const content = blobs.text(oid)
    return 'text' in content ? content.text : ''
  }
  const isMigration = migrationMatcher(
    entries.map(entry => entry.path),
    evidence,
    options,
  )
  const oids = new Map(entries.filter(({ path }) => isMigration(path)).map(({ path, oid }) => [path, oid]))
  const projects: SurveyedProject[] = []
  for (const claim of claimsOf([...oids.keys()], evidence, options).claims) {
    const own = claim.paths.map(path => oids.get(path)!)
    await blobs.load(own)
    const texts = new Map(claim.paths.map((path, at) => [path, textOf(own[at]!)]))
    for (const { path, text } of evidence)
      if (claim.tool.ledgers !== undefined) texts.set(path, texts.get(path) ?? text)
    const names = claim.tool.migrations(claim.paths, texts).map(path => claim.tool.nameOf(path, texts.get(path)))
    projects.push({ claim, names })
  }
  return projects
}
