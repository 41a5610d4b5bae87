// What is derived from the schema and the units: schema.json, .shiprc.example, report.schema.json and docs/reference.

import { topicsOf } from '../src/cli/explain/topics.ts'
import { commands } from '../src/cli/registry.generated.ts'
import { configJsonSchema } from '../src/config/keys.ts'
import { allGates } from '../src/config/schema.ts'
import { version } from '../src/core/version.generated.ts'
import { rules } from '../src/db/rules/registry.generated.ts'
import { presets } from '../src/drift/presets/registry.generated.ts'
import { reportSchema } from '../src/report/json-shape.ts'
import { reports } from '../src/report/registry.generated.ts'
import { secretKinds } from '../src/secrets/kinds.ts'
import { exampleConfig } from './example-config.ts'
import { manPage } from './man-page.ts'
import {
  commandPage,
  configPage,
  indexPage,
  presetsPage,
  reportPage,
  secretsPage,
  topicPage,
} from './reference-pages.ts'

/** Generated files that need the units themselves: path -> text. */
export async function referencePages(): Promise<Map<string, string>> {
  const schema = configJsonSchema(allGates)
  const topics = topicsOf({ gates: allGates, rules, secrets: secretKinds })
  const gates = topics.filter(topic => topic.kind === 'gate')
  const ruleTopics = topics.filter(topic => topic.kind === 'rule')
  const secrets = topics.filter(topic => topic.kind === 'secret')
  const cli = (await Promise.all(commands.map(entry => entry.load()))).filter(command => command.hidden !== true)

  return new Map([
    ['schema.json', json({ title: 'The config of ship-guard', ...schema })],
    ['man/ship-guard.1', manPage(cli, version)],
    ['report.schema.json', json(reportSchema())],
    ['.shiprc.example', exampleConfig(schema)],
    ['docs/reference/README.md', indexPage({ gates, rules: ruleTopics, reports, commands: cli })],
    ['docs/reference/configuration.md', configPage(schema)],
    ['docs/reference/presets.md', presetsPage(presets)],
    ['docs/reference/secrets.md', secretsPage(secrets)],
    ...gates.map(topic => [`docs/reference/gates/${topic.id}.md`, topicPage(topic)] as const),
    ...ruleTopics.map(topic => [`docs/reference/rules/${topic.id}.md`, topicPage(topic)] as const),
    ...reports.map(report => [`docs/reference/reports/${report.id}.md`, reportPage(report)] as const),
    ...cli.map(command => [`docs/reference/commands/${slug(command.id)}.md`, commandPage(command)] as const),
  ])
}

function slug(id: string): string {
  return id.replaceAll(' ', '-')
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
