import { madeByWordPress, markers } from '../made-there.ts'
import { definePreset } from '../preset.ts'

// Layout: https://github.com/roots/bedrock
export default definePreset({
  id: 'bedrock',
  title: 'WordPress with Bedrock, in one folder',
  why: 'WordPress, plugins and vendor come from Composer and are not captured; themes, config and uploads are.',
  roots: [
    { from: '', to: '', uploads: false },
    { from: 'web/app/uploads/', to: 'web/app/uploads/', uploads: true },
  ],
  exclude: [
    '/vendor/',
    '/node_modules/',
    '/web/wp/',
    '/web/app/plugins/',
    '/web/app/mu-plugins/*/',
    ...madeByWordPress('/web/app/'),
    ...markers,
  ],
  notDeployed: [],
  revision: ['REVISION'],
  tells: [['web/app', 'web/wp-config.php']],
  examples: {
    path: '/srv/www/blog',
    read: {
      'config/application.php': 'config/application.php',
      'web/app/themes/blog/style.css': 'web/app/themes/blog/style.css',
      'web/app/uploads/2026/11/logo.png': 'web/app/uploads/2026/11/logo.png',
    },
    left: [
      'vendor/autoload.php',
      'web/wp/wp-settings.php',
      'web/app/plugins/forms/forms.php',
      'web/app/cache/page.html',
      'web/app/upgrade/x.zip',
    ],
  },
})
