import { madeByLaravel, markers } from '../made-there.ts'
import { definePreset } from '../preset.ts'

// Layout: https://statamic.dev/tips/zero-downtime-deployments, https://forge.laravel.com/docs/sites/deployments
export default definePreset({
  id: 'laravel-envoyer',
  title: 'Laravel, put there by Envoyer or by Forge with releases',
  why: '`current` is a link to the running release, and `storage` and `.env` lie beside the releases, so code and uploads are read from two places. Neither writes down which commit is deployed: the best matching one is looked for, unless you name it or write a REVISION file with a hook.',
  strips: 'current',
  roots: [
    { from: 'current/', to: '', uploads: false },
    { from: 'storage/app/public/', to: 'storage/app/public/', uploads: true },
  ],
  exclude: [...madeByLaravel, ...markers],
  notDeployed: [],
  revision: ['current/REVISION'],
  tells: [],
  examples: {
    path: '/home/forge/shop.example.com/current',
    read: {
      'current/app/Models/Order.php': 'app/Models/Order.php',
      'current/routes/web.php': 'routes/web.php',
      'storage/app/public/logo.png': 'storage/app/public/logo.png',
    },
    left: [
      'current/vendor/autoload.php',
      'current/node_modules/vite/package.json',
      'current/bootstrap/cache/services.php',
      '.env',
      'storage/logs/laravel.log',
      'storage/framework/views/0a.php',
      'storage/app/livewire-tmp/x.png',
      'releases/20261101120000/artisan',
    ],
  },
})
