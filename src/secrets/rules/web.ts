import { defineSecrets, type Match, whoeverReads as why } from '../rule.ts'
import { entropy, isEveryday, isPlaceholder, looksRandom } from '../value.ts'

function claims(part: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

// jwt.io and every tutorial sign their sample for this man, PyJWT's manual signs "some payload"; "anon" is the role of the keys that Supabase and PostgREST give to browsers.
function isRealToken(token: string): boolean {
  const [head, body] = token.split('.')
  const { alg } = claims(head)
  const payload = claims(body)
  if (Object.keys(claims(head)).length === 0 || String(alg).toLowerCase() === 'none') return false
  return payload.name !== 'John Doe' && payload.role !== 'anon' && payload.some !== 'payload'
}

function holdsLogin({ value }: Match): boolean {
  const [user, ...rest] = Buffer.from(value, 'base64').toString('latin1').split(':')
  const password = rest.join(':')
  if (user === undefined || !/^[\x21-\x7e]{2,}$/.test(user) || !/^[\x20-\x7e]{4,}$/.test(password)) return false
  return (
    !isEveryday(password) && !isPlaceholder(password) && user !== password && !/^(?:aladdin|username|user)$/i.test(user)
  )
}

/** Names that cannot be reached from elsewhere (RFC 2606, RFC 6761) or that a container network gives. */
function isLocalHost(host: string): boolean {
  return /^(?:localhost|127\.|0\.0\.0\.0|\[?::1|[\w-]+$|.*\.(?:test|example|invalid|localhost|local|internal|docker)$|(?:.*\.)?example\.(?:com|org|net)$|(?:.*\.)?(?:test|foo|bar|host|domain|site|acme|corp|mysite|yourdomain)\.(?:com|org|net)$)/i.test(
    host,
  )
}

function isRealLogin({ value, groups, file }: Match): boolean {
  const user = groups.user ?? ''
  const host = (groups.host ?? '').replace(/:\d*$/, '')
  let password = value
  try {
    password = decodeURIComponent(value)
  } catch {}
  if (password.length < 4 || isPlaceholder(password) || isPlaceholder(user) || isEveryday(password)) return false
  if (password.toLowerCase() === user.toLowerCase() || /^[{<[%$:]|[}>\]%]$/.test(password)) return false
  if (/pass|secret|token|user|pwd/i.test(password) && !/\d/.test(password)) return false
  if (isLocalHost(host) || file.example) return looksRandom(password)
  return password.length >= 6 || /\d/.test(password)
}

export const web = defineSecrets([
  {
    id: 'json-web-token',
    title: 'signed JSON web token',
    why: 'Until it expires it is a login for whoever reads it.',
    cues: [/eyJ[\w-]{10}/],
    pattern: /(?<![\w-])eyJ[\w-]{10,1000}\.eyJ[\w-]{10,6000}\.[\w-]{20,1000}(?![\w-])/g,
    shows: /^eyJ/,
    entropy: 4,
    likely: true,
    accept: ({ value }) => isRealToken(value),
    examples: [
      {
        bad: 'token: {b64:{"alg":"HS256","typ":"JWT"}}.{b64:{"sub":"42","scope":"admin"}}.{word:43}',
        good: '{b64:{"alg":"HS256","typ":"JWT"}}.{b64:{"sub":"1234567890","name":"John Doe"}}.{word:43}',
      },
      { good: '{b64:{"alg":"HS256","typ":"JWT"}}.{b64:{"iss":"supabase","role":"anon"}}.{word:43}' },
    ],
  },
  {
    id: 'encoded-json-web-token',
    title: 'signed JSON web token in base64',
    why: 'Until it expires it is a login for whoever reads it, and base64 hides nothing.',
    cues: [/ZXlK[A-Za-z0-9+/]{60}/],
    pattern: /(?<![A-Za-z0-9+/])ZXlK[A-Za-z0-9+/]{60,8000}={0,2}/g,
    entropy: 4,
    likely: true,
    accept: ({ value }) => {
      const token = Buffer.from(value, 'base64').toString('latin1')
      return /^eyJ[\w-]{10,1000}\.eyJ[\w-]{10,6000}\.[\w-]{20,1000}/.test(token) && isRealToken(token)
    },
    examples: [{ bad: '{b64<{b64:{"alg":"HS256","typ":"JWT"}}.{b64:{"sub":"42","scope":"admin"}}.{word:43}>}' }],
  },
  {
    id: 'url-with-password',
    title: 'address with a password in it',
    why: 'Whoever reads it can log in there.',
    cues: [/:\/\/[^\s/@:"']{0,256}:[^\s/@"']{1,256}@/],
    pattern:
      /(?<![a-z])[a-z][a-z0-9+.-]{1,20}:\/\/(?<user>[^\s:/@"'`<>\\]{0,256}):(?<value>[^\s/@"'`<>\\]{1,256})@(?<host>[\w.[\]:-]{1,200})/gi,
    likely: true,
    accept: isRealLogin,
    examples: [
      { bad: 'DATABASE_URL=postgres://app:{word:12}@db.acme.io:5432/app', good: 'postgres://app:app@localhost/app' },
      { bad: 'redis://:{word:24}@cache:6379', good: 'redis://:{dollar:1}{REDIS_PASSWORD}@cache:6379' },
      { bad: 'https://deploy:{word:20}@git.acme.io/app.git', good: 'https://user:password@example.com' },
      { good: 'mongodb://root:example@mongo:27017/' },
    ],
  },
  {
    id: 'connection-string',
    title: 'connection string with a password',
    why: 'Whoever reads it can log in to the database.',
    cues: [/(?:password|pwd)\s?=[^;"'\s]/i],
    pattern:
      /(?:Server|Data Source|Host|Addr(?:ess)?|User(?: ?Id)?|Uid)\s?=[^;"'\n]{1,200};(?:[^;"'\n]{1,200};){0,12}?\s?(?:Password|Pwd)\s?=\s?(?<value>[^;"'\s<>\\]{4,200})/gi,
    likely: true,
    accept: ({ value }) =>
      !isPlaceholder(value) && !isEveryday(value) && !/^[{$%]/.test(value) && /\d|[^\w]/.test(value),
    examples: [
      {
        bad: 'Server=db.acme.io;Database=app;User Id=sa;Password={word:10}!7;',
        good: 'Server=db;User Id=sa;Password={password};',
      },
    ],
  },
  {
    id: 'authorization-header',
    title: 'login in an Authorization header',
    why: 'Until it expires it is a login for whoever reads it.',
    cues: [
      /(?:bearer|token)\s{1,3}[\w.~+/-]{16}/i,
      /authorization["']?\]?\s{0,4}(?:=>|[:=,])\s{0,4}["'`]?(?:(?:apikey|api-key|api-token|key|ssws)\s{1,3})?[\w.~+/-]{16}/i,
    ],
    pattern:
      /(?:authorization["']?\]?\s{0,4}(?:=>|[:=,])\s{0,4}["'`]?(?:(?:Bearer|token|apikey|api-key|api-token|key|ssws)\s{1,3})?|\bBearer\s{1,3})(?<value>[\w.~+/-]{16,2000}={0,2})/gi,
    likely: true,
    accept: ({ value }) => !value.startsWith('eyJ') && looksRandom(value),
    examples: [
      { bad: 'curl -H "Authorization: Bearer {word:40}" https://api.acme.io', good: 'Authorization: Bearer <token>' },
      { bad: 'Authorization: SSWS 00{word:40}' },
      { bad: "headers['Authorization'] = '{word:32}'", good: "headers['Authorization'] = authorizationHeader2" },
      { good: 'Authorization: Bearer mF_9.B5f-4.1JqM' },
    ],
  },
  {
    id: 'basic-auth-header',
    title: 'user and password in an Authorization header',
    why,
    cues: [/basic\s{1,3}[a-z0-9+/]{8}/i],
    pattern: /authorization["']?\]?\s{0,4}(?:=>|[:=,])\s{0,4}["'`]?Basic\s{1,3}(?<value>[A-Za-z0-9+/]{8,400}={0,2})/gi,
    likely: true,
    accept: holdsLogin,
    examples: [
      { bad: 'Authorization: Basic {b64:deploy:kX9vQ2mLw7}', good: 'Authorization: Basic {b64:Aladdin:open sesame}' },
    ],
  },
  {
    id: 'curl-user',
    title: 'user and password of a curl call',
    why,
    cues: [/curl\s/],
    pattern:
      /\bcurl\b(?:[^\n|\\]|\\[\s\S]){0,300}?\s(?:-u|--user)[ =]{0,3}["']?[^\s:"'`]{0,60}["']?:["']?(?<value>[^\s"'`]{6,100})/g,
    likely: true,
    accept: ({ value }) =>
      !isPlaceholder(value) &&
      !isEveryday(value) &&
      !/^[$<{]/.test(value) &&
      entropy(value) >= 2.8 &&
      /\d|[A-Z].*[a-z]|[a-z].*[A-Z]|\W/.test(value),
    examples: [
      { bad: 'curl -u deploy:{word:14} https://acme.io', good: 'curl -u user:password https://acme.io' },
      {
        bad: "curl -X POST https://acme.io \\\n  --user 'deploy':'{word:14}'",
        good: 'curl --user "$USER:$PASSWORD" https://acme.io',
      },
    ],
  },
])
