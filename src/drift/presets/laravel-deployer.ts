import { madeByLaravel, markers } from '../made-there.ts'
import { definePreset } from '../preset.ts'

// Layout: recipe/laravel.php of https://github.com/deployphp/deployer (shared: storage and .env); REVISION is written by its deploy:update_code.
export default definePreset({
  id: 'laravel-deployer',
  title: 'Laravel, put there by Deployer',
  why: 'Each release is a folder of its own and its `storage` is a link into `shared`, so code and uploads are read from two places.',
  strips: 'current',
  roots: [
    { from: 'current/', to: '', uploads: false },
    { from: 'shared/storage/app/public/', to: 'storage/app/public/', uploads: true },
  ],
  exclude: [...madeByLaravel, ...markers],
  notDeployed: [],
  revision: ['current/REVISION'],
  tells: [
    ['artisan', 'deploy.php'],
    ['artisan', 'deploy.yaml'],
    ['artisan', 'deploy.yml'],
  ],
  examples: {
    path: '/srv/shop/current',
    read: {
      'current/app/Models/Order.php': 'app/Models/Order.php',
      'current/config/shop.php': 'config/shop.php',
      'current/public/index.php': 'public/index.php',
      'shared/storage/app/public/logo.png': 'storage/app/public/logo.png',
    },
    left: [
      'current/vendor/autoload.php',
      'current/bootstrap/cache/config.php',
      'current/public/build/manifest.json',
      'current/REVISION',
      'shared/.env',
      'shared/storage/logs/laravel.log',
      'shared/storage/framework/sessions/3vXk',
      'shared/storage/app/private/invoice.pdf',
      'releases/41/artisan',
    ],
  },
})
