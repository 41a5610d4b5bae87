import { secretLintProfiler } from '@secretlint/profiler'
import { afterEach, expect, test, vi } from 'vitest'
import { engineRules } from './engine-rules.ts'
import { exampleText } from './example-text.ts'
import { fileKind } from './file-kind.ts'
import { scanText } from './scan.ts'
import { engineHits, unknownRules } from './secretlint.ts'

const examples: Readonly<Record<string, readonly string[]>> = {
  aws: [
    'AWS_SECRET_ACCESS_KEY={base64:39}a',
    'aws_secret_access_key: "{base64:39}a"',
    'SecretAccessKey = {base64:39}a',
  ],
  gcp: ['{"private_key_id": "{hex:40}", "private_key": "-----BEGIN PRIVATE KEY-----"}'],
  privatekey: ['-----BEGIN RSA PRIVATE KEY-----\nMII{base64:61}\n{base64:64}\n-----END RSA PRIVATE KEY-----'],
  npm: ['npm_{word:36}', '//registry.acme.io/:_authToken={word:36}', 'https://{word:40}:x-oauth-basic@github.com/'],
  slack: ['xoxb-{digits:12}-{word:24}', 'https://hooks.slack.com/services/T{word:8}/B{word:8}/{word:24}'],
  sendgrid: ['SG.{word:22}.{word:43}'],
  shopify: ['shpat_{hex:32}'],
  github: ['ghp_{word:36}', 'github_pat_{word:82}'],
  gitlab: ['glpat-{word:20}'],
  grafana: ['glc_{word:32}', 'glsa_{word:32}_{hex:8}'],
  openai: ['sk-{word:20}T3BlbkFJ{word:20}'],
  anthropic: ['sk-ant-api03-{word:93}AA'],
  groq: ['gsk_{word:52}'],
  huggingface: ['hf_{letters:34}'],
  linear: ['lin_api_{word:40}'],
  notion: ['ntn_{digits:11}{word:35}'],
  '1password': [
    'ops_{b64:{"email":"a@acme.lcl","secretKey":"A3-C4ZJMN","muk":"8VPfIc8VEfThcMXLaKCKF8sMh5JMZsPAtu92fQNbo8VPfIc8VEfThcMXLaKC"}}',
  ],
  'hashicorp-vault': ['hvs.{word:95}', 'hvb.{word:150}', 'hvr.{word:95}'],
  vercel: ['vcp_{word:24}', 'vck_{word:60}'],
  databricks: ['dapi{hex:32}'],
  docker: ['dckr_pat_{word:27}'],
  figma: ['figd_{word:40}'],
}
const cases = engineRules.flatMap(rule => (examples[rule.rule] ?? ['']).map(text => ({ name: rule.rule, rule, text })))

test.each(cases)('$name finds $text, and the prefilter lets it through', async ({ rule, text }) => {
  const extension = rule.rule === 'gcp' || text.includes('x-oauth') ? '.json' : '.txt'
  for (let seed = 1; seed <= 10; seed++) {
    const filled = exampleText(text, seed)
    expect(rule.cues.some(cue => cue.test(filled))).toBe(true)
    expect(await engineHits(filled, [rule], extension)).toMatchObject([{ id: rule.id }])
    expect((await scanText(filled, fileKind(`a${extension}`))).length).toBeGreaterThan(0)
  }
})

test('every rule of the installed preset is run or replaced by one of ours', () => {
  expect(unknownRules()).toEqual([])
})

afterEach(() => vi.restoreAllMocks())

// Its profiler searches all its marks at each mark, so that twice as many files took four times as long.
test('2,000 files take no more than three seconds of a processor, and leave nothing behind in the profiler', async () => {
  const marks = vi.spyOn(performance, 'mark')
  const text = exampleText('ghp_{word:36}')
  const before = process.cpuUsage()
  for (let file = 0; file < 2_000; file++) await engineHits(`${file} ${text}`, engineRules, '.txt')
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1e6).toBeLessThan(3)
  expect(marks).not.toHaveBeenCalled()
  expect(performance.getEntriesByType('mark')).toEqual([])
  expect(await secretLintProfiler.getEntries()).toEqual([])
})
