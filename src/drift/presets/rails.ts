import { markers } from '../made-there.ts'
import { definePreset } from '../preset.ts'

// Layout: https://capistranorb.com/documentation/getting-started/structure/ and the linked_dirs that `cap install` writes.
export default definePreset({
  id: 'rails',
  title: 'Rails, put there by Capistrano',
  why: '`current` is a link to the running release; logs, uploads and caches in it are links into `shared`. Uploads have no settled place: add yours to `roots` (`shared/public/uploads/`, or `shared/storage/` of Active Storage).',
  strips: 'current',
  roots: [{ from: 'current/', to: '', uploads: false }],
  exclude: [
    '/log/',
    '/tmp/',
    '/storage/',
    '/vendor/bundle/',
    '/.bundle/',
    '/node_modules/',
    '/public/assets/',
    '/public/packs/',
    '/public/vite/',
    '/public/system/',
    '/config/master.key',
    '/config/credentials/*.key',
    // Shared by every release, with the password in it.
    '/config/database.yml',
    '/config/secrets.yml',
    '/config/application.yml',
    ...markers,
  ],
  notDeployed: [],
  revision: ['current/REVISION', 'revisions.log'],
  tells: [
    ['config/deploy.rb', 'Capfile'],
    ['config/deploy.rb', 'config/application.rb'],
  ],
  examples: {
    path: '/var/www/shop/current',
    read: {
      'current/app/models/order.rb': 'app/models/order.rb',
      'current/config/routes.rb': 'config/routes.rb',
      'current/public/logo.png': 'public/logo.png',
    },
    left: [
      'current/vendor/bundle/ruby/3.3.0/gems/rack/lib/rack.rb',
      'current/public/assets/application-1f.css',
      'current/config/master.key',
      'current/config/database.yml',
      'current/tmp/cache/bootsnap/load-path-cache',
      'current/REVISION',
      'current/REVISION_TIME',
      'shared/log/production.txt',
      'releases/20261101120000/Gemfile',
    ],
  },
})
