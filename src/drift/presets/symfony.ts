import { markers } from '../made-there.ts'
import { definePreset } from '../preset.ts'

export default definePreset({
  id: 'symfony',
  title: 'Symfony',
  why: 'The running release is one folder; caches, logs and compiled assets in it are made there. Uploads have no settled place in Symfony: add yours to `roots` when they are a link out of the release.',
  roots: [{ from: '', to: '', uploads: false }],
  exclude: [
    '/vendor/',
    '/node_modules/',
    '/var/',
    '/public/build/',
    '/public/bundles/',
    // What `asset-map:compile` writes.
    '/public/assets/',
    // Opens every secret of the vault; https://symfony.com/doc/current/configuration/secrets.html
    '/config/secrets/*/*.decrypt.private.php',
    ...markers,
  ],
  notDeployed: [],
  revision: ['REVISION'],
  tells: [
    ['symfony.lock', 'composer.json'],
    ['bin/console', 'config/bundles.php'],
  ],
  examples: {
    path: '/srv/shop/current',
    read: {
      'src/Kernel.php': 'src/Kernel.php',
      'config/packages/mailer.yaml': 'config/packages/mailer.yaml',
      'public/uploads/logo.png': 'public/uploads/logo.png',
    },
    left: [
      'vendor/autoload.php',
      'var/cache/prod/App_KernelProdContainer.php',
      'var/log/prod.txt',
      'public/bundles/api/style.css',
      'public/assets/app-3f2a.css',
      'config/secrets/prod/prod.decrypt.private.php',
      'REVISION',
    ],
  },
})
