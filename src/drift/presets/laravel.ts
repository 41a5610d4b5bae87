import { madeByLaravel } from '../laravel-layout.ts'
import { definePreset } from '../preset.ts'

export default definePreset({
  id: 'laravel',
  title: 'Laravel in one folder',
  why: 'The application is one folder that each deploy changes in place, as with `git pull` or Forge without releases.',
  roots: [
    { from: '', to: '', uploads: false },
    { from: 'storage/app/public/', to: 'storage/app/public/', uploads: true },
  ],
  exclude: [...madeByLaravel, '/REVISION'],
  notDeployed: [],
  revision: ['REVISION'],
  tells: [['artisan']],
})
