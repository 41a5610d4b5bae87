import { pad, width, wrap } from '../../core/width.ts'
import type { OptionFact } from './options.ts'
import type { Topic, TopicExample } from './topics.ts'

const kinds = {
  gate: 'Gates',
  rule: 'Rules for migrations',
  finding: 'What else is reported',
  secret: 'Kinds of secrets',
} as const

/** Everything there is to explain, a line each. */
export function list(topics: readonly Topic[], columns: number): string {
  const widest = Math.max(0, ...topics.map(topic => width(topic.id)))
  const sections = (Object.keys(kinds) as (keyof typeof kinds)[]).flatMap(kind => {
    const members = topics.filter(topic => topic.kind === kind)
    if (members.length === 0) return []
    const coded = members.some(topic => topic.code !== undefined)
    const lines = members.flatMap(({ id, code = '', title }) => {
      const row = `  ${pad(id, widest)}${coded ? `  ${pad(code, 5)}` : ''}  `
      return columns < row.length + 16
        ? [`  ${id} ${code}`.trimEnd(), ...part(title, columns, 4)]
        : hung(row, title, columns)
    })
    return [`${kinds[kind]}\n${lines.join('\n')}`]
  })
  return [...sections, 'More about one of them: npx ship-guard explain <id or code>'].join('\n\n')
}

/** One topic, with the same parts in the same order whatever its kind: what, why, instead, examples, options. */
export function page(topic: Topic, columns: number): string {
  const { title, why, instead, examples, config } = topic
  return [
    `${heading(topic, columns)}\n${part(title, columns, 0).join('\n')}`,
    labelled('Why', why, columns),
    ...(instead === undefined ? [] : [labelled('Instead', instead, columns)]),
    ...depends(topic, columns),
    ...examplesText(examples),
    ...(config === undefined ? [] : [optionsText(config.key, config.options, columns)]),
    labelled('Page', `${topic.page} in ship-guard's repository`, columns),
  ].join('\n\n')
}

function heading({ kind, id, code, severity, dialects, gate }: Topic, columns: number): string {
  const name = code === undefined ? id : `${id}  ${code}`
  const finding = `finding ${gate === undefined ? 'about the push itself' : `of the gate ${gate}`}`
  const known = [
    { gate: 'gate', rule: 'rule', finding, secret: 'kind of secret' }[kind],
    severity,
    dialects?.join(', '),
  ]
  const facts = `(${known.filter(fact => fact !== undefined).join('; ')})`
  return width(`${name}  ${facts}`) <= columns ? `${name}  ${facts}` : [name, ...part(facts, columns, 0)].join('\n')
}

function labelled(label: string, text: string, columns: number): string {
  return columns < 60 ? `${label}\n${part(text, columns, 2).join('\n')}` : hung(pad(label, 9), text, columns).join('\n')
}

function depends({ fast, reads }: Topic, columns: number): string[] {
  if (fast === undefined) return []
  const when = fast ? 'Asked before a push and, because it is fast, after a merge.' : 'Asked before a push.'
  const on = reads === undefined ? '' : ` Its answer is kept until one of these changes: ${reads.join('; ')}.`
  return [labelled('When', when + on, columns)]
}

// Code is never wrapped: it is there to be copied.
function examplesText(examples: readonly TopicExample[]): string[] {
  return examples.map(({ about, bad, good }) => {
    const of = about === undefined ? '' : ` (${about})`
    return [
      ...(bad === undefined ? [] : [`Reported${of}`, ...code(bad)]),
      ...(good === undefined ? [] : [`Fine${of}`, ...code(good)]),
    ].join('\n')
  })
}

function code(text: string): string[] {
  return text.split('\n').map(line => `    ${line}`)
}

function optionsText(key: string, options: readonly OptionFact[], columns: number): string {
  if (options.length === 0) return `Options (${key} in .shiprc): none`
  const lines = options.flatMap(option => {
    const byDefault = option.default === undefined ? '' : `, default ${written(option.default)}`
    const must = option.required ? ', required' : ''
    const [first = '', ...rest] = wrap(`${option.name}: ${option.type}${must}${byDefault}`, Math.max(16, columns - 6))
    return [
      `  ${first}`,
      ...rest.map(line => `      ${line}`),
      ...(option.about === undefined ? [] : part(option.about, columns, 6)),
    ]
  })
  return `Options (${key} in .shiprc)\n${lines.join('\n')}`
}

/** As JSON, with room to be wrapped between the items of a list. */
function written(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(item => JSON.stringify(item)).join(', ')}]` : JSON.stringify(value)
}

function part(text: string, columns: number, indent: number): string[] {
  return wrap(text, Math.max(16, columns - indent)).map(line => ' '.repeat(indent) + line)
}

/** The text beside its label, further lines under the first. */
function hung(label: string, text: string, columns: number): string[] {
  const margin = width(label)
  return wrap(text, Math.max(16, columns - margin)).map((line, n) => (n === 0 ? label : ' '.repeat(margin)) + line)
}
