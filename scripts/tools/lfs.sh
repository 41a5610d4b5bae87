#!/bin/sh
# Installs Git LFS, whose files capture must store as the repository does. By apt when root. Twice is once. Ends with 1 when it could not be had.
set -u

git lfs version >/dev/null 2>&1 && exit 0
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null &&
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends git-lfs >/dev/null 2>&1
git lfs version >/dev/null 2>&1 || {
  echo 'Not installed: git-lfs' >&2
  exit 1
}
