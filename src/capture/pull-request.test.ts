import { expect, test } from 'vitest'
import { openerOf } from './pull-request.ts'

test('tells GitHub and GitLab by the host, not by the path', () => {
  expect(openerOf('git@github.com:gitlab/app.git')).toBe('gh')
  expect(openerOf('ssh://git@gitlab.example.com:22/github/app.git')).toBe('glab')
  expect(openerOf('https://user:pw@github.example.com/a')).toBe('gh')
  expect(openerOf('https://example.com/github.com/gitlab.com')).toBeUndefined()
  expect(openerOf('/srv/github.com/app.git')).toBeUndefined()
})
