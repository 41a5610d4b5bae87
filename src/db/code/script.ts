// A migration written in a programming language, in one shape for PHP, Python, Ruby and JavaScript: what is called, on what, with which values.
// The adapters in `languages/` make it from a real parse tree; the tools read nothing else.

export type LanguageId = 'php' | 'python' | 'ruby' | 'javascript' | 'typescript'

/** UTF-16 indexes into the file's text. */
export interface Span {
  readonly offset: number
  readonly endOffset: number
}

/** A value as far as the text tells it. Constants, simple variables and concatenations are followed; everything else is `unknown`. */
export type Value = Span &
  (
    | {
        readonly is: 'text'
        readonly text: string
        /**
         * Where the text stands unbroken and unescaped in the file: index i of `text` is at `at + i` there. Undefined when it was put together,
         * holds escapes or had its indent taken away.
         */
        readonly at?: number
        /** Where stretches of a text without `at` stand: from index `from` on at offset `at`, in order. */
        readonly pieces?: readonly { readonly from: number; readonly at: number }[]
        /** What a guessed text was put together from, so that arguments can take the place of parameters (`inline.ts`). */
        readonly parts?: readonly Value[]
        /** Parts that are known only while it runs were put in as a name: `some_name`. */
        readonly guessed?: true
      }
    | { readonly is: 'number'; readonly value: number }
    | { readonly is: 'boolean'; readonly value: boolean }
    /** null, None, nil, undefined. */
    | { readonly is: 'nothing' }
    | { readonly is: 'list'; readonly items: readonly Value[] }
    | { readonly is: 'map'; readonly entries: readonly { readonly key: string; readonly value: Value }[] }
    /** A constant, class or property by its name: `models.CharField`, `User::class` (`User`), `$table`, `Sequelize.STRING`. Ruby symbols are `text`. */
    | { readonly is: 'name'; readonly name: string }
    | Call
    | {
        readonly is: 'function'
        readonly parameters: readonly string[]
        readonly steps: readonly Step[]
        /** Ruby: the value of its last line. */
        readonly returns?: Value
      }
    /** One of these, told only while it runs: both arms of a `?:`. */
    | { readonly is: 'either'; readonly values: readonly Value[] }
    /** `parts`: a text that was put together from these, with one that is no name. */
    | { readonly is: 'unknown'; readonly source: string; readonly parts?: readonly Value[] }
  )

export type Call = Span & {
  readonly is: 'call'
  /**
   * What it is called on: `$table` of `$table->drop()`, the inner call of a chain; `new X(…)` has none and is named `new X`. Undefined for a bare
   * function. A value that is called itself (`$helper($table)`, a closure in a variable) is `on`, with the name ``.
   */
  readonly on: Value | undefined
  /** As written: `dropColumn`, `RemoveField`. */
  readonly name: string
  readonly args: readonly Value[]
  /** Python's and PHP's named arguments, Ruby's keywords. A Ruby block and a trailing closure come last in `args` as a `function`. */
  readonly named: ReadonlyMap<string, Value>
}

/** A call that runs as a statement of its own (or inside one, where its value is thrown away or kept), in the order of the text. */
export interface Step {
  readonly call: Call
  /** It stands in an `if`, a `try`, a `switch`, after an early return: it may not run. */
  readonly maybe: boolean
  /** It stands in a loop whose values could not be told. A loop over a literal list is unrolled instead. */
  readonly repeated: boolean
  /** What its conditions ask, as far as they compare one value with texts: `DB::getDriverName() === 'pgsql'`. All of them hold when it runs. */
  readonly when?: readonly Condition[]
}

/** The value is one of these texts, or (`not`) none of them. */
export interface Condition {
  readonly value: Value
  readonly among: readonly string[]
  readonly not: boolean
}

/** A function, method or closure-valued export with its name: `up`, `change`, `upgrade`, `addColumns`. */
export interface Routine extends Span {
  readonly name: string
  readonly parameters: readonly string[]
  readonly steps: readonly Step[]
  /** `static`, `async`, Ruby's `def self.` */
  readonly isStatic?: true
}

export interface ClassShape extends Span {
  readonly name: string
  /** As written: `Migration`, `ActiveRecord::Migration[6.1]`, `migrations.Migration`. */
  readonly extends: string | undefined
  readonly routines: readonly Routine[]
  /** Properties, class attributes and constants: `$withinTransaction = false`, `atomic = False`, `operations = [ … ]`, `dependencies`. */
  readonly members: ReadonlyMap<string, Value>
  /** Calls in the class body itself: Ruby's `disable_ddl_transaction!`. */
  readonly steps: readonly Step[]
}

export interface Script {
  readonly language: LanguageId
  readonly path: string
  readonly text: string
  /** An anonymous class has the name ``. */
  readonly classes: readonly ClassShape[]
  /** Functions at the top, and what is exported: `exports.up = async knex => …`, `module.exports = { up() {} }`, `export const up = …`, `export async function up`. */
  readonly routines: readonly Routine[]
  /** Top-level variables and exports that are no functions: `revision = 'a1'`, `exports.config = { transaction: false }`. */
  readonly values: ReadonlyMap<string, Value>
  /** Calls at the top level. */
  readonly steps: readonly Step[]
  /** Places that the parser could not read. */
  readonly broken: readonly Span[]
  /** Comments, for allowances. */
  readonly comments: readonly Span[]
}

/** Reads one language. Loads its grammar late. Never throws for what stands in the text. */
export interface Language {
  readonly id: LanguageId
  /** File endings with their dot. */
  readonly endings: readonly string[]
  parse(path: string, text: string): Promise<Script>
}

/** A chain from its root outwards: `$t->string('a')->nullable()` is root `$t`, calls `string`, `nullable`. */
export function chainOf(call: Call): { readonly root: Value | undefined; readonly calls: readonly Call[] } {
  const calls: Call[] = [call]
  let on = call.on
  while (on !== undefined && on.is === 'call') {
    calls.unshift(on)
    on = on.on
  }
  return { root: on, calls }
}

/** The texts a value may be: itself, the items of a list, both arms of an `either`. Undefined when any of them cannot be told. */
export function textsOf(value: Value | undefined): readonly string[] | undefined {
  if (value === undefined) return undefined
  if (value.is === 'text') return [value.text]
  const parts = value.is === 'list' ? value.items : value.is === 'either' ? value.values : undefined
  if (parts === undefined) return undefined
  const texts = parts.map(textsOf)
  return texts.every(text => text !== undefined) ? texts.flat() : undefined
}
