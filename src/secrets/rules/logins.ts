import { defineSecrets, type Match, whoeverReads as why } from '../rule.ts'
import { entropy, isEveryday, isPlaceholder, isWordsAndFigures, looksChosen, looksRandom } from '../value.ts'

const server = 'Whoever reads it can log in to the server or its database.'
const hashes =
  'Whoever has the hashes can try passwords on them as fast as their machines allow; many people’s will be found.'

function isPassword({ value, file }: Match): boolean {
  if (value.length < 6 || isPlaceholder(value) || isEveryday(value) || /^[$%@{<[(&]|:\/\//.test(value)) return false
  return looksRandom(value) || looksChosen(value) || (!file.example && isWordsAndFigures(value))
}

/** The place says that it is a password: figures or signs in it are enough. */
function isPasswordHere(match: Match): boolean {
  const { value, file } = match
  if (file.example) return isPassword(match)
  if (value.length < 6 || isPlaceholder(value) || isEveryday(value) || /^[$%@{<[(&]|:\/\//.test(value)) return false
  return /[^A-Za-z]/.test(value) || looksRandom(value) || entropy(value) >= 3
}

/** What stands under `data:` of a Kubernetes Secret is base64 of the value itself. */
function isSecretManifest({ value, text, index }: Match): boolean {
  const from = Math.max(text.lastIndexOf('\n---', index), index - 4_000, 0)
  const to = text.indexOf('\n---', index)
  const manifest = text.slice(from, Math.min(to < 0 ? text.length : to, index + 4_000))
  if (!/^[ \t]*["']?kind["']?[ \t]{0,8}:[ \t]{0,8}["']?secret["']?[ \t,]{0,8}\r?$/im.test(manifest)) return false
  const decoded = Buffer.from(value, 'base64').toString('utf8')
  if (decoded.length < 4 || isPlaceholder(decoded) || isEveryday(decoded.trim())) return false
  return !/-----BEGIN (?:CERTIFICATE|PUBLIC KEY)/.test(decoded)
}

function isUnreadable(hash: string): boolean {
  return entropy(hash) >= 3 && !/x{6}|\.{6}|\*{3}/i.test(hash)
}

export const logins = defineSecrets([
  {
    id: 'kubernetes-secret',
    title: 'value in a Kubernetes Secret',
    why: 'Base64 hides nothing: everyone who can read the file can read the value.',
    cues: [
      /kind["']?[ \t]{0,8}:[ \t]{0,8}["']?secret["']?[ \t,]{0,8}[\r\n]/i,
      /kind["']?[ \t]{0,8}:[ \t]{0,8}["']?secret["']?[ \t,]{0,8}$/i,
    ],
    only: file => /^\.(?:ya?ml|json|md|txt|tpl)$/.test(file.extension),
    pattern:
      /^[ \t]{1,20}["']?[\w.-]{1,120}["']?[ \t]{0,4}:[ \t]{0,4}(?:[|>][+-]?[ \t]{0,4}\r?\n[ \t]{1,40})?["']?(?<value>[A-Za-z0-9+/]{8,8000}={0,2})["']?[ \t,]{0,4}$/gm,
    likely: true,
    accept: isSecretManifest,
    examples: [
      {
        bad: 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\ndata:\n  extra: {b64:kX9vQ2mLw7pT}',
        good: 'apiVersion: v1\nkind: ConfigMap\ndata:\n  extra: {b64:kX9vQ2mLw7pT}',
        file: 'deploy/db.yaml',
      },
      { good: 'kind: Secret\ndata:\n  extra: {b64:change-me}', file: 'deploy/db.yaml' },
    ],
  },
  {
    id: 'password-hash-list',
    title: 'list of logins with password hashes',
    why: hashes,
    cues: [/:\$(?:apr1|2[abxy]|1|5|6|y)\$[\w./=,-]{2}/, /:\{S?SHA\}[A-Za-z0-9+/]{20}/],
    // One line of .htpasswd or /etc/shadow: htpasswd(1), crypt(5).
    pattern:
      /^[\w.@-]{1,64}:(?<value>\$apr1\$[\w./]{1,8}\$[\w./]{22}|\$2[abxy]\$\d\d\$[\w./]{53}|\$1\$[\w./]{1,8}\$[\w./]{22}|\$[56y]\$[\w./=,$-]{20,200}|\{S?SHA\}[A-Za-z0-9+/]{27,40}={0,2})(?=[:\s]|$)/gm,
    likely: true,
    accept: ({ value }) => isUnreadable(value),
    examples: [
      { bad: 'ada:{dollar:1}apr1{dollar:1}{word:8}{dollar:1}{word:22}', good: 'ada:{dollar:1}apr1{dollar:1}' },
      { bad: 'ada:{dollar:1}2y{dollar:1}10{dollar:1}{word:53}', good: "'ada' => bcrypt('secret')" },
      {
        bad: 'root:{dollar:1}6{dollar:1}{word:16}{dollar:1}{word:86}:19700:0:99999:7:::',
        good: 'root:*:19700:0:99999:7:::',
      },
      { bad: 'ada:{SHA}{word:27}=', good: 'ada:{SHA}...' },
    ],
  },
  {
    id: 'php-connection',
    title: 'password in a call that connects to a server',
    why: server,
    cues: [
      /mysql_p?connect\s{0,4}\(/i,
      /mysqli(?:_connect)?\s{0,4}\(/i,
      /PDO\s{0,4}\(/i,
      /(?:ftp_login|ssh2_auth_password|imap_open|ldap_bind|networkcredential)\s{0,4}\(/i,
    ],
    pattern:
      /(?:mysql_p?connect|mysqli_connect|new\s{1,4}mysqli|new\s{1,4}\\?PDO|ftp_login|ssh2_auth_password|imap_open|ldap_bind|new\s{1,4}NetworkCredential)\s{0,4}\(\s{0,20}(?:[^,()'"]{0,80}|"[^"\n]{0,200}"|'[^'\n]{0,200}'),\s{0,20}(?:(?:"[^"\n]{0,100}"|'[^'\n]{0,100}'|\$\w{1,40}),\s{0,20})?(?<quote>["'])(?<value>[^"'\s\\]{4,100})\k<quote>\s{0,4}[,)]/gi,
    likely: true,
    accept: isPasswordHere,
    examples: [
      {
        bad: "$db = mysqli_connect('localhost', 'app', '{word:8}!aB3', 'shop');",
        good: "mysqli_connect('localhost', 'app', 'password', 'shop')",
      },
      { bad: "new PDO('mysql:host=db;dbname=shop', 'app', '{word:12}')", good: 'new PDO($dsn, $user, $password)' },
      { bad: "ftp_login($ftp, 'deploy', '{word:12}');", good: "ftp_login($ftp, $user, getenv('FTP_PASS'));" },
    ],
  },
  {
    id: 'command-password',
    title: 'password in a command',
    why: server,
    cues: [
      /(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump)\s[^\n|;]{0,200}?\s-p[^\s-]{6}/,
      /(?:sshpass|psexec)[\w.]{0,4}\s[^\n|;]{0,200}?-p\s?\S{6}/i,
      /-Password\s{1,4}\S{6}/i,
    ],
    pattern:
      /(?:\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump)\s[^\n|;]{0,200}?\s-p|\b(?:sshpass|psexec)[\w.]{0,4}\s[^\n|;]{0,200}?-p\s?|\s-Password\s{1,4})(?<quote>["']?)(?<value>[^\s"'|;&<>]{6,80})\k<quote>(?=[\s|;&]|$)/gim,
    likely: true,
    accept: isPasswordHere,
    examples: [
      { bad: 'mysqldump -h db -u app -p{word:12} shop > shop.sql', good: 'mysqldump -h db -u app -p shop > shop.sql' },
      { bad: "sshpass -p '{word:8}!aB3' ssh deploy@acme.io", good: 'sshpass -p "$PASS" ssh deploy@acme.io' },
      {
        bad: 'Connect-VIServer -Server vc -User admin -Password {word:8}!aB3',
        good: 'Connect-VIServer -Password $pass',
      },
    ],
  },
  {
    id: 'markup-password',
    title: 'password between two tags',
    why: server,
    cues: [
      /(?:password|passwd|passphrase|pass|secret|token|apikey)(?:\s[^<>]{0,200})?>\s{0,20}[^<>\s]{6,200}\s{0,20}<\//i,
    ],
    only: file => !file.generated && !/^\.(?:html?|vue|jsx|tsx|twig|svelte|blade)$/.test(file.extension),
    pattern:
      /<[\w:.-]{0,40}(?:password|passwd|passphrase|pass|secret|token|apikey)(?:\s[^<>]{0,200})?>\s{0,20}(?<value>[^<>\s]{6,200})\s{0,20}<\//gi,
    likely: true,
    accept: match => /^\{AQAAAB[A-Za-z0-9+/=]{20,}\}$/.test(match.value) || isPassword(match),
    examples: [
      {
        bad: '<server><id>acme</id><password>{word:8}!aB3</password></server>',
        good: '<password>{dollar:1}{env.PASS}</password>',
      },
      { bad: '<secret>{AQAAABAAAAAQ{word:44}}</secret>', good: '<secret>none</secret>' },
    ],
  },
  {
    id: 'netrc-login',
    title: 'login in a netrc line',
    why: server,
    cues: [/machine\s{1,8}[\w.-]{1,100}\s/],
    pattern: /\bmachine\s{1,8}[\w.-]{1,100}\s{1,8}login\s{1,8}\S{1,100}\s{1,8}password\s{1,8}(?<value>\S{6,200})/g,
    likely: true,
    accept: match => !isPlaceholder(match.value) && !isEveryday(match.value) && /\d|\W/.test(match.value),
    examples: [
      {
        bad: 'machine git.acme.io login deploy password {word:20}',
        good: 'machine git.acme.io login deploy password secret',
      },
    ],
  },
  {
    id: 'cpanel-token',
    title: 'cPanel or WHM API token',
    why: server,
    cues: [/(?:cpanel|whm)\s{1,3}[\w.-]{1,32}:[A-Z0-9]{32}/i],
    pattern: /\b(?:cpanel|whm)\s{1,3}[\w.-]{1,32}:(?<value>[A-Z0-9]{32})(?![A-Za-z0-9])/gi,
    entropy: 3,
    examples: [{ bad: "'Authorization: cpanel acme:{upper:32}'", good: "'Authorization: cpanel acme:YOURAPITOKEN'" }],
  },
  {
    id: 'facebook-access-token',
    title: 'Facebook app access token',
    why,
    cues: [/(?:facebook|fb_|access_token)/i],
    pattern: /(?<!\d)\d{15,16}\|[\w-]{27}(?![\w-])/g,
    entropy: 3.5,
    examples: [{ bad: 'facebook {digits:15}|{word:27}', good: 'facebook {digits:15}' }],
  },
  {
    id: 'twitter-bearer-token',
    title: 'Twitter bearer token',
    why,
    cues: [/AAAAAAAAAAAAAAAAAAAAA[A-Za-z0-9%]{60}/],
    pattern: /(?<![A-Za-z0-9%])A{20,24}[A-Za-z0-9%]{60,120}(?![A-Za-z0-9%])/g,
    accept: ({ value }) => entropy(value.replace(/^A+/, '')) >= 4,
    examples: [{ bad: 'AAAAAAAAAAAAAAAAAAAAA{word:90}', good: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
  },
  {
    id: 'azure-signature',
    title: 'Azure access signature or key',
    why,
    cues: [
      /SharedAccessKey=/i,
      /sig=[\w%+/-]{40}/,
      /JQQJ99[A-Z0-9]{6}/,
      /AZDO[A-Za-z0-9]{4}/,
      /Az(?:Fu|Se|Ca)[A-Za-z0-9]{4}/,
      /ndpoint=https:\/\/[\w.-]{4,100};Id=/,
    ],
    pattern:
      /SharedAccessKey=(?<key>[A-Za-z0-9+/]{43}=)|[?&;]sig=[\w%+/-]{40,80}(?:%3D|=)|(?<![A-Za-z0-9])[A-Za-z0-9]{52}JQQJ99[A-Z0-9]{6}[A-Za-z0-9]{16,24}|(?<![A-Za-z0-9])[a-zA-Z0-9]{75,76}AZDO[A-Za-z0-9]{4}(?![A-Za-z0-9])|(?<![\w-])[\w-]{33,44}Az(?:Fu|Se|Ca)[A-Za-z0-9]{4,10}={0,2}(?![\w-])|;Secret=(?<secret>[A-Za-z0-9+/]{43}=)/g,
    entropy: 4,
    examples: [
      {
        bad: 'HostName=acme.azure-devices.net;SharedAccessKeyName=a;SharedAccessKey={word:43}=',
        good: 'SharedAccessKey={dollar:1}{KEY}',
      },
      {
        bad: 'https://acme.blob.core.windows.net/a?sp=r&se=2027-01-01&sv=2022-11-02&sr=c&sig={word:43}%3D',
        good: 'https://acme.blob.core.windows.net/a?sv=2022-11-02',
      },
      {
        bad: 'Endpoint=https://acme.azconfig.io;Id=ab-l9-s0:x;Secret={word:43}=',
        good: 'Endpoint=https://acme.azconfig.io;Id=ab',
      },
      { bad: '{word:52}JQQJ99{upper:6}AAAAAZDO{word:12}', good: 'JQQJ99' },
    ],
  },
])
