#!/bin/sh
# Installs pnpm into test/tools/packages (git-ignored but its package.json). Twice is once. Ends with 1 when it could not be had.
set -u
cd "$(dirname "$0")/../.." || exit 1
folder=test/tools/packages

if ! cmp -s "$folder/package.json" "$folder/node_modules/.installed"; then
  npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund --no-package-lock --loglevel=error || {
    echo 'Not installed: pnpm (npm failed)' >&2
    exit 1
  }
  cp "$folder/package.json" "$folder/node_modules/.installed"
fi
