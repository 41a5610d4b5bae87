import { shQuote } from '../case-pattern.ts'

/** A word for a command that a person types: quoted only where sh asks for it. */
export function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : shQuote(text)
}

/** A command to be typed in `folder` by somebody who is in `here`. */
export function typedIn(folder: string, here: string | undefined, command: string): string {
  return folder === here ? command : `(cd ${word(folder)} && ${command})`
}

export const install = 'npx ship-guard install'
