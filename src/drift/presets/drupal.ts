import { markers } from '../made-there.ts'
import { definePreset } from '../preset.ts'

// The document root of drupal/recommended-project and of Acquia; the third is Drupal at the top.
const tops = ['/web/', '/docroot/', '/']

export default definePreset({
  id: 'drupal',
  title: 'Drupal',
  why: 'Core and contributed modules come from Composer; what editors upload lies in `sites/default/files`, among copies that Drupal makes of it. `settings.php` holds the database password and stays there.',
  roots: [
    { from: '', to: '', uploads: false },
    { from: 'web/sites/default/files/', to: 'web/sites/default/files/', uploads: true },
  ],
  exclude: [
    '/vendor/',
    '/node_modules/',
    ...tops.flatMap(top => [
      `${top}core/`,
      `${top}modules/contrib/`,
      `${top}themes/contrib/`,
      `${top}profiles/contrib/`,
      `${top}libraries/`,
      `${top}sites/*/settings*.php`,
      `${top}sites/*/services.yml`,
      `${top}sites/*/private/`,
      ...['css', 'js', 'php', 'styles', 'translations', 'xmlsitemap', 'oembed_thumbnails', 'tmp'].map(
        made => `${top}sites/*/files/${made}/`,
      ),
      `${top}sites/*/files/config_*/`,
    ]),
    ...markers,
  ],
  notDeployed: [],
  revision: ['REVISION'],
  tells: [['web/sites', 'composer.json'], ['docroot/sites', 'composer.json'], ['web/core'], ['core/lib/Drupal.php']],
  examples: {
    path: '/var/www/site',
    read: {
      'web/modules/custom/shop/shop.module': 'web/modules/custom/shop/shop.module',
      'config/sync/system.site.yml': 'config/sync/system.site.yml',
      'web/sites/default/files/2026-11/logo.png': 'web/sites/default/files/2026-11/logo.png',
    },
    left: [
      'vendor/autoload.php',
      'web/core/lib/Drupal.php',
      'web/modules/contrib/token/token.module',
      'web/sites/default/settings.php',
      'web/sites/default/settings.local.php',
      'web/sites/default/files/styles/thumbnail/public/logo.png',
      'web/sites/default/files/css/css_a.css',
      'web/sites/default/files/php/twig/a.php',
    ],
  },
})
