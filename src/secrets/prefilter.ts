/** What takes part in the prefilter: a list of short expressions, one of which every finding contains. */
export interface Cued {
  readonly cues: readonly string[]
}

/**
 * One pass over a text says which rules can find anything in it. Sound as long as each rule's cues are: the conformance test runs every rule
 * over every example in which none of its cues is.
 */
export function prefilter<Rule extends Cued>(rules: readonly Rule[]): (text: string) => readonly Rule[] {
  const always = rules.filter(rule => rule.cues.length === 0)
  const cued = rules
    .filter(rule => rule.cues.length > 0)
    .map(rule => ({ rule, here: new RegExp(rule.cues.map(cue => `(?:${cue})`).join('|'), 'iy') }))
  const any = new RegExp([...new Set(cued.flatMap(({ rule }) => rule.cues))].map(cue => `(?:${cue})`).join('|'), 'ig')

  return text => {
    const found = new Set<Rule>(always)
    let waiting = cued
    any.lastIndex = 0
    for (let match = any.exec(text); match !== null && waiting.length > 0; match = any.exec(text)) {
      const at = match.index
      waiting = waiting.filter(({ rule, here }) => {
        here.lastIndex = at
        if (!here.test(text)) return true
        found.add(rule)
        return false
      })
      // One place may be a cue of several rules, and a cue may begin inside another.
      any.lastIndex = at + 1
    }
    return rules.filter(rule => found.has(rule))
  }
}
