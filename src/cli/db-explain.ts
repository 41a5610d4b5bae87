import { defineCommand } from './command.ts'
import explain from './explain/index.ts'

export default defineCommand({
  id: 'db explain',
  summary: 'explain a rule for migrations: what it finds, why, and the safe way',
  arguments: [{ name: '<rule-or-code>', about: 'its id or code, for example drop-column or DS103' }],
  options: [{ flags: '--json', about: 'the same for programs' }],
  examples: [
    { run: 'npx ship-guard db explain DS103', about: 'a code that Atlas uses too' },
    { run: 'npx ship-guard db explain rename-column', about: 'a rule by its id' },
  ],
  run: explain.run,
})
