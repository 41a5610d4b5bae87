#!/bin/sh
# Installs lefthook and simple-git-hooks into test/tools/managers (git-ignored but its package.json), and pre-commit by apt when root.
# husky is among our own dependencies, git-lfs has a script of its own. Twice is once. Ends with 1 when something could not be had, and says what.
set -u
cd "$(dirname "$0")/../.." || exit 1
folder=test/tools/managers
missing=''

if ! cmp -s "$folder/package.json" "$folder/node_modules/.installed"; then
  # Their install scripts would put hooks into our own repository.
  if npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund --no-package-lock --loglevel=error; then
    cp "$folder/package.json" "$folder/node_modules/.installed"
  else
    missing="$missing lefthook simple-git-hooks (npm failed)"
  fi
fi

if ! command -v pre-commit >/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends pre-commit >/dev/null 2>&1 || missing="$missing pre-commit (apt-get failed)"
  else
    missing="$missing pre-commit (needs root)"
  fi
fi

[ -z "$missing" ] || {
  echo "Not installed:$missing" >&2
  exit 1
}
