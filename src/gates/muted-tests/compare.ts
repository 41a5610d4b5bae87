import type { Declared, Mute, TestFile } from './declared.ts'

/** A test file of the push, as it was and as it is. */
export interface Pair {
  readonly path: string
  readonly before?: TestFile
  readonly now?: TestFile
}

export interface NewlyMuted {
  readonly path: string
  readonly file: TestFile
  readonly declared: Declared
  readonly mute: Mute
  /** Whether the test was there before the push. */
  readonly wasThere: boolean
}

export interface Missing {
  readonly path: string
  readonly now?: TestFile
  /** How many fewer there are than before. */
  readonly count: number
  /** Names that are no longer there; more than `count` when others may have been renamed. */
  readonly names: readonly string[]
}

/** Mutes that were not there before: neither under their name nor under their text, neither here nor in a file from which they were moved. */
export function newlyMuted(pairs: readonly Pair[]): readonly NewlyMuted[] {
  const left = new Leftovers(
    pairs.flatMap(({ path, before }) =>
      mutesOf(before).map(({ declared, mute }) => ({ path, keys: keysOf(declared, mute) })),
    ),
  )
  const places = pairs.flatMap(({ path, before, now }) =>
    now === undefined ? [] : mutesOf(now).map(muted => ({ ...muted, path, file: now, before })),
  )
  // First what is still where it was, then what was moved.
  const unmatched = places.filter(({ declared, mute, path }) => !left.take(keysOf(declared, mute), path))
  const known = new Set(pairs.flatMap(({ before }) => before?.declared ?? []).map(fullName))
  return (
    unmatched
      .filter(({ declared, mute }) => !left.take(keysOf(declared, mute)))
      .filter(({ declared, mute, before, file }) => !wasCovered(declared, mute, before, file))
      .map(({ declared, mute, path, file, before }) => ({
        ...{ path, file, declared, mute },
        wasThere: known.has(fullName(declared)) || (declared.name === '' && before !== undefined),
      }))
      // A new test that knows where it cannot run switches nothing off.
      .filter(({ wasThere, mute }) => wasThere || !mute.conditional)
  )
}

function mutesOf(file: TestFile | undefined): readonly { declared: Declared; mute: Mute }[] {
  return (file?.declared ?? []).flatMap(declared => declared.mutes.map(mute => ({ declared, mute })))
}

function keysOf(declared: Declared, { effect, conditional }: Mute): readonly string[] {
  // What was off always may now be off sometimes; the other way round it is new.
  const strengths = conditional ? ['', ' sometimes'] : ['']
  const names = [`name ${fullName(declared)}`, ...(declared.body.length > 20 ? [`body ${declared.body}`] : [])]
  return strengths.flatMap(strength => names.map(name => `${effect}${strength} ${name}`))
}

function fullName({ path, name }: Declared): string {
  return [...path, name].join(' › ')
}

/** Around it everything was off already, or the group that is off now holds only what was off before. */
function wasCovered(declared: Declared, mute: Mute, before: TestFile | undefined, now: TestFile): boolean {
  const isOff = (one: Declared) => one.mutes.some(({ effect, conditional }) => effect === mute.effect && !conditional)
  const wasOff = (before?.declared ?? []).filter(isOff)
  const isBelow = (one: Declared, above: Declared) =>
    above.kind === 'group' && fullName(one).startsWith(above.name === '' ? '' : `${fullName(above)} › `)
  if (wasOff.some(above => isBelow(declared, above))) return true
  if (declared.kind !== 'group') return false
  const inside = now.declared.filter(one => one.kind === 'test' && isBelow(one, declared))
  const names = new Set(wasOff.map(fullName))
  return inside.length > 0 && inside.every(one => names.has(fullName(one)))
}

/** What the base muted, each to be found once. */
class Leftovers {
  readonly #byKey = new Map<string, Set<{ readonly path: string; readonly keys: readonly string[] }>>()

  constructor(all: readonly { readonly path: string; readonly keys: readonly string[] }[]) {
    for (const one of all)
      for (const key of one.keys) {
        const same = this.#byKey.get(key)
        if (same === undefined) this.#byKey.set(key, new Set([one]))
        else same.add(one)
      }
  }

  take(keys: readonly string[], path?: string): boolean {
    for (const key of keys)
      for (const one of this.#byKey.get(key) ?? []) {
        if (path !== undefined && one.path !== path) continue
        for (const other of one.keys) this.#byKey.get(other)!.delete(one)
        return true
      }
    return false
  }
}

/** Tests that are in no file of the push any more, neither under their name nor under their text. A file with new tables is left out. */
export function missing(pairs: readonly Pair[]): readonly Missing[] {
  const added = new Counts(pairs.flatMap(({ now, before }) => fresh(now, before)))
  return pairs.flatMap(({ path, before, now }): Missing[] => {
    if (now?.isWhole === false) return []
    const gone = fresh(before, now).filter(test => !added.take(test))
    if (gone.length === 0) return []
    const here = fresh(now, before)
    if (here.some(({ many }) => many)) return []
    const count = gone.length - here.filter(test => added.has(test)).length
    if (count <= 0) return []
    return [{ path, count, names: gone.map(fullName), ...(now === undefined ? {} : { now }) }]
  })
}

function testsOf(file: TestFile | undefined): readonly Declared[] {
  return (file?.declared ?? []).filter(({ kind }) => kind === 'test')
}

/** Tests of the one file that the other has not. */
function fresh(file: TestFile | undefined, other: TestFile | undefined): readonly Declared[] {
  const there = new Counts(testsOf(other))
  return testsOf(file).filter(test => !there.take(test))
}

class Counts {
  readonly #left: Set<Declared>
  readonly #byKey = new Map<string, Declared[]>()

  constructor(tests: readonly Declared[]) {
    this.#left = new Set(tests)
    for (const test of tests)
      for (const key of keysOfTest(test)) {
        const same = this.#byKey.get(key)
        if (same === undefined) this.#byKey.set(key, [test])
        else same.push(test)
      }
  }

  has(test: Declared): boolean {
    return this.#left.has(test)
  }

  take(test: Declared): boolean {
    for (const key of keysOfTest(test)) {
      const found = this.#byKey.get(key)?.find(one => this.#left.has(one))
      if (found === undefined) continue
      this.#left.delete(found)
      return true
    }
    return false
  }
}

function keysOfTest(test: Declared): readonly string[] {
  return [`full ${fullName(test)}`, `name ${test.name}`, ...(test.body.length > 20 ? [`body ${test.body}`] : [])]
}
