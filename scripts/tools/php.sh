#!/bin/sh
# Installs Laravel and Doctrine Migrations into test/tools/php (git-ignored), each in a folder of its own, and by apt when root PHP's drivers and
# Debian's Laravel 8. Twice is once. Ends with 1 when something could not be had, and says what.
set -u
cd "$(dirname "$0")/../.." || exit 1
folder=test/tools/php
packages='php-cli composer php-curl php-mbstring php-mysql php-pgsql php-sqlite3 php-xml php-laravel-framework'
missing=''

complete() {
  command -v php >/dev/null && command -v composer >/dev/null && [ -f /usr/share/php/Illuminate/autoload.php ] || return 1
  for module in curl mbstring pdo_mysql pdo_pgsql pdo_sqlite xml; do
    php -m | grep -qix "$module" || return 1
  done
}

# package NAME COMPOSER_JSON
package() {
  mkdir -p "$folder/$1"
  printf '%s\n' "$2" >"$folder/$1/composer.json"
  [ -f "$folder/$1/vendor/autoload.php" ] && cmp -s "$folder/$1/composer.json" "$folder/$1/.installed" && return
  # `update`: there is no lock file to install from.
  if COMPOSER_ALLOW_SUPERUSER=1 composer --working-dir="$folder/$1" update --no-interaction --no-progress --no-scripts --prefer-dist --quiet; then
    cp "$folder/$1/composer.json" "$folder/$1/.installed"
  else
    missing="$missing $1 (composer failed)"
  fi
}

if ! complete; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    # One word list on purpose.
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $packages >/dev/null 2>&1 || missing="$missing $packages (apt-get failed)"
  else
    missing="$missing $packages (needs root)"
  fi
fi

# What is replaced has nothing to do with migrations, and not every mirror carries it.
package laravel '{
  "require": { "laravel/framework": "^12.0 || ^11.0 || ^10.0" },
  "replace": { "fruitcake/php-cors": "1.4.0", "league/commonmark": "2.8.0" },
  "config": { "lock": false, "allow-plugins": false }
}'
package doctrine '{
  "require": { "doctrine/migrations": "^3.5" },
  "config": { "lock": false, "allow-plugins": false }
}'

[ -z "$missing" ] || {
  echo "Not installed:$missing" >&2
  exit 1
}
