import { expect, test } from 'vitest'
import { transportOf } from './transport.ts'

test.each([
  ['git@github.com:acme/shop.git', 'ssh'],
  ['app:shop.git', 'ssh'],
  ['[::1]:shop.git', 'ssh'],
  ['[host:2222]:shop.git', 'ssh'],
  ['ssh://git@host:22/shop.git', 'ssh'],
  ['git+ssh://host/shop.git', 'ssh'],
  ['https://host/shop.git', 'http'],
  ['HTTP://host/shop.git', 'http'],
  ['git://host/shop.git', 'git'],
  ['file:///srv/shop.git', 'file'],
  ['/srv/shop.git', 'file'],
  ['../shop.git', 'file'],
  ['./a:b', 'file'],
  ['C:\\shop', 'file'],
  ['C:/shop', 'file'],
  ['origin', 'file'],
  ['codecommit::eu-west-1://shop', 'other'],
  ['s3://bucket/shop', 'other'],
  ['', 'file'],
])('%s is reached by %s', (url, transport) => {
  expect(transportOf(url)).toBe(transport)
})
