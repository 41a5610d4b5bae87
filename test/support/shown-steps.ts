import type { Step, Value } from '../../src/db/code/script.ts'

/** A value as one line, for tests. */
export function shown(value: Value | undefined): string {
  switch (value?.is) {
    case undefined:
      return '-'
    case 'text':
      return `'${value.text}'${value.guessed ? '?' : ''}`
    case 'number':
    case 'boolean':
      return String(value.value)
    case 'nothing':
      return 'none'
    case 'name':
      return value.name
    case 'list':
      return `[${value.items.map(shown).join(' ')}]`
    case 'map':
      return `{${value.entries.map(entry => `${entry.key}: ${shown(entry.value)}`).join(' ')}}`
    case 'either':
      return `(${value.values.map(shown).join(' | ')})`
    case 'function':
      return `fn(${value.parameters})[${value.steps.map(shownStep)}]`
    case 'call':
      return `${value.on === undefined ? '' : `${shown(value.on)}.`}${value.name}(${[
        ...value.args.map(shown),
        ...[...value.named].map(([name, arg]) => `${name}=${shown(arg)}`),
      ].join(', ')})`
    default:
      return '?'
  }
}

/** `*` runs again and again, `?` perhaps not. */
export function shownStep({ call, maybe, repeated }: Step): string {
  return `${repeated ? '*' : ''}${maybe ? '?' : ''}${shown(call)}`
}
