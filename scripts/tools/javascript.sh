#!/bin/sh
# Installs Knex, Sequelize, TypeORM, node-pg-migrate, dbmate and Drizzle into test/tools/javascript (git-ignored but its package.json),
# and sqitch by apt when root. Twice is once. Ends with 1 when something could not be had, and says what.
set -u
cd "$(dirname "$0")/../.." || exit 1
folder=test/tools/javascript
missing=''

if ! cmp -s "$folder/package.json" "$folder/node_modules/.installed"; then
  # Their install scripts compile drivers that are not used here.
  if npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund --no-package-lock --loglevel=error; then
    cp "$folder/package.json" "$folder/node_modules/.installed"
  else
    missing="$missing knex sequelize sequelize-cli typeorm node-pg-migrate dbmate drizzle-orm (npm failed)"
  fi
fi

if ! command -v sqitch >/dev/null || ! perl -MDBD::Pg -e 1 2>/dev/null || ! perl -MDBD::SQLite -e 1 2>/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends sqitch libdbd-pg-perl libdbd-sqlite3-perl >/dev/null 2>&1 ||
      missing="$missing sqitch libdbd-pg-perl libdbd-sqlite3-perl (apt-get failed)"
  else
    missing="$missing sqitch libdbd-pg-perl libdbd-sqlite3-perl (needs root)"
  fi
fi

[ -z "$missing" ] || {
  echo "Not installed:$missing" >&2
  exit 1
}
