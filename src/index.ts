// What a JavaScript config may import: `import { defineConfig, defineGate } from 'ship-guard'`.
export { type ConfigInput, defineConfig, type OwnGate } from './config/define.ts'
export { CannotTell, Skipped } from './core/errors.ts'
export type { Finding, Place, Severity } from './core/finding.ts'
export { defineGate, type Gate, type GateContext, type Source } from './core/gate.ts'
export type { Oid, Push, Remote } from './core/push.ts'
export type { AddedBlob, Change, Tree, TreeEntry } from './core/tree.ts'
