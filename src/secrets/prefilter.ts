import { type CharSet, type Opening, openingsOf } from './openings.ts'

/** What takes part in the prefilter. */
export interface Cued {
  /**
   * Short expressions, one of which every finding contains. Each begins with two characters at least of which something is known: plain ones,
   * `[a-f0-9]`, `\d`, `(?:a|b)`; three or more make it quick. No flag, or `i`.
   */
  readonly cues: readonly RegExp[]
}

/** A text as the prefilter sees it. */
export interface Searched {
  /** One byte for each UTF-16 unit of the text: its low byte. For ASCII that is the text itself. */
  readonly units: Uint8Array
  /** Asked for only when something may be there. */
  text(): string
}

/** One way in which findings begin, and whoever asks for it. */
interface Start {
  readonly opening: Opening
  readonly asked: readonly { readonly rule: number; readonly here: RegExp }[]
}

/** A start, met at one of its pairs of characters. */
interface Entry {
  readonly start: Start
  /** Of the pair, from the start's beginning. */
  readonly offset: number
  /** What is still to be looked at when the pair and the characters beside it fit: places, counted from the start's beginning. */
  readonly left: readonly { readonly at: number; readonly has: Uint8Array }[]
}

// The pairs of characters that stand most often in code and text, counted in public packages, most frequent first.
const frequent = `e inonreerst, orsete "th tt ats enesle idetialtr: co sd n  anthearetisr  =an cme= ioelngnsitromsedndctrariaspe recf tasgur ftoneliex 'id oma p dampart eilfinaod {lassceomchge (giue npouns.ifve) acsiforsefgs bnclleatu mutouluemhirnvay ulcampdihano',lopro tsty"" }lfimol wadic);opype.pt",# bea otusrrsul  * l00plkeg  ue)hoe(cl v $ag()iesormigabm lsltck> e,um==e:t_nixt Te_apaixpblofda #ttmoir* h **t(f.):mi. //ocos(sowt.epldCo hwifas:rysc),qufrru Crgshnudo Soo.cspbaRe": [n"ey--__ \`rdia.ss"s,je))r(_cd_fu ge"lyobau." 1%(bubjups) %] eeNoboaysa 0feThmb _ppcr20_s | Nevpy=> Aiphteqnfrc /pu| .peg} ui Iwa`

const lowFirst = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** How often a pair stands there; what is not among the frequent ones is guessed. */
const frequencies = new Float32Array(65_536)
for (let pair = 0; pair < frequencies.length; pair++)
  frequencies[pair] = isLetter(pair >> 8) && isLetter(pair & 0xff) ? 20 : 5
for (let rank = 0; rank < frequent.length / 2; rank++) {
  const [a, b] = [frequent.charCodeAt(2 * rank), frequent.charCodeAt(2 * rank + 1)]
  frequencies[lowFirst ? (b << 8) | a : (a << 8) | b] = 17_000 / (rank + 15)
}

/**
 * Says which rules can find anything in a text. It looks at two characters at a time, and only at every second place: whatever begins at an odd
 * place has a pair at an even one too. Few places remain where a cue is tried, so the time does not grow with the number of rules. Sound as long as
 * each rule's cues are: a test runs every rule over every example in which none of its cues is.
 */
export function prefilter<Rule extends Cued>(rules: readonly Rule[]): (searched: Searched) => ReadonlySet<Rule> {
  const always = rules.filter(rule => rule.cues.length === 0)
  const starts = startsOf(rules)
  const { slotOf, before, after, entries } = tableFor(starts)
  const short = starts.filter(({ opening }) => opening.length === 2)

  return ({ units, text }) => {
    const found = new Set<Rule>(always)
    const seen = new Uint8Array(rules.length)
    const tryAt = (asked: Start['asked'], at: number): void => {
      for (const { rule, here } of asked) {
        if (seen[rule] === 1) continue
        here.lastIndex = at
        if (!here.test(text())) continue
        seen[rule] = 1
        found.add(rules[rule]!)
      }
    }
    const pairs = pairsOf(units)
    const first = pairs.byteOffset - units.byteOffset
    for (let index = 0; index < pairs.length; index++) {
      const slot = slotOf[pairs[index]!]!
      if (slot === 0) continue
      const at = first + 2 * index
      // One bit for each entry of the slot: those that bear the characters around the pair.
      let left = (at > 0 ? before[(slot << 8) | units[at - 1]!]! : -1) & after[(slot << 8) | units[at + 2]!]!
      for (; left !== 0; left &= left - 1)
        for (const entry of entries[slot]![31 - Math.clz32(left & -left)]!)
          if (fits(entry, units, at - entry.offset)) tryAt(entry.start.asked, at - entry.offset)
    }
    // At the very end they have no third character, and so perhaps no pair that was looked at.
    for (const { asked } of short) tryAt(asked, units.length - 2)
    return found
  }
}

