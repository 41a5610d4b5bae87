// A gate that is a JavaScript function runs in our own thread: while it loops without end no timer fires and no Ctrl-C is heard. Another thread looks on.
import { Worker } from 'node:worker_threads'

const program = `
const { writeSync } = require('node:fs')
const { parentBefore, beats, goneMs, blockedMs, says } = require('node:worker_threads').workerData
let seen
let since = performance.now()
setInterval(() => {
  const beat = Atomics.load(beats, 0)
  if (beat !== seen) [seen, since] = [beat, performance.now()]
  const blocked = performance.now() - since
  const nobodyWaits = process.ppid !== parentBefore && blocked > goneMs
  if (!nobodyWaits && blocked <= blockedMs) return
  if (!nobodyWaits) try { writeSync(2, says) } catch {}
  process.kill(process.pid, 'SIGKILL')
}, 200)
`
const beatMs = 200
let watched = false

/**
 * Ends this process when its own thread has answered to nothing for `blockedMs`, or for `goneMs` when the process that started it is gone. Time that
 * the machine slept does not count. Asked for again it does nothing.
 */
export function watchOwnThread({ goneMs = 2_000, blockedMs = 5 * 60_000 } = {}): void {
  if (watched) return
  watched = true
  const beats = new Int32Array(new SharedArrayBuffer(4))
  setInterval(() => Atomics.add(beats, 0, 1), beatMs).unref()
  const says = `ship-guard: a gate of your own did not come to an end, and nothing was decided. Look for an endless loop in its check.\n`
  const workerData = { parentBefore: process.ppid, beats, goneMs, blockedMs, says }
  new Worker(program, { eval: true, workerData }).unref()
}
