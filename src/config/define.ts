import type { Gate } from '../core/gate.ts'

/** A gate of your own: what is left out gets a safe default (it depends on everything that is pushed). */
export type OwnGate = Pick<Gate, 'id' | 'title' | 'why' | 'check'> &
  Partial<Pick<Gate, 'version' | 'fast' | 'options' | 'tools' | 'timeoutMs' | 'watches'>> & {
    reads?: ReturnType<Gate['reads']> | Gate['reads']
  }

/** A config as a person writes it. */
export interface ConfigInput {
  /** Branches that a push must pass the gates for: names, globs, or `{ remote, refs }`. */
  protect?: readonly (string | { remote?: string; remotes?: readonly string[]; refs: string | readonly string[] })[]
  /** By gate id: its options, `true`, or `false` to switch it off. `command` holds commands of your own by name. */
  gates?: { command?: Record<string, object> } & Record<string, boolean | object>
  own?: readonly OwnGate[]
  checkout?: { mode?: 'auto' | 'strict'; link?: readonly string[]; prepare?: string; timeout?: string }
  tags?: readonly string[]
  postMerge?: 'fast' | 'off'
}

/** Gives a JavaScript config its types: `export default defineConfig({ … })`. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config
}
