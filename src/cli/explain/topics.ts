import type { FindingKind, Severity } from '../../core/finding.ts'
import type { Gate, Source } from '../../core/gate.ts'
import type { Rule } from '../../db/rule.ts'
import type { SecretKind } from '../../secrets/kinds.ts'
import { type OptionFact, optionsOf } from './options.ts'

export interface TopicExample {
  /** Absent: whatever the topic is about. */
  readonly about?: string
  readonly bad?: string
  readonly good?: string
}

/** Everything that is known about a unit, as plain data. */
export interface Topic {
  readonly kind: 'gate' | 'rule' | 'finding' | 'secret'
  readonly id: string
  readonly code?: string
  /** What other tools call it, for example `squawk: ban-drop-column`. */
  readonly alsoKnownAs?: readonly string[]
  readonly title: string
  readonly severity?: Severity
  readonly dialects?: readonly string[]
  readonly why: string
  readonly instead?: string
  readonly examples: readonly TopicExample[]
  /** Where its options stand in `.shiprc`, and which there are. */
  readonly config?: { readonly key: string; readonly options: readonly OptionFact[] }
  /** Only of gates: whether it also looks after a merge, and what its answer depends on with the options as they come. */
  readonly fast?: boolean
  readonly reads?: readonly string[]
  /** Only of findings: the gate that reports it; absent when it is about the push itself. */
  readonly gate?: string
  /** The generated page, as a path in ship-guard's own repository. */
  readonly page: string
}

export interface Registries {
  readonly gates: readonly Gate[]
  readonly rules: readonly Rule[]
  readonly secrets: readonly SecretKind[]
  /** What is said about a push or its config before any gate is asked. */
  readonly ofPush?: readonly FindingKind[]
}

export function topicsOf({ gates, rules, secrets, ofPush = [] }: Registries): readonly Topic[] {
  return [
    ...gates.map(gateTopic),
    ...rules.map(ruleTopic),
    ...gates.flatMap(({ id, finds = [] }) => finds.map(kind => findingTopic(kind, id))),
    ...ofPush.map(kind => findingTopic(kind)),
    ...secrets.map(secretTopic),
  ]
}

/** Every topic with this id or code, or which another tool calls so, whatever the case. One code may stand for several rules. */
export function named(topics: readonly Topic[], name: string): readonly Topic[] {
  const wanted = name.trim().toLowerCase()
  const own = topics.filter(({ id, code }) => id.toLowerCase() === wanted || code?.toLowerCase() === wanted)
  return own.length > 0 ? own : topics.filter(topic => foreignNames(topic).includes(wanted))
}

/** `squawk: ban-drop-column`, and the same without the tool before it. */
function foreignNames({ alsoKnownAs = [] }: Topic): string[] {
  return alsoKnownAs.flatMap(known => [known, known.slice(known.indexOf(':') + 1).trim()]).map(one => one.toLowerCase())
}

function gateTopic(gate: Gate): Topic {
  const { id, title, why, fast } = gate
  const reads = readsOf(gate)
  return {
    kind: 'gate',
    id,
    title,
    why,
    examples: [],
    config: { key: id === 'command' ? 'gates.command.<name>' : `gates.${id}`, options: optionsOf(gate.options) },
    fast,
    ...(reads === undefined ? {} : { reads }),
    page: `docs/reference/gates/${id}.md`,
  }
}

/** Undefined when it cannot be said without options that have no default. */
function readsOf(gate: Gate): readonly string[] | undefined {
  const options = gate.options.safeParse({})
  return options.success ? gate.reads(options.data).map(sourceText) : undefined
}

function sourceText(source: Source): string {
  if (typeof source !== 'string') return source.files.includes('**') ? 'any file' : `files ${source.files.join(' ')}`
  const words = {
    base: "the remote's branch",
    history: 'what the pushed commits hold',
    messages: 'their messages',
    authors: 'their authors',
    branches: "the remotes' branches as last fetched",
    clock: 'the time',
    network: 'what the network answers',
    environment: 'the environment',
    database: 'the database',
  }
  return words[source]
}

function ruleTopic({ id, code, alsoKnownAs, title, severity, dialects, why, instead, examples }: Rule): Topic {
  return {
    kind: 'rule',
    id,
    ...(code === undefined ? {} : { code }),
    ...(alsoKnownAs === undefined ? {} : { alsoKnownAs }),
    title,
    severity,
    dialects,
    why,
    instead,
    examples: examples.map(({ dialects, before, bad, good }) => ({
      ...(dialects === undefined ? {} : { about: dialects.join(', ') }),
      bad: before === undefined ? bad : `-- in an earlier migration\n${before}\n-- in this push\n${bad}`,
      good,
    })),
    page: `docs/reference/rules/${id}.md`,
  }
}

function findingTopic({ id, title, why, instead }: FindingKind, gate?: string): Topic {
  const page = gate === undefined ? 'README.md' : `docs/reference/gates/${gate}.md`
  return { kind: 'finding', id, title, why, instead, examples: [], ...(gate === undefined ? {} : { gate }), page }
}

function secretTopic({ id, title, why, examples }: SecretKind): Topic {
  return {
    kind: 'secret',
    id,
    // Written to stand in the middle of a sentence.
    title: title.charAt(0).toUpperCase() + title.slice(1),
    why,
    examples: examples.map(({ bad, good, file }) => ({
      ...(file === undefined ? {} : { about: file }),
      ...(bad === undefined ? {} : { bad }),
      ...(good === undefined ? {} : { good }),
    })),
    page: `docs/reference/secrets.md#${id}`,
  }
}
