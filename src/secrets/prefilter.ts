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
}

// The pairs of characters that stand most often in code and text, counted in public packages, most frequent first.
const frequent = `e inonreerst, orsete "th tt ats enesle idetialtr: co sd n  anthearetisr  =an cme= ioelngnsitromsedndctrariaspe recf tasgur ftoneliex 'id oma p dampart eilfinaod {lassceomchge (giue npouns.ifve) acsiforsefgs bnclleatu mutouluemhirnvay ulcampdihano',lopro tsty"" }lfimol wadic);opype.pt",# bea otusrrsul  * l00plkeg  ue)hoe(cl v $ag()iesormigabm lsltck> e,um==e:t_nixt Te_apaixpblofda #ttmoir* h **t(f.):mi. //ocos(sowt.epldCo hwifas:rysc),qufrru Crgshnudo Soo.cspbaRe": [n"ey--__ \`rdia.ss"s,je))r(_cd_fu ge"lyobau." 1%(bubjups) %] eeNoboaysa 0feThmb _ppcr20_s | Nevpy=> Aiphteqnfrc /pu| .peg} ui Iwa`

const frequencies = new Map<number, number>()
for (let rank = 0; rank < frequent.length / 2; rank++)
  frequencies.set((frequent.charCodeAt(2 * rank) << 8) | frequent.charCodeAt(2 * rank + 1), 17_000 / (rank + 15))

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
    const tryAt = ({ opening, asked }: Start, at: number): void => {
      if (at < 0 || !opensAt(opening, units, at)) return
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
        for (const { start, offset } of entries[slot]![31 - Math.clz32(left & -left)]!) tryAt(start, at - offset)
    }
    // At the very end they have no third character, and so perhaps no pair that was looked at.
    for (const start of short) tryAt(start, units.length - 2)
    return found
  }
}

function opensAt(opening: Opening, units: Uint8Array, at: number): boolean {
  for (let index = 0; index < opening.length; index++) if (opening[index]!.has[units[at + index]!] !== 1) return false
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
  for (const start of starts)
    for (const parity of [0, 1]) {
      const offset = rarestPair(start.opening, parity)
      for (const pair of pairsIn(start.opening, offset)) {
        const there = byPair.get(pair)
        if (there === undefined) byPair.set(pair, [{ start, offset }])
        else there.push({ start, offset })
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

/** The pair of the opening, at an even or an odd distance from its beginning, that texts have least. */
function rarestPair(opening: Opening, parity: number): number {
  let best = { at: parity, cost: Number.POSITIVE_INFINITY }
  for (let at = parity; at === parity || at + 1 < opening.length; at += 2) {
    const cost = costOf(opening[at]!, opening[at + 1] ?? anything)
    if (cost < best.cost) best = { at, cost }
  }
  return best.at
}

const anything: CharSet = { has: new Uint8Array(256).fill(1), codes: [...Array(256).keys()] }

function costOf(first: CharSet, second: CharSet): number {
  let cost = 0
  for (const a of first.codes)
    for (const b of second.codes) cost += frequencies.get((a << 8) | b) ?? (isLetter(a) && isLetter(b) ? 20 : 5)
  return cost
}

function isLetter(code: number): boolean {
  return code >= 0x61 && code <= 0x7a
}

/** Every pair of bytes that may stand there, as the machine reads two bytes. */
function* pairsIn(opening: Opening, at: number): Iterable<number> {
  const pair = new Uint16Array(1)
  const bytes = new Uint8Array(pair.buffer)
  for (const a of opening[at]!.codes)
    for (const b of (opening[at + 1] ?? anything).codes) {
      bytes[0] = a
      bytes[1] = b
      yield pair[0]!
    }
}
