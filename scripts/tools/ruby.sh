#!/bin/sh
# Installs as much of Rails as runs migrations, with its drivers, for the system's own ruby, by apt when root. Twice is once. Ends with 1 when
# something could not be had, and says what.
set -u
packages='ruby-railties ruby-activerecord ruby-sqlite3 ruby-pg rake'
ruby=/usr/bin/ruby

complete() {
  "$ruby" -e 'require "rails"; require "active_record"; require "sqlite3"; require "pg"; require "rake"' 2>/dev/null
}

complete && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  # One word list on purpose.
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $packages >/dev/null 2>&1
fi
complete && exit 0
echo "Could not get all of: $packages (run as root on Debian, or install them for $ruby by hand)." >&2
exit 1
