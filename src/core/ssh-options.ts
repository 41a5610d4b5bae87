/**
 * Options of every ssh(1) that we start. It never asks (BatchMode), never trusts a new or a changed host key, forwards nothing and runs nothing here.
 * Everything else (aliases, ProxyJump, keys, ciphers) stays with the user's own ssh config.
 */
export const sshOptions: readonly string[] = [
  '-T',
  ...[
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    'ConnectTimeout=15',
    'ServerAliveInterval=15',
    'ForwardAgent=no',
    'ForwardX11=no',
    'ClearAllForwardings=yes',
    'PermitLocalCommand=no',
  ].flatMap(option => ['-o', option]),
]
