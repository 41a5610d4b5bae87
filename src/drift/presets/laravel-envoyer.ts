import { madeByLaravel } from '../laravel-layout.ts'
import { definePreset } from '../preset.ts'

export default definePreset({
  id: 'laravel-envoyer',
  title: 'Laravel, put there by Envoyer or by Forge with releases',
  why: '`current` is a link to the running release and `storage` lies beside the releases, so the code and the uploads are read from two places.',
  strips: 'current',
  roots: [
    { from: 'current/', to: '', uploads: false },
    { from: 'storage/app/public/', to: 'storage/app/public/', uploads: true },
  ],
  exclude: [...madeByLaravel, '/REVISION'],
  notDeployed: [],
  revision: ['current/REVISION'],
  tells: [],
})
