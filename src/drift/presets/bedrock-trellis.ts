import { madeByWordPress, markers } from '../made-there.ts'
import { definePreset } from '../preset.ts'

// Layout: roles/deploy/defaults/main.yml of https://github.com/roots/trellis (web/app/uploads is a link to shared/uploads).
export default definePreset({
  id: 'bedrock-trellis',
  title: 'WordPress with Bedrock, put there by Trellis',
  why: 'The folder `site` of the repository is what is deployed; each release is a folder of its own and its uploads are a link into `shared`.',
  strips: 'current',
  roots: [
    { from: 'current/', to: 'site/', uploads: false },
    { from: 'shared/uploads/', to: 'site/web/app/uploads/', uploads: true },
  ],
  exclude: [
    '/site/vendor/',
    '/site/node_modules/',
    '/site/web/wp/',
    '/site/web/app/plugins/',
    '/site/web/app/mu-plugins/*/',
    ...madeByWordPress('/site/web/app/'),
    ...markers.map(marker => `/site${marker}`),
  ],
  notDeployed: [],
  revision: ['current/REVISION'],
  tells: [['site/web/app', 'trellis']],
  examples: {
    path: '/srv/www/blog.example.com/current',
    read: {
      'current/config/application.php': 'site/config/application.php',
      'current/web/app/themes/blog/style.css': 'site/web/app/themes/blog/style.css',
      'shared/uploads/2026/11/logo.png': 'site/web/app/uploads/2026/11/logo.png',
    },
    left: [
      'current/vendor/autoload.php',
      'current/web/wp/wp-settings.php',
      'current/web/app/plugins/forms/forms.php',
      'current/REVISION',
      'releases/20261101/composer.json',
      'shared/source/composer.json',
    ],
  },
})
