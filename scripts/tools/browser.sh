#!/bin/sh
# Installs the browser that the tests of the review page drive: Chromium by apt when root. Twice is once. Ends with 1 when it could not be had, and
# says so.
set -u

command -v chromium >/dev/null || {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium fonts-liberation >/dev/null 2>&1
} || {
  echo 'Not installed: chromium' >&2
  exit 1
}
