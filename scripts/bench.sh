#!/bin/sh
# npm run bench: ours beside our peers, measured in one run; see bench/README.md.
set -eu
cd "$(dirname "$0")/.."
. scripts/set-up.sh
need_node
need_dependencies
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ] && ! command -v pre-commit >/dev/null 2>&1; then
  need_programs <<'PROGRAMS'
pre-commit|pre-commit|a peer that is measured beside us
PROGRAMS
fi
case " $* " in
  *' secrets '*) exec node --import tsx bench/secrets.ts "$@" ;;
  *' db '*) exec node --import tsx bench/db.ts "$@" ;;
  *' capture '*) sh scripts/tools/ssh.sh && exec node --import tsx bench/capture.ts "$@" ;;
  *' merge '*) exec node --import tsx bench/merge.ts "$@" ;;
  *' reruns '*) exec node --import tsx bench/reruns.ts ;;
  *' replay '*) sh scripts/tools/databases.sh && exec node --import tsx bench/replay.ts ;;
esac
exec node --import tsx bench/push.ts "$@"
