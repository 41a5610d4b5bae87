// What never leaves a server unless a person says so. Names only: contents are judged by src/secrets, on what may leave it.
import type { CaptureSource } from '../core/environment.ts'
import type { DenyRule } from './deny.ts'

// A pattern that is open at both ends (`*.bak.*`) is asked of every file on a server; see `quickly` in deny-filter.ts. So there are few of them.
export const defaultDeny: readonly DenyRule[] = [
  {
    id: 'git-files',
    why: 'Files of that name mean something to git itself: another repository, filters that run programs, links to other repositories.',
    patterns: ['.git', 'git~[0-9]*', '.gitattributes', '.gitmodules', '.hg', '.svn'],
    quiet: true,
  },
  {
    id: 'ship-guard',
    why: 'Ship-guard keeps its own state there.',
    patterns: ['.ship', '.ship-guard', '.sg-partial'],
    quiet: true,
  },
  {
    id: 'env-files',
    why: 'Files of that name hold passwords and keys of the running application.',
    patterns: ['.env*', '*.env', '.flaskenv'],
    except: ['.env.example', '.env.*.example', '.env.dist', '.env.sample', '.env.template'],
  },
  {
    id: 'private-keys',
    why: 'Files of that name hold private keys.',
    patterns: [
      ...['*.pem', '*.key', '*.p12', '*.pfx', '*.jks', '*.keystore', '*.ppk', '*.kdbx', '*.ovpn', '*.p8', 'secring.*'],
      ...['id_rsa*', 'id_dsa*', 'id_ecdsa*', 'id_ed25519*'],
    ],
  },
  {
    id: 'credentials',
    why: 'Programs keep passwords and tokens in files of that name.',
    patterns: [
      ...[
        '.htpasswd*',
        '.my.cnf',
        '.mylogin.cnf',
        '.pgpass',
        '.netrc',
        '_netrc',
        '.npmrc',
        '.pypirc',
        '.s3cfg',
        '.boto',
      ],
      ...['auth.json', '.git-credentials', '.dockercfg', '.rclone.conf', 'rclone.conf', '.vault-token', '.accesshash'],
      ...['sftp-config.json', '.ftpconfig', '.ftppass', 'filezilla.xml', 'sitemanager.xml', 'recentservers.xml'],
      ...[
        'service-account*.json',
        '*firebase-adminsdk*.json',
        'client_secret*.json',
        '*.tfstate',
        '*.tfstate.backup',
        '*.tfvars',
      ],
      ...['.ssh/', '.aws/', '.gnupg/', '.azure/', '.kube/', '.docker/', '.cpanel*', '.composer/', '**/.config/gcloud/'],
    ],
  },
  {
    id: 'application-config',
    why: 'The application keeps its database password and its keys in it.',
    patterns: ['wp-config*.php', '**/bootstrap/cache/config.php', '**/app/etc/env.php', 'LocalSettings.php'],
    except: ['wp-config-sample.php'],
  },
  {
    id: 'databases',
    why: 'Files of that name hold data of people: databases and dumps of them.',
    patterns: [
      ...[
        '*.sql',
        '*.sql.*',
        '*.dump',
        '*.dmp',
        '*.sqlite',
        '*.sqlite[0-9]',
        '*.sqlite-wal',
        '*.sqlite-shm',
        '*.sqlite-journal',
        '*.sqlite[0-9]-wal',
        '*.sqlite[0-9]-shm',
      ],
      ...['*.db', '*.db-wal', '*.db-shm', '*.mdb', '*.rdb', '*.bson'],
    ],
  },
  {
    id: 'backups',
    why: 'Copies that somebody or an editor made hold what the original holds, under a name that no rule knows.',
    patterns: ['*.bak', '*.bak.*', '*.backup', '*.old', '*.orig', '*.save', '*.swp', '*.swo', '*~'],
  },
  {
    id: 'archives',
    why: 'What is inside an archive cannot be judged, and archives on a server are mostly backups.',
    patterns: [
      ...['*.zip', '*.tar', '*.tgz', '*.gz', '*.bz2', '*.tbz', '*.xz', '*.txz', '*.7z', '*.rar', '*.zst', '*.lz4'],
      ...['*.wpress', '*.jpa', '*.phar.bak'],
    ],
  },
  {
    id: 'sessions',
    why: 'Sessions and cookies let whoever has them be somebody else.',
    patterns: ['sess_*', 'cookies.txt', 'cookiejar*', '.*_history'],
  },
  {
    id: 'logs',
    why: 'The running application writes them; they hold data of people and now and then a password.',
    patterns: ['*.log', '*.log.[0-9]', '*.log.[0-9][0-9]', 'error_log', 'php_errorlog', '**/storage/logs/'],
    quiet: true,
  },
  {
    id: 'made-at-run-time',
    why: 'The running application makes them for itself.',
    patterns: ['node_modules/', '**/storage/framework/', '**/storage/debugbar/'],
    quiet: true,
  },
].map(rule => ({ ...rule, anyCase: true }))

/** What is told as the rule where the config itself keeps a file on the server. */
export const ownRule = 'exclude'

/** The rules for one environment: the config's and its preset's own, which have no exceptions, then the default ones less what `include` names. */
export function denyRules(source: Pick<CaptureSource, 'exclude' | 'include'>): readonly DenyRule[] {
  const own: DenyRule = {
    id: ownRule,
    why: 'The config keeps it out.',
    patterns: source.exclude,
    quiet: true,
  }
  const defaults = defaultDeny.map(rule =>
    neverIncluded.has(rule.id) || source.include.length === 0
      ? rule
      : { ...rule, except: [...(rule.except ?? []), ...source.include] },
  )
  return source.exclude.length === 0 ? defaults : [own, ...defaults]
}

// Whatever `include` says: a captured .gitattributes would run filters here.
const neverIncluded: ReadonlySet<string> = new Set(['git-files', 'ship-guard'])
