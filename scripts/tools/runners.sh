#!/bin/sh
# Installs test runners: jest, mocha and Playwright (no browsers) into test/tools/runners, Pest into test/tools/php/pest, and by apt when root
# PHPUnit, pytest, RSpec, minitest and Go for the system's own interpreters. Twice is once. Ends with 1 when something could not be had, and says what.
set -u
cd "$(dirname "$0")/../.." || exit 1
folder=test/tools/runners
pest=test/tools/php/pest
packages='php-cli php-xml php-mbstring composer phpunit python3-pytest ruby-rspec ruby-minitest golang-go'
missing=''

complete() {
  for program in php composer phpunit rspec go; do
    command -v "$program" >/dev/null || return 1
  done
  php -m | grep -qix mbstring && php -m | grep -qix xml && /usr/bin/ruby -e 'require "minitest"' 2>/dev/null && /usr/bin/python3 -c 'import pytest' 2>/dev/null
}

if ! complete && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  # One word list on purpose.
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $packages >/dev/null 2>&1
fi
complete || missing="$missing $packages (run as root on Debian, or install them by hand)"

if ! cmp -s "$folder/package.json" "$folder/node_modules/.installed"; then
  if npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund --no-package-lock --loglevel=error; then
    cp "$folder/package.json" "$folder/node_modules/.installed"
  else
    missing="$missing jest mocha @playwright/test (npm failed)"
  fi
fi

if ! [ -x "$pest/vendor/bin/pest" ]; then
  mkdir -p "$pest"
  printf '%s\n' '{ "require-dev": { "pestphp/pest": "^3.8 || ^2.36" }, "config": { "lock": false, "allow-plugins": { "pestphp/pest-plugin": true } } }' >"$pest/composer.json"
  COMPOSER_ALLOW_SUPERUSER=1 composer --working-dir="$pest" update --no-interaction --no-progress --prefer-dist --quiet ||
    missing="$missing pest (composer failed)"
fi

[ -z "$missing" ] || {
  echo "Not installed:$missing" >&2
  exit 1
}
