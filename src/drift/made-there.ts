// What deploys, applications and panels make on a server: patterns of .gitignore that several presets share.

/** What deploy tools write to say which commit is there: ours, and Capistrano's and Deployer's. */
export const markers = ['/REVISION', '/REVISION_TIME', '/.ship/', '/.ship-guard/', '/.dep/']

/** What every Laravel application makes for itself, wherever it is put. */
export const madeByLaravel = [
  '/vendor/',
  '/node_modules/',
  '/public/build/',
  '/public/hot',
  // A link to storage/app/public, made by `php artisan storage:link`.
  '/public/storage',
  // config.php in it holds every value of .env in clear.
  '/bootstrap/cache/',
  // Of storage only app/public is for everybody. Patterns know no exceptions, so the rest is named by how it does not begin.
  '/storage/[!a]*',
  '/storage/a[!p]*',
  '/storage/app/[!p]*',
  '/storage/app/p[!u]*',
]

/** Caches, logs and half-done updates of WordPress and of plugins that nearly every site has. */
export function madeByWordPress(content: string): readonly string[] {
  const folders = [
    'cache',
    'upgrade',
    'upgrade-temp-backup',
    'backups',
    'ai1wm-backups',
    'updraft',
    'wflogs',
    'et-cache',
  ]
  return [
    ...folders.map(folder => `${content}${folder}/`),
    ...['debug.log', 'advanced-cache.php', 'object-cache.php', 'wp-cache-config.php'].map(file => `${content}${file}`),
    ...['cache', 'wc-logs', 'wpforms', 'gravity_forms', 'backwpup*', 'backupbuddy*'].map(
      folder => `${content}uploads/${folder}/`,
    ),
  ]
}

/** What panels of shared hosting put into a document root. */
export const madeByHosting = [
  '/cgi-bin/',
  '/.well-known/',
  '.ftpquota',
  '.tmb/',
  '/error_log',
  '/.trash/',
  '/.softaculous/',
]
