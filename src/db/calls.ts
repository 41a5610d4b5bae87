// A drop may hide in a procedure that the migration makes and calls: then the call does it.
import { type History, type Routine, routinesIn } from './history.ts'
import { type Statement, statementOf } from './statement.ts'

/** The statements of a file with every call replaced by what the called routine does, at the place of the call. */
export function withCalls(statements: readonly Statement[], history: History, before: number): readonly Statement[] {
  const calls = new Calls(statements, history, before)
  return statements.some(s => s.kind === 'call' || evaluates(s))
    ? statements.flatMap(s => calls.expand(s, 0, new Set()))
    : statements
}

class Calls {
  readonly #own: readonly Routine[]
  readonly #ownNames: ReadonlySet<string>
  readonly #history: History
  readonly #before: number
  readonly #named = new Map<Routine, readonly string[]>()
  #last: { readonly text: string; readonly names: readonly string[] } | undefined

  constructor(statements: readonly Statement[], history: History, before: number) {
    this.#own = routinesIn(statements)
    this.#ownNames = new Set(this.#own.map(routine => nameOf(routine)))
    this.#history = history
    this.#before = before
  }

  /** `seen`: routines whose bodies stand here already. */
  expand(statement: Statement, depth: number, seen: Set<string>): readonly Statement[] {
    if (statement.kind === 'call') return this.#called(statement, depth, seen)
    if (!evaluates(statement)) return [statement]
    const bodies = this.#known(statement.text).flatMap(name => this.#bodies(name, statement, depth, seen))
    return [statement, ...(statement.kind === 'data' ? bodies : ofTables(bodies))]
  }

  #called(statement: Extract<Statement, { kind: 'call' }>, depth: number, seen: Set<string>): readonly Statement[] {
    const name = statement.name.name.toLowerCase()
    if (seen.has(name)) return []
    if (this.#find(name, statement).length > 0) return this.#bodies(name, statement, depth, seen)
    const because = `it calls ${statement.name.name}, which no migration here creates, so what it does cannot be seen`
    return [statementOf(statement, { kind: 'unreadable', because })]
  }

  #bodies(name: string, at: Statement, depth: number, seen: Set<string>): readonly Statement[] {
    const routines = this.#find(name, at)
    if (routines.length === 0 || seen.has(name)) return []
    seen.add(name)
    if (depth >= 4)
      return [statementOf(at, { kind: 'unreadable', because: 'routines call each other deeper than we follow' })]
    return routines.flatMap(routine => {
      const inside = `${routine.what} ${routine.name.name}`
      const { text, offset, endOffset, line, atColumn, endLine } = at
      const own = routine
        .body()
        .map(
          (inner): Statement => Object.assign({}, inner, { text, offset, endOffset, line, atColumn, endLine, inside }),
        )
        .flatMap(inner => (inner.kind === 'call' ? this.expand(inner, depth + 1, seen) : [inner]))
      return [...own, ...this.#namedBy(routine).flatMap(called => this.#bodies(called, at, depth + 1, seen))]
    })
  }

  /** What its text calls as functions: a body keeps its statements, not their words. */
  #namedBy(routine: Routine): readonly string[] {
    if (routine.dialect !== 'postgres') return []
    const known = this.#named.get(routine)
    if (known !== undefined) return known
    const names = this.#known(routine.text)
    this.#named.set(routine, names)
    return names
  }

  /** Functions of the migrations that a text calls, in lower case. */
  #known(text: string): readonly string[] {
    // All actions of one ALTER have its text.
    if (this.#last?.text === text) return this.#last.names
    const words = new Set<string>()
    for (const [, name] of text.matchAll(called)) words.add(name!.toLowerCase())
    const names = [...words].filter(
      name => this.#ownNames.has(name) || this.#history.mayHaveRoutine(this.#before, name),
    )
    this.#last = { text, names }
    return names
  }

  /** As it stands just before the statement: what the file makes further down is not what is called. */
  #find(name: string, { offset }: Statement): readonly Routine[] {
    const own = this.#own.filter(routine => nameOf(routine) === name)
    const made = own.filter(routine => routine.offset < offset)
    if (made.length > 0) return made
    const earlier = this.#history.routines(this.#before, name)
    return earlier.length > 0 ? earlier : own
  }
}

function nameOf({ name }: Routine): string {
  return name.name.toLowerCase()
}

// What a query calls: a name, perhaps quoted, and a parenthesis.
const called = /(?<![\w$])([\w$]+)"?\s*\(/g

/** On MySQL and SQLite no function that a statement calls can change a table. */
function evaluates({ dialect, kind }: Statement): boolean {
  return dialect === 'postgres' && evaluating.has(kind)
}

/** What runs functions for rows, for defaults, for checks; and triggers, which run theirs later. */
const evaluating: ReadonlySet<Statement['kind']> = new Set<Statement['kind']>([
  'data',
  'create-table',
  'create-view',
  'add-column',
  'change-column',
  'add-constraint',
  'create-index',
  'create-trigger',
])

/** Only what becomes of tables: a trigger is there to change rows. */
function ofTables(statements: readonly Statement[]): readonly Statement[] {
  return statements.some(one => losing.has(one.kind)) ? statements.filter(one => making.has(one.kind)) : []
}

const losing: ReadonlySet<Statement['kind']> = new Set<Statement['kind']>(['drop-table', 'drop-column', 'drop-schema'])
const making: ReadonlySet<Statement['kind']> = new Set<Statement['kind']>([
  ...losing,
  'create-table',
  'create-schema',
  'add-column',
  'rename-table',
  'rename-column',
])
