#!/bin/sh
# Installs the tools that keep changelogs in other ways: Changesets and conventional-commits-parser into test/tools/changelog (git-ignored but its
# package.json), and towncrier by apt when root. Twice is once. Ends with 1 when something could not be had, and says what.
set -u
cd "$(dirname "$0")/../.." || exit 1
folder=test/tools/changelog
missing=''

if ! cmp -s "$folder/package.json" "$folder/node_modules/.installed"; then
  if npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund --no-package-lock --loglevel=error; then
    cp "$folder/package.json" "$folder/node_modules/.installed"
  else
    missing="$missing @changesets/cli conventional-commits-parser (npm failed)"
  fi
fi

if ! command -v towncrier >/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends towncrier >/dev/null 2>&1 ||
      missing="$missing towncrier (apt-get failed)"
  else
    missing="$missing towncrier (needs root)"
  fi
fi

[ -z "$missing" ] || {
  echo "Not installed:$missing" >&2
  exit 1
}
