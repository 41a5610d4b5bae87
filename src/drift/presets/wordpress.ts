import { madeByHosting, madeByWordPress, markers } from '../made-there.ts'
import { definePreset } from '../preset.ts'

export default definePreset({
  id: 'wordpress',
  title: 'WordPress in one folder',
  why: 'Plugins, themes and uploads are changed on the live site by design; its config holds the database password and stays there.',
  roots: [
    { from: '', to: '', uploads: false },
    { from: 'wp-content/uploads/', to: 'wp-content/uploads/', uploads: true },
  ],
  exclude: [
    ...madeByWordPress('/wp-content/'),
    ...madeByHosting,
    ...markers,
    '/wp-config.php',
    // Unpacked by the automatic update; gone when it is through.
    '/.maintenance',
  ],
  notDeployed: [],
  revision: ['REVISION'],
  tells: [['wp-content'], ['wp-config-sample.php'], ['wp-settings.php']],
  examples: {
    path: '/var/www/blog',
    read: {
      'wp-content/themes/blog/functions.php': 'wp-content/themes/blog/functions.php',
      'wp-content/plugins/forms/forms.php': 'wp-content/plugins/forms/forms.php',
      'wp-content/uploads/2026/11/logo.png': 'wp-content/uploads/2026/11/logo.png',
      '.htaccess': '.htaccess',
    },
    left: [
      'wp-config.php',
      'wp-content/cache/page.html',
      'wp-content/upgrade/forms.zip',
      'wp-content/wflogs/config.php',
      'wp-content/debug.log',
      'wp-content/uploads/wc-logs/orders.txt',
      'cgi-bin/test.cgi',
    ],
  },
})
