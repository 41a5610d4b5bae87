#!/bin/sh
# Installs Django, Alembic and their drivers for the system's own python3, by apt when root. Twice is once. Ends with 1 when something could not be
# had, and says what.
set -u
packages='python3-django python3-alembic alembic python3-psycopg2 python3-pymysql'
modules='django, alembic, psycopg2, pymysql'
python=/usr/bin/python3

complete() {
  "$python" -c "import $modules" 2>/dev/null
}

complete && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  # One word list on purpose.
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $packages >/dev/null 2>&1
fi
complete && exit 0
echo "Could not get all of: $packages (run as root on Debian, or install them for $python by hand)." >&2
exit 1
