/** What takes part in the prefilter. */
export interface Cued {
  /**
   * Short expressions, one of which every finding contains. Each begins with two plain characters at least, `(?:a|b)` and `[ab]` of plain
   * characters included. No flag, or `i`.
   */
  readonly cues: readonly RegExp[]
}

interface Cue<Rule> {
  readonly rule: Rule
  /** The cue, to be tried at one place. */
  readonly here: RegExp
}

/**
 * Says which rules can find anything in a text, in one pass over its characters: an automaton (Aho and Corasick, 1975) finds the beginnings of
 * all cues at once, so that the time does not grow with the number of rules. Sound as long as each rule's cues are: a test runs every rule over
 * every example in which none of its cues is.
 */
export function prefilter<Rule extends Cued>(rules: readonly Rule[]): (text: string) => ReadonlySet<Rule> {
  const always = rules.filter(rule => rule.cues.length === 0)
  const byStart = new Map<string, Cue<Rule>[]>()
  for (const rule of rules)
    for (const cue of rule.cues) {
      const here = new RegExp(cue.source, `y${cue.flags}`)
      for (const start of plainStarts(cue)) byStart.set(start, [...(byStart.get(start) ?? []), { rule, here }])
    }
  const each = automaton(byStart)

  return text => {
    const found = new Set<Rule>(always)
    each(text, (start, at) => {
      for (const { rule, here } of byStart.get(start)!) {
        if (found.has(rule)) continue
        here.lastIndex = at
        if (here.test(text)) found.add(rule)
      }
    })
    return found
  }
}

/** The plain texts, in lower case, with which a match of the cue can begin: `/do[op]_(?:v1|v2)x*$/` begins with `doo_v1`, `dop_v1`, … */
export function plainStarts(cue: RegExp): readonly string[] {
  let starts = ['']
  let rest = cue.source
  while (rest !== '') {
    const part = /^(?:\\([^\w\s])|([^\\()[\]{}|^$.*+?])|\[([\w-]+)\]|\(\?:([^()[\]{}\\^$.*+?]+)\))/.exec(rest)
    if (part === null || part[3]?.includes('-') === true) break
    const after = rest.slice(part[0].length)
    if (/^[*+?{]/.test(after)) break
    const choices = part[1] ?? part[2] ?? (part[3] === undefined ? part[4]!.split('|') : [...part[3]])
    starts = starts.flatMap(start => [...(typeof choices === 'string' ? [choices] : choices)].map(next => start + next))
    rest = after
    if (starts.length > 24) break
  }
  if (rest.startsWith('|') || starts.some(start => start.length < 2))
    throw new Error(`The cue ${cue} does not begin with plain characters.`)
  return [...new Set(starts.map(start => start.toLowerCase()))]
}

type Each = (text: string, seen: (start: string, at: number) => void) => void

/** Calls `seen` for every occurrence of every word, whatever the case of A to Z. */
function automaton(words: ReadonlyMap<string, unknown>): Each {
  const letters = [...new Set([...words.keys()].join(''))]
  const width = letters.length + 1
  // Characters that are in no word are all alike: class 0.
  const classOf = new Uint8Array(128)
  letters.forEach((letter, index) => {
    classOf[letter.charCodeAt(0)] = index + 1
    classOf[letter.toUpperCase().charCodeAt(0)] = index + 1
  })
  const { children, ends } = trie(words.keys())
  const next = new Uint16Array(children.length * width)
  const fallback = new Uint16Array(children.length)
  // Breadth first: a state's fallback is nearer to the root and therefore complete.
  for (const queue = [0]; queue.length > 0; ) {
    const state = queue.shift()!
    const back = fallback[state]!
    if (state !== 0) ends[state]!.push(...ends[back]!)
    letters.forEach((letter, index) => {
      const child = children[state]!.get(letter)
      const otherwise = state === 0 ? 0 : next[back * width + index + 1]!
      next[state * width + index + 1] = child ?? otherwise
      if (child === undefined) return
      fallback[child] = otherwise
      queue.push(child)
    })
  }
  const isEnd = Uint8Array.from(ends, list => (list.length > 0 ? 1 : 0))

  return (text, seen) => {
    let state = 0
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      state = code < 128 ? next[state * width + classOf[code]!]! : 0
      if (isEnd[state] === 1) for (const word of ends[state]!) seen(word, at - word.length + 1)
    }
  }
}

function trie(words: Iterable<string>): { children: Map<string, number>[]; ends: string[][] } {
  const children: Map<string, number>[] = [new Map()]
  const ends: string[][] = [[]]
  for (const word of words) {
    let state = 0
    for (const letter of word) {
      let child = children[state]!.get(letter)
      if (child === undefined) {
        child = children.push(new Map()) - 1
        ends.push([])
        children[state]!.set(letter, child)
      }
      state = child
    }
    ends[state]!.push(word)
  }
  return { children, ends }
}
