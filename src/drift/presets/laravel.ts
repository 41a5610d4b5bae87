import { madeByLaravel, markers } from '../made-there.ts'
import { definePreset } from '../preset.ts'

export default definePreset({
  id: 'laravel',
  title: 'Laravel in one folder',
  why: 'Each deploy changes the same folder in place, as with `git pull` or Forge without releases.',
  roots: [
    { from: '', to: '', uploads: false },
    { from: 'storage/app/public/', to: 'storage/app/public/', uploads: true },
  ],
  exclude: [...madeByLaravel, ...markers],
  notDeployed: [],
  revision: ['REVISION'],
  tells: [['artisan']],
  examples: {
    path: '/var/www/shop',
    read: {
      'app/Models/Order.php': 'app/Models/Order.php',
      'resources/views/home.blade.php': 'resources/views/home.blade.php',
      'storage/app/public/logo.png': 'storage/app/public/logo.png',
    },
    left: [
      'vendor/autoload.php',
      'node_modules/vite/package.json',
      'public/build/manifest.json',
      'bootstrap/cache/config.php',
      'storage/logs/laravel.log',
      'storage/debugbar/x.json',
      'storage/app/private/invoice.pdf',
    ],
  },
})
