import { expect, test } from 'vitest'
import { browserCommand } from './open.ts'

const url = 'http://127.0.0.1:49152/#token'

test('opens the browser where a person sits in front of a desktop', () => {
  expect(browserCommand(url, { DISPLAY: ':0' }, 'linux')).toEqual({ argv: ['xdg-open', url] })
  expect(browserCommand(url, { WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toEqual({ argv: ['xdg-open', url] })
  expect(browserCommand(url, {}, 'darwin')).toEqual({ argv: ['open', url] })
})

test('opens none where nobody would see it', () => {
  expect(browserCommand(url, {}, 'linux')).toBeUndefined()
  expect(browserCommand(url, { DISPLAY: 'localhost:10.0', SSH_CONNECTION: 'x' }, 'linux')).toBeUndefined()
  expect(browserCommand(url, { SSH_TTY: '/dev/pts/1' }, 'darwin')).toBeUndefined()
  expect(browserCommand(url, { DISPLAY: ':0', CI: 'true' }, 'linux')).toBeUndefined()
  expect(browserCommand(url, { DISPLAY: ':0', BROWSER: 'none' }, 'linux')).toBeUndefined()
})
