// A drop may hide in a procedure that the migration makes and calls: then the call does it.
import { type History, type Routine, routinesIn } from './history.ts'
import { type Statement, statementOf } from './statement.ts'

/** The statements of a file with every call replaced by what the called routine does, at the place of the call. */
export function withCalls(statements: readonly Statement[], history: History, before: number): readonly Statement[] {
  const calls = new Calls(statements, history, before)
  return statements.some(s => s.kind === 'call' || s.kind === 'data')
    ? statements.flatMap(s => calls.expand(s, 0))
    : statements
}

class Calls {
  readonly #own: readonly Routine[]
  readonly #ownNames: ReadonlySet<string>
  readonly #history: History
  readonly #before: number

  constructor(statements: readonly Statement[], history: History, before: number) {
    this.#own = routinesIn(statements)
    this.#ownNames = new Set(this.#own.map(routine => routine.name.name.toLowerCase()))
    this.#history = history
    this.#before = before
  }

  expand(statement: Statement, depth: number): readonly Statement[] {
    if (statement.kind === 'call') return this.#called(statement, depth)
    // On MySQL and SQLite no function that a query calls can change a table.
    if (statement.kind !== 'data' || statement.dialect !== 'postgres') return [statement]
    const names = new Set<string>()
    for (const [, name] of statement.text.matchAll(called)) names.add(name!.toLowerCase())
    const known = [...names].filter(name => this.#mayBe(name))
    return [statement, ...known.flatMap(name => this.#bodies(this.#find(name), statement, depth))]
  }

  #called(statement: Extract<Statement, { kind: 'call' }>, depth: number): readonly Statement[] {
    const routines = this.#find(statement.name.name.toLowerCase())
    if (routines.length > 0) return this.#bodies(routines, statement, depth)
    const because = `it calls ${statement.name.name}, which no migration here creates, so what it does cannot be seen`
    return [statementOf(statement, { kind: 'unreadable', because })]
  }

  #bodies(routines: readonly Routine[], at: Statement, depth: number): readonly Statement[] {
    if (routines.length > 0 && depth >= 4)
      return [statementOf(at, { kind: 'unreadable', because: 'routines call each other deeper than we follow' })]
    return routines.flatMap(routine => {
      const inside = `${routine.what} ${routine.name.name}`
      const { text, offset, endOffset, line, atColumn, endLine } = at
      return routine
        .body()
        .map(
          (inner): Statement => Object.assign({}, inner, { text, offset, endOffset, line, atColumn, endLine, inside }),
        )
        .flatMap(inner => (inner.kind === 'call' ? this.expand(inner, depth + 1) : [inner]))
    })
  }

  #mayBe(name: string): boolean {
    return this.#ownNames.has(name) || this.#history.mayHaveRoutine(this.#before, name)
  }

  #find(name: string): readonly Routine[] {
    const own = this.#own.filter(routine => routine.name.name.toLowerCase() === name)
    return own.length > 0 ? own : this.#history.routines(this.#before, name)
  }
}

// What a query calls: a name, perhaps quoted, and a parenthesis.
const called = /(?<![\w$])([\w$]+)"?\s*\(/g
