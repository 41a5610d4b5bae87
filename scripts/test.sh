#!/bin/sh
# npm test: every check and the whole suite on Node 20, 22 and 24, from a bare machine with git and Node.
#   npm test -- --node 22    the suite on one Node only (may be given again)
#   npm test -- --quick      the suite on the Node that runs now, without the checks of the package
set -u
cd "$(dirname "$0")/.." || exit 1
. scripts/set-up.sh

nodes=''
quick=''
while [ $# -gt 0 ]; do
  case $1 in
    --node) nodes="$nodes ${2:?which Node}"; shift ;;
    --quick) quick=yes ;;
    *) stop_here "npm test does not know $1." 'It knows: --node 20|22|24, --quick' ;;
  esac
  shift
done
now=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null)
[ -n "$quick" ] && nodes=$now
: "${nodes:=20 22 24}"

need_node
need_programs <<'PROGRAMS'
pgrep|procps|tests look for processes that a command left behind
php|php-cli|tests push from a PHP project as its team would
phpunit|phpunit|tests ask PHPUnit itself what it reports
python3|python3|tests push from a Python project as its team would
bash|bash|shells say what they complete
zsh|zsh|shells say what they complete
fish|fish|shells say what they complete
man|man-db|man shows the manual page
PROGRAMS
need_dependencies
need_tools

work=$(mktemp -d "${TMPDIR:-/tmp}/ship-guard-suite.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# check NAME PROGRAM ARGS: runs it, shows its output only when it fails, keeps the outcome for the end.
check() {
  name=$1
  shift
  printf '%-34s' "$name" >&2
  began=$(date +%s)
  if "$@" >"$work/output" 2>&1; then outcome=passed; else outcome=failed; fi
  echo "$outcome  $(($(date +%s) - began)) s" >&2
  [ "$outcome" = passed ] || cat "$work/output" >&2
  echo "$outcome $name" >>"$work/checks"
  [ "$outcome" = passed ]
}

# Packs what users install, and unpacks it where the suite finds it.
pack() {
  npm pack --silent --pack-destination "$work" && mv "$work"/ship-guard-*.tgz "$work/package.tgz" &&
    mkdir -p "$work/node_modules/ship-guard" &&
    tar -xzf "$work/package.tgz" -C "$work/node_modules/ship-guard" --strip-components 1
}

say 'Checks'
check 'generated files' npm run --silent generate -- --check
check 'types' npm run --silent typecheck
check 'format and lint' npm run --silent lint
check 'unused code' npm run --silent knip
ready=yes
check 'build' npm run --silent build && check 'pack' pack || ready=''
if [ -n "$ready" ] && [ -z "$quick" ]; then
  check 'package layout (publint)' npm run --silent publint -- "$work/package.tgz"
  check 'package types (attw)' npm run --silent attw -- "$work/package.tgz"
  check 'package content and licences' npm run --silent check:package -- "$work/node_modules/ship-guard"
fi

# The first Node is asked everything. What a shell, a server or another program says does not depend on our Node; on the others run the tests of
# units, and the stories in which Node itself has a part: processes, signals, sockets, the terminal, configs that are code.
asked=''
if [ -n "$ready" ]; then
  for major in $nodes; do
    check "Node $major at hand" sh scripts/node.sh "$major" || continue
    node_folder=$(dirname "$(tail -n 1 "$work/output")")
    say "The suite on Node $("$node_folder/node" --version)"
    [ -z "$asked" ] || note 'Without the stories of shells, servers and other tools: they ran above.'
    # One word list on purpose.
    # shellcheck disable=SC2086
    PATH="$node_folder:$PATH" SHIP_GUARD_TEST_PACKAGE="$work/node_modules/ship-guard" \
      node node_modules/vitest/vitest.mjs run $asked --reporter=default --reporter=json --outputFile.json="$work/node-$major.json" </dev/null
    echo "node-$major" >>"$work/suites"
    asked='src/ test/conformance/'
    for story in after-merge bad-input capture capture-review capture-web check-then-push checkout command-line config-code config-of-commit \
      db gate-command gate-tests git-door init interrupt reports secrets slow-connection warm-merge; do
      asked="$asked test/scenarios/$story.test.ts"
    done
  done
fi
npm run --silent count -- "$work"
