import { madeByLaravel } from '../laravel-layout.ts'
import { definePreset } from '../preset.ts'

export default definePreset({
  id: 'laravel-deployer',
  title: 'Laravel, put there by Deployer',
  why: 'Each release is a folder of its own and `storage` is a link into `shared`, so the code and the uploads are read from two places.',
  strips: 'current',
  roots: [
    { from: 'current/', to: '', uploads: false },
    { from: 'shared/storage/app/public/', to: 'storage/app/public/', uploads: true },
  ],
  exclude: [...madeByLaravel, '/REVISION'],
  notDeployed: [],
  revision: ['current/REVISION'],
  tells: [
    ['artisan', 'deploy.php'],
    ['artisan', 'deploy.yaml'],
    ['artisan', 'deploy.yml'],
  ],
})
