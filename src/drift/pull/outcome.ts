import type { Root } from '../../core/environment.ts'
import { type PathBytes, pathOf } from '../../core/path-bytes.ts'
import { belowRoot } from './complaint.ts'
import type { Item, Look } from './look.ts'
import type { Skipped } from './request.ts'
import type { Fact, SecondLook } from './second-look.ts'

/** What the looks at one root told. Names are below the root; paths are those of the repository. */
export class RootOutcome {
  readonly root: Root
  readonly look: Look
  readonly facts = new Map<PathBytes, Fact>()
  readonly unsettled = new Set<PathBytes>()
  readonly #roots: readonly Root[]
  #receivedAgain = 0

  constructor(root: Root, roots: readonly Root[], look: Look) {
    this.root = root
    this.look = look
    this.#roots = roots
    for (const { kind, path } of look.complaints) if (kind === 'changed-under-way') this.unsettled.add(this.#path(path))
  }

  get files(): number {
    return this.look.files
  }

  get deleted(): number {
    return this.look.deleted
  }

  get isClean(): boolean {
    return this.look.result.ended === 'exit' && this.look.result.code === 0
  }

  get receivedBytes(): number {
    return this.look.received + this.#receivedAgain
  }

  /** Files whose content came over. */
  get received(): ReadonlySet<PathBytes> {
    return new Set(this.#transferred().map(({ name }) => name))
  }

  get transferredBytes(): number {
    return this.#transferred().reduce((total, { size }) => total + size, 0)
  }

  get changed(): { readonly files: number; readonly bytes: number } {
    const items = this.#transferred().filter(({ code }) => /[+sc]/.test(code.slice(2)))
    return { files: items.length, bytes: items.reduce((total, { size }) => total + size, 0) }
  }

  /** The latest time of a file that came; 0 without one. */
  get newestMs(): number {
    return this.#transferred().reduce((newest, { mtimeMs }) => Math.max(newest, mtimeMs), 0)
  }

  /** Whether the root itself could not be read. */
  get rootFailed(): boolean {
    return this.look.complaints.some(({ kind, path }) => kind === 'root' || belowRoot(path, this.root.from) === '')
  }

  /** What did not come because of its size or kind. */
  get others(): ReadonlySet<PathBytes> {
    return new Set([...this.look.tooBig, ...this.look.notRegular])
  }

  /** Those of them about which nothing is known yet; what is known is taken over. */
  open(known: ReadonlyMap<string, Fact>): ReadonlySet<PathBytes> {
    for (const name of this.others) {
      const fact = known.get(this.#path(name))
      if (fact !== undefined && (fact.why === 'too-big') === this.look.tooBig.has(name)) this.facts.set(name, fact)
    }
    return new Set([...this.others].filter(name => !this.facts.has(name)))
  }

  add(again: SecondLook): void {
    for (const [name, fact] of again.facts) if (this.others.has(name)) this.facts.set(name, fact)
    for (const name of again.unsettled) this.unsettled.add(this.#path(name))
    this.#receivedAgain += again.look.received
  }

  get skipped(): readonly Skipped[] {
    const unread = this.look.complaints.flatMap(({ kind, path, because }): Skipped[] => {
      if (kind !== 'unreadable' && kind !== 'vanished') return []
      const name = belowRoot(path, this.root.from)
      if (name === undefined) return []
      return [{ path: this.#path(name), why: kind, ...(because === '' ? {} : { because }) }]
    })
    const big = [...this.look.tooBig].map(
      (name): Skipped => ({ path: this.#path(name), ...this.#fact(name, 'too-big') }),
    )
    const others = [...this.look.notRegular]
      .filter(name => !this.#leadsToRoot(name))
      .map(
        (name): Skipped => ({
          path: this.#path(name),
          ...this.#fact(name, this.look.specials > 0 ? 'special' : 'link'),
        }),
      )
    return [...new Map([...unread, ...big, ...others].map(one => [one.path, one])).values()]
  }

  // A deploy puts a link where another root is read from: that one says what is behind it.
  #leadsToRoot(name: PathBytes): boolean {
    const folder = `${this.#path(name)}/`
    return this.#roots.some(({ to }) => pathOf(to).startsWith(folder))
  }

  #fact(name: PathBytes, otherwise: Fact['why']): Fact {
    return this.facts.get(name) ?? { why: otherwise }
  }

  #transferred(): readonly Item[] {
    return [...this.look.items.values()].filter(({ code }) => code.startsWith('>f'))
  }

  #path(name: PathBytes): PathBytes {
    return (pathOf(this.root.to) + name) as PathBytes
  }
}
