#!/bin/sh
# npm run demo: the main job on a small real application, shown as a person sees it and checked at every step.
#   npm run demo -- --keep   leaves the sandbox to play with
#   npm run demo -- --php    the same for a PHP team whose repository has no package.json
set -eu
cd "$(dirname "$0")/.."
. scripts/set-up.sh
need_node
case " $* " in *' --php '*) need_programs <<'PROGRAMS'
php|php-cli|the demo of a PHP team runs its tests
PROGRAMS
  ;;
esac
need_dependencies
exec node --import tsx scripts/demo.ts "$@"
