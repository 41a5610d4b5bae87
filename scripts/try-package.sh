#!/bin/sh
# Packs the product and installs it into a fresh repository as a user would, on the Node that runs now.
#   try-package.sh            builds and packs first
#   try-package.sh FILE.tgz   takes this package
set -eu
cd "$(dirname "$0")/.."
. scripts/set-up.sh
need_node

home=$(mktemp -d "${TMPDIR:-/tmp}/ship-guard-try.XXXXXX")
trap 'rm -rf "$home"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if [ $# -gt 0 ]; then
  cp "$1" "$home/package.tgz"
else
  need_dependencies
  npm run --silent build
  npm pack --silent --pack-destination "$home" >/dev/null
  mv "$home"/ship-guard-*.tgz "$home/package.tgz"
fi

# Nothing of this machine's git or npm configuration takes part.
export HOME="$home" GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL="$home/gitconfig"
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE CI NODE_OPTIONS 2>/dev/null || true
git config --global user.name 'Ada'
git config --global user.email 'ada@example.test'
git config --global init.defaultBranch develop

fail() {
  printf '\nNOT AS IT SHOULD BE: %s\n' "$1"
  [ ! -f "$home/output" ] || cat "$home/output"
  exit 1
}
# expect CODE COMMAND…: shows the command, runs it, and looks at its exit code.
expect() {
  wanted=$1
  shift
  printf '$ %s\n' "$*"
  code=0
  "$@" >"$home/output" 2>&1 </dev/null || code=$?
  [ "$code" = "$wanted" ] || fail "exit code $code instead of $wanted: $*"
}
# says TEXT: the last command's output holds it.
says() { grep -qF -- "$1" "$home/output" || fail "the output does not say: $1"; }

git init -q --bare "$home/origin.git"
mkdir "$home/app"
cd "$home/app"
git init -q
git remote add origin "$home/origin.git"
mkdir test
printf 'node_modules/\n' >.gitignore
printf '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- The first line.\n' >CHANGELOG.md
cat >package.json <<'JSON'
{ "name": "app", "version": "1.0.0", "private": true, "type": "module", "scripts": { "test": "node --test" } }
JSON
cat >sum.js <<'JS'
export const sum = (a, b) => a + b
JS
cat >test/sum.test.js <<'JS'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sum } from '../sum.js'

test('two and two', () => assert.equal(sum(2, 2), 4))
JS
expect 0 npm install --save-dev --no-audit --no-fund "$home/package.tgz"
says 'added 1 package'
git add -A
git commit -q -m 'First'
git push -q -u origin develop

expect 0 npx ship-guard --version
expect 0 npx ship-guard init --yes
expect 0 npx ship-guard install
git add -A
git commit -q -m 'Guard pushes'
expect 0 npx ship-guard check --for develop
expect 0 git push origin develop

printf 'export const sum = (a, b) => a - b\n' >sum.js
printf '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- The first line.\n- Sums are faster.\n' >CHANGELOG.md
git commit -q -a -m 'Make sums faster'
expect 1 git push origin develop
says 'two and two'
[ "$(git -C "$home/origin.git" rev-parse develop)" = "$(git rev-parse HEAD~1)" ] || fail 'the refused commit is on the server'

printf 'export const sum = (a, b) => b + a\n' >sum.js
git commit -q -a -m 'Make sums right again'
expect 0 git push origin develop
[ "$(git -C "$home/origin.git" rev-parse develop)" = "$(git rev-parse HEAD)" ] || fail 'the accepted commit is not on the server'

expect 0 npx ship-guard uninstall
[ ! -e .git/hooks/pre-push ] || fail 'uninstall left the hook'
expect 0 git status --porcelain
[ ! -s "$home/output" ] || fail 'something of ours lies in the work tree'
printf '\nThe package works in a fresh repository.\n'
