import type { Place } from './words.ts'

// Scripts hold the words themselves, so that completing starts neither Node nor npx.

/** For bash 3.2 and newer, sourced from ~/.bashrc. Also completes behind `npx ship-guard` where nothing else completes npx. */
export function bashScript(places: readonly Place[]): string {
  const cases = places.map(place => `    '${place.after}') words='${wordsIn(place).join(' ')}' ;;`)
  return `# Completion of ship-guard for bash
_ship_guard() {
  local at=1 after='' word words='' current=\${COMP_WORDS[COMP_CWORD]}
  [ "\${COMP_WORDS[0]##*/}" = npx ] && at=2
  if [ "$at" = 2 ] && [ "\${COMP_WORDS[1]}" != ship-guard ]; then COMPREPLY=(); return; fi
  while [ "$at" -lt "$COMP_CWORD" ]; do
    word=\${COMP_WORDS[at]}
    case $word in -*) ;; *) if _ship_guard_is "\${after:+$after }$word"; then after="\${after:+$after }$word"; fi ;; esac
    at=$((at + 1))
  done
  case $after in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
_ship_guard_is() { case $1 in ${places
    .filter(({ after }) => after !== '')
    .map(({ after }) => `'${after}'`)
    .join(' | ')}) ;; *) return 1 ;; esac; }
complete -o default -F _ship_guard ship-guard
complete -p npx >/dev/null 2>&1 || complete -o default -F _ship_guard npx
`
}

function wordsIn({ commands, choices, options }: Place): readonly string[] {
  return [...commands.map(({ word }) => word), ...choices, ...options.map(({ word }) => word)]
}

/** For zsh, as the file `_ship-guard` in a folder of fpath, or sourced after compinit. */
export function zshScript(places: readonly Place[]): string {
  const cases = places.map(place => {
    const words = [
      ...place.commands.map(({ word, about }) => described(word, about)),
      ...place.choices.map(word => described(word, '')),
      ...place.options.map(({ word, about }) => described(word, about)),
    ]
    return `    '${place.after}') found=(${words.join(' ')}) ;;`
  })
  return `#compdef ship-guard
# Completion of ship-guard for zsh
_ship_guard() {
  local after='' word
  local -a found known
  known=(${places
    .filter(({ after }) => after !== '')
    .map(({ after }) => `'${after}'`)
    .join(' ')})
  for word in \${words[2,CURRENT-1]}; do
    [[ $word == -* ]] && continue
    (( \${known[(Ie)\${after:+$after }$word]} )) && after="\${after:+$after }$word"
  done
  case $after in
${cases.join('\n')}
  esac
  _describe 'ship-guard' found || _files
}
if [[ $funcstack[1] == _ship-guard ]]; then _ship_guard "$@"; else compdef _ship_guard ship-guard; fi
`
}

// _describe reads \`word:description\`; a colon in the word would end it.
function described(word: string, about: string): string {
  return `'${word.replaceAll(':', '\\:')}:${about.replaceAll("'", "'\\''")}'`
}

/** For fish, as the file ship-guard.fish in its folder of completions. */
export function fishScript(places: readonly Place[]): string {
  const lines = places.flatMap(place => {
    const here = condition(place, places)
    return [
      ...place.commands.map(
        ({ word, about }) => `complete -c ship-guard -f -n '${here}' -a ${word} -d ${quoted(about)}`,
      ),
      ...place.choices.map(word => `complete -c ship-guard -f -n '${here}' -a ${word}`),
      ...place.options.map(({ word, short, about, takesValue }) =>
        [
          `complete -c ship-guard -n '${here}' -l ${word.slice(2)}`,
          ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
          ...(takesValue ? ['-r'] : []),
          `-d ${quoted(about)}`,
        ].join(' '),
      ),
    ]
  })
  return `# Completion of ship-guard for fish\n${lines.join('\n')}\n`
}

function condition({ after, commands }: Place, places: readonly Place[]): string {
  if (after === '') return '__fish_use_subcommand'
  const words = after.split(' ')
  const deeper = commands
    .map(({ word }) => word)
    .filter(word => places.some(place => place.after === `${after} ${word}`))
  return [
    ...words.map(word => `__fish_seen_subcommand_from ${word}`),
    ...(deeper.length === 0 ? [] : [`not __fish_seen_subcommand_from ${deeper.join(' ')}`]),
  ].join('; and ')
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