function fits({ left }: Entry, units: Uint8Array, at: number): boolean {
  if (at < 0) return false
  for (let index = 0; index < left.length; index++) {
    const { at: place, has } = left[index]!
    if (has[units[at + place]!] !== 1) return false
  }
  return true
}

/** The same bytes two by two, from the first place where the machine can read them so. */
function pairsOf(units: Uint8Array): Uint16Array {
  const from = units.byteOffset % 2
  return new Uint16Array(units.buffer, units.byteOffset + from, Math.max(0, (units.byteLength - from) >> 1))
}

/** Every way to begin, each once however many cues share it. */
function startsOf(rules: readonly Cued[]): readonly Start[] {
  const starts = new Map<string, { opening: Opening; asked: { rule: number; here: RegExp }[] }>()
  rules.forEach((rule, index) => {
    for (const cue of rule.cues)
      for (const opening of openingsOf(cue)) {
        const key = opening.map(({ codes }) => codes.join()).join(' ')
        const start = starts.get(key) ?? { opening, asked: [] }
        start.asked.push({ rule: index, here: new RegExp(cue.source, `y${cue.flags}`) })
        starts.set(key, start)
      }
  })
  return [...starts.values()]
}

interface Table {
  /** By a pair of bytes as the machine reads it: 0 when no start has it. */
  readonly slotOf: Uint16Array
  /** By slot and the byte before the pair, and after it: which entries bear it, a bit each. */
  readonly before: Int32Array
  readonly after: Int32Array
  /** By slot and bit. */
  readonly entries: readonly (readonly (readonly Entry[])[])[]
}

const bits = 32

function tableFor(starts: readonly Start[]): Table {
  const byPair = new Map<number, Entry[]>()
  // Those that have the least choice go first; the others may then use the same pairs.
  for (const start of [...starts].sort((a, b) => a.opening.length - b.opening.length))
    for (const parity of [0, 1]) {
      const offset = rarestPair(start.opening, parity, byPair)
      const entry = { start, offset, left: leftOf(start.opening, offset) }
      for (const pair of pairsIn(start.opening, offset)) {
        const there = byPair.get(pair)
        if (there === undefined) byPair.set(pair, [entry])
        else there.push(entry)
      }
    }
  const slotOf = new Uint16Array(65_536)
  const before = new Int32Array((byPair.size + 1) * 256)
  const after = new Int32Array((byPair.size + 1) * 256)
  const entries: Entry[][][] = [[]]
  for (const [pair, all] of byPair) {
    const slot = entries.push(Array.from({ length: Math.min(all.length, bits) }, () => [])) - 1
    slotOf[pair] = slot
    all.forEach((entry, index) => {
      // Where there are more than bits, the last one speaks for the rest.
      const bit = Math.min(index, bits - 1)
      entries[slot]![bit]!.push(entry)
      mark(before, slot, bit, entry.start.opening[entry.offset - 1])
      mark(after, slot, bit, entry.start.opening[entry.offset + 2])
    })
  }
  return { slotOf, before, after, entries }
}

/** Says which characters leave the entry of this bit possible: where nothing is known of them, all do. */
function mark(table: Int32Array, slot: number, bit: number, set: CharSet | undefined): void {
  for (let code = 0; code < 256; code++)
    if (set === undefined || set.has[code] === 1) table[(slot << 8) | code]! |= 1 << bit
}

function leftOf(opening: Opening, offset: number): Entry['left'] {
  return opening
    .map(({ has, codes }, at) => ({ at, has, count: codes.length }))
    .filter(({ at }) => at < offset - 1 || at > offset + 2)
    .sort((a, b) => a.count - b.count)
}

/** The pair of the opening, at an even or an odd distance from its beginning, that costs least: texts have it least, or it is looked for already. */
function rarestPair(opening: Opening, parity: number, taken: ReadonlyMap<number, unknown>): number {
  let best = { at: parity, cost: Number.POSITIVE_INFINITY }
  for (let at = parity; at === parity || at + 1 < opening.length; at += 2) {
    const cost = costAt(opening, at, taken)
    if (cost < best.cost) best = { at, cost }
  }
  return best.at
}

function costAt(opening: Opening, at: number, taken: ReadonlyMap<number, unknown>): number {
  const count = opening[at]!.codes.length * (opening[at + 1] ?? anything).codes.length
  // Two sets side by side are never the best; looking at each of their pairs would take longer than all the rest.
  if (count > 300) return count * 20
  let cost = 0
  for (const pair of pairsIn(opening, at)) cost += frequencies[pair]! * (taken.has(pair) ? 0.2 : 1)
  return cost
}

const anything: CharSet = { has: new Uint8Array(256).fill(1), codes: [...Array(256).keys()] }

function isLetter(code: number): boolean {
  return code >= 0x61 && code <= 0x7a
}

/** Every pair of bytes that may stand there, as the machine reads two bytes. */
function* pairsIn(opening: Opening, at: number): Iterable<number> {
  for (const a of opening[at]!.codes)
    for (const b of (opening[at + 1] ?? anything).codes) yield lowFirst ? (b << 8) | a : (a << 8) | b
}
