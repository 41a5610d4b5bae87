// What every Laravel application makes for itself, wherever it is put.

/** Never read from the server. */
export const madeByLaravel = [
  '/vendor/',
  '/node_modules/',
  '/public/build/',
  '/public/hot',
  '/public/mix-manifest.json',
  // A link to storage/app/public, made by `php artisan storage:link`.
  '/public/storage',
  // config.php in it holds every value of .env in clear.
  '/bootstrap/cache/',
  // Of storage only app/public is for everybody. Patterns know no exceptions, so the rest is named by what it does not begin with.
  '/storage/[!a]*',
  '/storage/a[!p]*',
  '/storage/app/[!p]*',
  '/storage/app/p[!u]*',
]
