import type { CliCommand } from '../command.ts'

/** What may follow the words typed so far: `''` is the beginning, `capture` what follows it. */
export interface Place {
  readonly after: string
  readonly commands: readonly Word[]
  readonly options: readonly Option[]
  /** Fixed words that its argument may be, such as the shells of `completion`. */
  readonly choices: readonly string[]
}

export interface Word {
  readonly word: string
  readonly about: string
}

export interface Option extends Word {
  /** The same by one letter: `-y`. */
  readonly short?: string
  readonly takesValue: boolean
}

/** Every place where a shell can complete; hidden commands are for git and not for people. */
export function wordsOf(commands: readonly CliCommand[]): readonly Place[] {
  const shown = commands.filter(command => command.hidden !== true)
  const places = new Set(['', ...shown.flatMap(({ id }) => prefixes(id.split(' ')))])
  return [...places].sort().map(after => placeAfter(after, shown))
}

function prefixes(words: readonly string[]): string[] {
  return words.map((_, at) => words.slice(0, at + 1).join(' '))
}

function placeAfter(after: string, commands: readonly CliCommand[]): Place {
  const depth = after === '' ? 0 : after.split(' ').length
  const inside = commands.filter(({ id }) => after === '' || id.startsWith(`${after} `))
  const next = new Map<string, string>()
  for (const { id, summary } of inside) {
    const word = id.split(' ')[depth]!
    const isWhole = id.split(' ').length === depth + 1
    if (isWhole || !next.has(word)) next.set(word, isWhole ? summary : `${word} …`)
  }
  const own = commands.find(({ id }) => id === after)
  return {
    after,
    commands: [...next].map(([word, about]) => ({ word, about })),
    options: [
      ...(own?.options ?? []).map(optionOf),
      { word: '--help', about: 'show help, with examples', takesValue: false },
    ],
    choices: (own?.arguments ?? []).flatMap(({ about }) => choicesIn(about)),
  }
}

function optionOf({ flags, about }: { flags: string; about: string }): Option {
  const short = /^-\w(?=,)/.exec(flags)?.[0]
  return {
    word: /--[\w-]+/.exec(flags)![0],
    ...(short === undefined ? {} : { short }),
    about,
    takesValue: /[<[]/.test(flags),
  }
}

/** `bash, zsh, fish`: the sentence about an argument is a list of words. */
function choicesIn(about: string): readonly string[] {
  return /^[\w-]+(, [\w-]+)+$/.test(about) ? about.split(', ') : []
}
