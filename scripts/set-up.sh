# Sourced by test.sh, demo.sh and try-package.sh: everything they need, on a machine that has only git and Node.
# Changes the machine only through apt-get, and only where that is permitted without a question.

say() { printf '\n\033[1m%s\033[0m\n' "$*" >&2; }
note() { printf '  %s\n' "$*" >&2; }
stop_here() {
  printf '\n\033[31m%s\033[0m\n' "$1" >&2
  shift
  for line; do note "$line"; done
  exit 1
}

# need_node: Node in a version the product runs on.
need_node() {
  command -v git >/dev/null 2>&1 || stop_here 'git was not found.' 'Install it: apt-get install git'
  command -v node >/dev/null 2>&1 || stop_here 'Node was not found.' 'Install Node 20.19 or newer: https://nodejs.org'
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a > 22 ? 0 : 1)' ||
    stop_here "Node $(node --version) is too old." 'Node 20.19, 22.12 or newer is needed: https://nodejs.org'
}

# need_dependencies: node_modules as package-lock.json says; installed anew only when it is not so already.
# Not `npm ci`: npm 11 refuses a lock file without the packages of other platforms, and some registries do not carry all of them.
need_dependencies() {
  if dependencies_fit; then return; fi
  say 'Installing dependencies'
  npm install --ignore-scripts --no-save --no-audit --no-fund >&2 || stop_here 'npm install failed.' 'See its message above.'
  dependencies_fit || stop_here 'npm installed other versions than package-lock.json names.' 'Remove node_modules and try again.'
}

# npm writes what it installed to node_modules/.package-lock.json. Optional packages are those of other platforms.
dependencies_fit() {
  [ -f node_modules/.package-lock.json ] || return 1
  node -e '
    const { readFileSync } = require("node:fs")
    const packages = path => JSON.parse(readFileSync(path, "utf8")).packages
    const wanted = packages("package-lock.json")
    const there = packages("node_modules/.package-lock.json")
    const fits = ([path, { version, optional }]) => path === "" || optional || there[path]?.version === version
    process.exit(Object.entries(wanted).every(fits) ? 0 : 1)
  '
}

# need_programs: one line a program on stdin, "program|Debian package|what it is for".
need_programs() {
  missing=''
  while IFS='|' read -r program package why; do
    [ -n "$program" ] || continue
    command -v "$program" >/dev/null 2>&1 || missing="$missing$program|$package|$why
"
  done
  [ -n "$missing" ] || return 0
  packages=$(printf '%s' "$missing" | cut -d '|' -f 2 | sort -u | tr '\n' ' ')

  root=$(become_root) || tell_missing
  say "Installing system packages: $packages"
  # One word list on purpose: package names hold no spaces, and $root is empty or "sudo -n".
  # shellcheck disable=SC2086
  { $root apt-get update -qq && $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages; } >&2 ||
    tell_missing
}

# need_tools: database servers and the real migration tools that tests ask, each group by its own script, which does nothing when all is there.
need_tools() {
  for script in scripts/tools/*.sh; do
    name=$(basename "$script" .sh)
    printf '  %-32s' "$name" >&2
    if sh "$script" >/dev/null 2>&1; then echo 'at hand' >&2; continue; fi
    # Package lists may be missing or old.
    root=$(become_root) && $root apt-get update -qq >/dev/null 2>&1
    if told=$(sh "$script" 2>&1 >/dev/null); then echo 'installed' >&2; continue; fi
    stop_here "The tools for $name could not be installed." "$told" "Install them by hand, or run sh $script to see why."
  done
}

become_root() {
  command -v apt-get >/dev/null 2>&1 || return 1
  if [ "$(id -u)" = 0 ]; then return 0; fi
  command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null && echo 'sudo -n'
}

tell_missing() {
  printf '\n\033[31mThese programs are missing and cannot be installed without your permission:\033[0m\n' >&2
  printf '%s' "$missing" | while IFS='|' read -r program package why; do note "$program (Debian package $package): $why"; done
  note ''
  note "Install them and run this again: sudo apt-get install $packages"
  exit 1
}
