# Sourced by the hooks, or copied into them by `ship-guard install`. Sets $node and $package, or $missing and $remedy. Never npx: a hook must not fetch.
set -f
IFS=' '
common=$git_dir
[ ! -f "$git_dir/commondir" ] || { IFS= read -r common <"$git_dir/commondir"; case $common in /*) ;; *) common=$git_dir/$common ;; esac; }

# ^20.19.0 || >=22.12.0. The node that install ran on is taken at its word until its file changes.
is_new_enough() {
  case $1 in /* | [A-Za-z]:*) ;; *) return 1 ;; esac
  [ -x "$1" ] && [ ! -d "$1" ] || return 1
  [ "$1" = "$recorded_node" ] && [ "$0" -nt "$1" ] && return 0
  version=$("$1" --version 2>/dev/null </dev/null) || return 1
  version=${version#v}
  major=${version%%.*} minor=${version#*.}
  minor=${minor%%.*}
  case $major.$minor in *[!0-9.]* | .* | *.) return 1 ;; esac
  [ "$major" -gt 22 ] || { [ "$major" -eq 22 ] && [ "$minor" -ge 12 ]; } || { [ "$major" -eq 20 ] && [ "$minor" -ge 19 ]; }
}
# nvm keeps `default` in a file: a version, or the name of another such file.
nvm_default() {
  nvm=${NVM_DIR:-$HOME/.nvm} wanted=default
  [ -d "$nvm" ] || nvm=${XDG_CONFIG_HOME:-$HOME/.config}/nvm
  for step in 1 2 3; do [ -f "$nvm/alias/$wanted" ] && IFS= read -r wanted <"$nvm/alias/$wanted"; done
  case $wanted in v[0-9]* | [0-9]*) ;; *) wanted='' ;; esac
  newest "$nvm/versions/node/v${wanted#v}" /bin/node
}
# newest PREFIX SUFFIX: the last that fits of what lies between the two.
newest() {
  set +f
  for candidate in "$1"*"$2"; do is_new_enough "$candidate" && node=$candidate; done
  set -f
  [ -n "$node" ]
}
find_node() {
  node='' data=${XDG_DATA_HOME:-$HOME/.local/share}
  is_new_enough "$SHIP_GUARD_NODE" && node=$SHIP_GUARD_NODE && return
  IFS=:
  for folder in $PATH; do is_new_enough "$folder/node" && node=$folder/node && IFS=' ' && return; done
  IFS=' '
  for candidate in "$recorded_node" "${VOLTA_HOME:-$HOME/.volta}/bin/node" "${FNM_DIR:-$data/fnm}/aliases/default/bin/node" \
    "$HOME/Library/Application Support/fnm/aliases/default/bin/node" "$HOME/.fnm/aliases/default/bin/node" \
    "${MISE_DATA_DIR:-$data/mise}/shims/node" "${ASDF_DATA_DIR:-$HOME/.asdf}/shims/node" "${N_PREFIX:-$HOME/n}/bin/node"; do
    is_new_enough "$candidate" && node=$candidate && return
  done
  nvm_default && return
  # A shim may ask for its manager, which is in no bare PATH, or for a version that is not set here.
  newest "${MISE_DATA_DIR:-$data/mise}/installs/node/" /bin/node && return
  newest "${ASDF_DATA_DIR:-$HOME/.asdf}/installs/nodejs/" /bin/node && return
  newest "${FNM_DIR:-$data/fnm}/node-versions/v" /installation/bin/node && return
  newest "${VOLTA_HOME:-$HOME/.volta}/tools/image/node/" /bin/node && return
  newest "${NODENV_ROOT:-$HOME/.nodenv}/versions/" /bin/node && return
  for candidate in /opt/homebrew/bin/node /home/linuxbrew/.linuxbrew/bin/node /usr/local/bin/node /usr/bin/node /opt/local/bin/node /snap/bin/node; do
    is_new_enough "$candidate" && node=$candidate && return
  done
  # Homebrew links no versioned formula.
  newest "${HOMEBREW_PREFIX:-/opt/homebrew}/opt/node@" /bin/node || newest /usr/local/opt/node@ /bin/node
}
# A fresh linked worktree has no node_modules of its own: the main one's serve it.
find_package() {
  for package in node_modules/ship-guard "$common/../node_modules/ship-guard" "$recorded_package" "$common/ship-guard/package" "$hooks/.."; do
    [ -n "$package" ] && [ -f "$package/dist/hook.cjs" ] && return
  done
  return 1
}
missing='' remedy=''
if ! find_package; then
  missing='the ship-guard package' remedy='Run `npm install` here, or `npx ship-guard install` where no package.json asks for ship-guard.'
elif ! find_node; then
  missing='Node.js 20.19 or newer' remedy='Install Node.js (https://nodejs.org), or name it: export SHIP_GUARD_NODE=/path/to/node.'
fi
