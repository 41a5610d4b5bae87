#!/bin/sh
# Installs what the tests of environments and of capture need: an SSH server that they start on loopback, rsync, and rrsync (which is written in
# Python). By apt when root. Twice is once. Ends with 1 when something could not be had, and says so.
set -u

has_sshd() { command -v sshd >/dev/null || [ -x /usr/sbin/sshd ]; }
has_rsync() { command -v rsync >/dev/null && command -v rrsync >/dev/null && command -v python3 >/dev/null; }
has_client() { command -v ssh >/dev/null && command -v ssh-keygen >/dev/null; }

# install PACKAGE…: by apt. Nothing it brings is started: the tests start a server of their own.
install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  [ -e /usr/sbin/policy-rc.d ] || { printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d && made=yes; }
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null 2>&1
  code=$?
  [ "${made:-}" = yes ] && rm -f /usr/sbin/policy-rc.d
  return $code
}

missing=''
has_sshd || missing="$missing openssh-server"
has_client || missing="$missing openssh-client"
has_rsync || missing="$missing rsync python3"
# One word list on purpose: package names hold no spaces.
# shellcheck disable=SC2086
[ -z "$missing" ] || install $missing || {
  echo "Not installed:$missing" >&2
  exit 1
}
