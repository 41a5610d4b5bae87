// Secrets as they are published to look, hidden among ordinary files: what the scanners should find. The formats are those of the services' own
// documents and of the frameworks' files; none was taken from a scanner's rules or tests.
import { exampleText } from '../src/secrets/example-text.ts'

export interface Planted {
  readonly kind: string
  readonly file: string
  readonly text: string
}

const kinds: readonly (readonly [kind: string, file: string, text: string])[] = [
  ['GitHub token', 'src/client.js', "const octokit = new Octokit({ auth: 'ghp_{word:36}' })"],
  ['GitHub fine-grained token', 'ci/env.sh', 'export GH_TOKEN=github_pat_{word:22}_{word:59}'],
  ['GitLab token', 'deploy.yml', 'private_token: glpat-{word:20}'],
  ['npm token', 'build/.npmrc', '//registry.npmjs.org/:_authToken=npm_{word:36}'],
  ['Slack bot token', 'bot.py', 'client = WebClient(token="xoxb-{digits:12}-{digits:13}-{word:24}")'],
  ['Slack webhook', 'notify.rb', "HOOK = 'https://hooks.slack.com/services/T{upper:8}/B{upper:8}/{word:24}'"],
  ['Stripe key', 'pay.php', "<?php Stripe::setApiKey('sk_live_{word:24}');"],
  ['AWS key pair', 'aws.ini', 'aws_access_key_id = AKIA{upper:16}\naws_secret_access_key = {base64:40}'],
  ['Google API key', 'map.html', '<script src="https://maps.googleapis.com/maps/api/js?key=AIza{word:35}"></script>'],
  [
    'Google service account',
    'sa.json',
    '{"type": "service_account", "private_key_id": "{hex:40}", "private_key": "-----BEGIN PRIVATE KEY-----\\nMIIEvQ{base64:58}\\n{base64:64}\\n-----END PRIVATE KEY-----\\n"}',
  ],
  [
    'RSA private key',
    'deploy.txt',
    '-----BEGIN RSA PRIVATE KEY-----\nMIIEow{base64:58}\n{base64:64}\n-----END RSA PRIVATE KEY-----',
  ],
  [
    'EC private key',
    'ec.txt',
    '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE{base64:56}\n{base64:64}\n-----END EC PRIVATE KEY-----',
  ],
  [
    'OpenSSH private key',
    'ssh.txt',
    '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz{base64:62}\n{base64:70}\n-----END OPENSSH PRIVATE KEY-----',
  ],
  [
    'JSON web token',
    'api.http',
    'Authorization: Bearer {b64:{"alg":"HS256","typ":"JWT"}}.{b64:{"sub":"4711","role":"admin"}}.{word:43}',
  ],
  ['SendGrid key', 'mail.go', 'client := sendgrid.NewSendClient("SG.{word:22}.{word:43}")'],
  ['Mailgun key', 'mail.php', "<?php $mg = Mailgun::create('key-{hex:32}');"],
  ['Twilio key', 'sms.py', 'client = Client("SK{hex:32}", account_sid="AC{hex:32}")'],
  ['Telegram bot token', 'bot.js', "const bot = new TelegramBot('{digits:10}:AA{word:33}')"],
  ['Discord webhook', 'chat.js', "fetch('https://discord.com/api/webhooks/{digits:18}/{word:68}')"],
  ['DigitalOcean token', 'do.tf', 'token = "dop_v1_{hex:64}"'],
  [
    'Azure storage key',
    'appsettings.json',
    '"Storage": "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey={base64:86}=="',
  ],
  ['PyPI token', 'release.sh', 'twine upload -u __token__ -p pypi-AgEIcHlwaS5vcmc{word:80} dist/*'],
  ['RubyGems key', 'gem.yml', ':rubygems_api_key: rubygems_{hex:48}'],
  ['Razorpay key', 'pay.js', "new Razorpay({ key_id: 'rzp_live_{word:14}', key_secret: '{word:24}' })"],
  ['Flutterwave key', 'wave.php', "<?php $rave = new Rave('FLWSECK-{hex:32}-X');"],
  ['Laravel key', 'production.env', 'APP_KEY=base64:{base64:43}='],
  ['Laravel passwords', 'staging.env', 'DB_PASSWORD={word:14}\nMAIL_PASSWORD={word:16}'],
  ['WordPress database password', 'wp-settings-local.php', "<?php define('DB_PASSWORD', '{word:16}');"],
  ['WordPress salt', 'wp-salts.php', "<?php define('AUTH_KEY', '{word:30}|{word:20}+{word:12}');"],
  ['password in a PHP array', 'config/mail.php', "<?php return ['host' => 'smtp.acme.io', 'password' => '{word:14}'];"],
  ['password in PHP', 'cron.php', "<?php $ftp_pass = '{word:13}';"],
  ['serialized password', 'options.txt', 'a:2:{s:4:"host";s:12:"smtp.acme.io";s:8:"password";s:14:"{word:14}";}'],
  ['database address', 'db.rb', "DB = Sequel.connect('postgres://shop:{word:16}@db.acme.io/shop')"],
  ['generic API key', 'weather.ts', "const apiKey = '{word:32}'"],
  ['secret in YAML', 'values.yaml', 'session:\n  secret: {hex:48}'],
  ['composer login', 'auth.json', '{"http-basic": {"repo.acme.io": {"username": "shop", "password": "{word:20}"}}}'],
  ['login file', '.htpasswd', 'ada:{dollar:1}apr1{dollar:1}{word:8}{dollar:1}{word:22}'],
  ['MySQL client file', '.my.cnf', '[client]\nuser=shop\npassword={word:16}'],
]

/** `each` different ones of every kind, each in a file of its own. */
export function planted(each: number): readonly Planted[] {
  return kinds.flatMap(([kind, file, text], place) =>
    Array.from({ length: each }, (_, index) => {
      const made = exampleText(text, 1_000 * (place + 1) + index)
      return { kind, file: `planted/${place}-${index}/${file}`, text: `${made}\n` }
    }),
  )
}
