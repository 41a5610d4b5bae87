#!/bin/sh
# Installs Laravel and Doctrine Migrations into test/tools/php (git-ignored), and PHP's database drivers by apt when root.
# Twice is once. Ends with 1 when something could not be had, and says what.
set -u
cd "$(dirname "$0")/../.." || exit 1
folder=test/tools/php
missing=''

# have PHP_MODULE: whether this PHP has it.
have() { php -m 2>/dev/null | grep -qix "$1"; }

if ! command -v php >/dev/null || ! command -v composer >/dev/null || ! have pdo_sqlite || ! have pdo_mysql || ! have pdo_pgsql || ! have mbstring || ! have xml || ! have curl; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q php-cli composer php-sqlite3 php-mysql php-pgsql php-mbstring php-xml php-curl >/dev/null 2>&1 ||
      missing="$missing php-cli composer php-sqlite3 php-mysql php-pgsql php-mbstring php-xml php-curl (apt-get failed)"
  else
    missing="$missing php-cli composer php-sqlite3 php-mysql php-pgsql php-mbstring php-xml php-curl (needs root)"
  fi
fi

mkdir -p "$folder"
cat >"$folder/composer.json" <<'JSON'
{
  "name": "ship-guard/test-tools",
  "description": "The real tools that the tests of the DB gate run.",
  "type": "project",
  "license": "MIT",
  "require": {
    "laravel/framework": "^12.0 || ^11.0 || ^10.0",
    "doctrine/migrations": "^3.9",
    "doctrine/dbal": "^4.2"
  },
  "replace": { "fruitcake/php-cors": "1.4.0", "league/commonmark": "2.8.0" },
  "config": { "lock": false, "allow-plugins": false, "audit": { "block-insecure": false } },
  "minimum-stability": "stable"
}
JSON

if [ ! -f "$folder/vendor/autoload.php" ] || [ "$folder/composer.json" -nt "$folder/.installed" ] && ! cmp -s "$folder/composer.json" "$folder/.installed"; then
  if COMPOSER_ALLOW_SUPERUSER=1 composer --working-dir="$folder" install --no-interaction --no-progress --no-scripts --prefer-dist --quiet; then
    cp "$folder/composer.json" "$folder/.installed"
  else
    missing="$missing laravel/framework doctrine/migrations (composer failed)"
  fi
fi

[ -z "$missing" ] || {
  echo "Not installed:$missing" >&2
  exit 1
}
