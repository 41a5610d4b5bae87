#!/bin/sh
# Installs the SSH server that the tests of environments start on loopback: openssh-server by apt when root. Twice is once. Ends with 1 when
# it could not be had, and says so.
set -u

has_sshd() { command -v sshd >/dev/null || [ -x /usr/sbin/sshd ]; }
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

{ has_sshd && has_client; } || install openssh-server openssh-client || {
  echo 'Not installed: openssh-server openssh-client' >&2
  exit 1
}
