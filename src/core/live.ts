/** Shows gates, or the phases of a command, while they run. Every method may be called at any time; after `stop` nothing more is shown. */
export interface Live {
  start(gates: readonly { id: string; title: string }[]): void
  progress(id: string, line: string): void
  done(id: string, mark: 'passed' | 'refused' | 'undecided' | 'skipped', tookMs: number): void
  stop(): void
}
