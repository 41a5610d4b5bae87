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
# The server of the second half: where it may not be installed, the first half is shown, and that is said.
case " $* " in *' --php '*) ;; *)
  root=$(become_root) || root=
  sh scripts/tools/ssh.sh || { $root apt-get update -qq && sh scripts/tools/ssh.sh; } || {
    say 'LEFT OUT: the server. Install openssh-server and rsync to see changes come back from it.'
    set -- "$@" --no-server
  } ;;
esac
exec node --import tsx scripts/demo.ts "$@"
