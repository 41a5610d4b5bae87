/** One thing that doctor looked at. */
export interface Check {
  /** For programs: `rsync`, `host-key`. */
  readonly id: string
  readonly title: string
  /** `told`: works, and a person should know. `unknown`: could not be looked at. */
  readonly state: 'fine' | 'told' | 'problem' | 'unknown'
  readonly what: string
  /** What mends it. */
  readonly instead?: string
}

/** Everything that was looked at on one host, or on this machine. */
export interface Diagnosis {
  /** `this machine`, `production: deploy@shop.example.com`. */
  readonly of: string
  readonly environment?: string
  readonly host?: string
  readonly checks: readonly Check[]
  /** A line for authorized_keys there that lets a key read these folders and nothing else. */
  readonly keyLine?: KeyLine
}

export interface KeyLine {
  readonly line: string
  /** What to do with it. */
  readonly instead: string
}

export function fine(id: string, title: string, what: string): Check {
  return { id, title, state: 'fine', what }
}

export function problem(id: string, title: string, what: string, instead: string): Check {
  return { id, title, state: 'problem', what, instead }
}

export function told(id: string, title: string, what: string, instead: string): Check {
  return { id, title, state: 'told', what, instead }
}

export function unknown(id: string, title: string, what: string, instead: string): Check {
  return { id, title, state: 'unknown', what, instead }
}
