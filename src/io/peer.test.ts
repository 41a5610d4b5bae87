import { expect, test } from 'vitest'
import { usersOf } from './peer.ts'

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
  19: 0100007F:AA9D 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 6502529 1 00000000b1d0ac3b 100 0 0 10 0
  20: 0100007F:D338 0100007F:AA9D 01 00000000:00000000 02:0000176E 00000000 65534        0 6502535 3 00000000b1d0ac3b 20 0 0 11 -1
  21: 0100007F:AA9D 0100007F:D338 01 00000000:00000000 02:0000176E 00000000  1000        0 6502536 3 00000000b1d0ac3b 20 0 0 11 -1
`

test('tells whose end of a connection it is', () => {
  expect(usersOf(table, { from: 0xd338, to: 0xaa9d })).toEqual([65_534])
  expect(usersOf(table, { from: 0xaa9d, to: 0xd338 })).toEqual([1000])
  expect(usersOf(table, { from: 1, to: 0xaa9d })).toEqual([])
  expect(usersOf('', { from: 1, to: 2 })).toEqual([])
})
