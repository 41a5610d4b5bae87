import { defineSecrets, type Match, whoeverReads as why } from '../rule.ts'
import { entropy, isPlaceholder } from '../value.ts'

const pemHeader = /^(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset|MessageID|X-[\w-]+)\s?:/

/** The first characters of a PEM body: header lines, escaped line ends and the quotes and plus signs of source code are left out. */
function bodyOf(after: string): string {
  return after
    .slice(0, 1_000)
    .split(/\r\n|\n|\r|(?:\\r)?\\n/)
    .map(line => line.trim().replace(/^[>#*/+,.\s"'`]+|[\s"'`+,;.\\)]+$/g, ''))
    .filter(line => line !== '' && !pemHeader.test(line))
    .join('')
    .replace(/[\s"'+,]+$/g, '')
}

function holdsKey({ all, index, text }: Match): boolean {
  const body = /^[A-Za-z0-9+/=\s]*/.exec(bodyOf(text.slice(index + all.length, index + all.length + 1_200)))![0]
  const start = body.replace(/\s/g, '').slice(0, 200)
  return start.length >= 40 && entropy(start) >= 3.5 && !isPlaceholder(start.slice(0, 64).replace(/A{4,}/g, 'A'))
}

/** Header and the beginning of the body: enough to tell two keys apart, whatever the line ends. */
function keyText({ all, index, text }: Match): string {
  const rest = text.slice(index, index + all.length + 1_200)
  const end = rest.indexOf('-----END')
  return (end < 0 ? rest : rest.slice(0, end)).replace(/\s/g, '')
}

function isEncodedKey({ value }: Match): boolean {
  return /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY/.test(Buffer.from(value.slice(0, 96), 'base64').toString('latin1'))
}

export const keys = defineSecrets([
  {
    id: 'private-key',
    title: 'private key',
    why: 'Whoever reads it can be you: log in to your servers, sign in your name, or read your traffic.',
    cues: [/BEGIN ?(?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY/, /LS0tLS1CRUdJTi/, /Private-Lines:/],
    // Nearly every key under a tests folder was made for the test: there it warns.
    likely: true,
    // RFC 7468 for the labels; OpenSSH's PROTOCOL.key; PGP "BLOCK"; SSH2 with four dashes and spaces; PuTTY's own form.
    pattern:
      /-----BEGIN[ ]?(?:[A-Z0-9]{1,20}[ ]){0,4}PRIVATE KEY(?: BLOCK)?-----|---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----|Private-Lines: \d{1,3}|(?<![A-Za-z0-9+/])LS0tLS1CRUdJTi[A-Za-z0-9+/]{60,400}/g,
    shows: /^-----BEGIN [A-Z0-9 ]*PRIVATE KEY/,
    accept: match => (match.value.startsWith('LS0t') ? isEncodedKey(match) : holdsKey(match)),
    whole: match => (match.value.startsWith('LS0t') ? match.value : keyText(match)),
    examples: [
      {
        bad: '-----BEGIN RSA PRIVATE KEY-----\nMIIEow{base64:58}\n{base64:64}\n-----END RSA PRIVATE KEY-----',
        good: '-----BEGIN PUBLIC KEY-----\nMIIEow{base64:58}\n-----END PUBLIC KEY-----',
      },
      {
        bad: '-----BEGIN EC PRIVATE KEY-----\r\nMHcCAQEE{base64:56}\r\n{base64:64}\r\n',
        good: '-----BEGIN PRIVATE KEY-----\n...\n',
      },
      {
        bad: '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIFHDBO{base64:56}\n',
        good: 'if (pem.includes("-----BEGIN PRIVATE KEY-----")) return',
      },
      {
        bad: '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,{hex:32}\n\n{base64:64}\n',
      },
      { bad: '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA{base64:50}\n' },
      { bad: '"private_key": "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADAN{base64:52}\\n{base64:64}\\n"' },
      { bad: 'const key = "-----BEGIN PRIVATE KEY-----\\n" +\n  "MIIEvQIBADAN{base64:52}\\n" +\n  "{base64:64}\\n"' },
      { bad: '-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\nlQOYB{base64:59}\n' },
      { bad: 'PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\n{base64:48}\n' },
      {
        bad: 'tls.key: {b64:-----BEGIN RSA PRIVATE KEY-----\nMIIEow}{word:80}',
        good: 'tls.crt: {b64:-----BEGIN CERTIFICATE-----\nMIIEow}{word:80}',
      },
    ],
  },
  {
    id: 'age-secret-key',
    title: 'age secret key',
    why: 'Whoever reads it can decrypt everything that was encrypted for it.',
    cues: [/AGE-SECRET-KEY-1/],
    pattern: /AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}/g,
    shows: /^AGE-SECRET-KEY-1/,
    entropy: 3,
    examples: [{ bad: 'AGE-SECRET-KEY-1{bech32:58}' }],
  },
  {
    id: 'json-web-key',
    title: 'private JSON web key',
    why,
    cues: [/"kty"/],
    // RFC 7518 section 6: "d" is the private part of RSA, EC and OKP keys.
    pattern: /"d"\s{0,4}:\s{0,4}"(?<value>[\w-]{43,700})"/g,
    entropy: 4,
    likely: true,
    examples: [
      { bad: '{"kty":"EC","crv":"P-256","d":"{word:43}"}', good: '{"kty":"EC","crv":"P-256","x":"{word:43}"}' },
    ],
  },
])
