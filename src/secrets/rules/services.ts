import { defineSecrets, whoeverReads as why } from '../rule.ts'
import { isMixed } from '../value.ts'

const money = 'Whoever has it can move your money or read your customers’ payments.'
const mail = 'Whoever has it can send mail in your name.'

export const services = defineSecrets([
  {
    id: 'stripe-live-key',
    title: 'Stripe live key',
    why: money,
    cues: [/[rs]k_live_/],
    pattern: /(?<![A-Za-z0-9])[rs]k_live_[A-Za-z0-9]{16,247}(?![A-Za-z0-9])/g,
    shows: /^[rs]k_live_/,
    entropy: 3,
    examples: [
      { bad: 'STRIPE_KEY=sk_live_{word:24}', good: 'pk_live_{word:24}' },
      { bad: 'rk_live_{word:99}', good: 'sk_live_xxxxxxxxxxxxxxxxxxxxxxxx' },
    ],
  },
  {
    id: 'webhook-signing-secret',
    title: 'webhook signing secret',
    why: 'Whoever has it can forge events that your server believes.',
    cues: [/whsec_/],
    pattern: /(?<![A-Za-z0-9])whsec_[A-Za-z0-9+/=]{32,128}(?![A-Za-z0-9+/=])/g,
    shows: /^whsec_/,
    entropy: 3.2,
    likely: true,
    examples: [{ bad: 'whsec_{word:32}', good: 'whsec_...' }],
  },
  {
    id: 'payment-key',
    title: 'live key of a payment provider',
    why: money,
    cues: [/sq0(?:atp|csp|idk)-/, /access_token\$production/, /rzp_live_/, /FLWSECK-/, /pdl_live_/],
    pattern:
      /(?<![\w-])(?:sq0(?:atp|csp|idk)-[\w-]{22,60}|access_token\$production\$[a-z0-9]{16}\$[a-f0-9]{32}|rzp_live_[A-Za-z0-9]{14}|FLWSECK-[a-f0-9]{12,32}-X|pdl_live_apikey_[a-z0-9]{26}_[A-Za-z0-9]{22}_[A-Za-z0-9]{3})(?![\w-])/g,
    shows: /^(?:sq0(?:atp|csp|idk)-|access_token\$production\$|rzp_live_|FLWSECK-|pdl_live_)/,
    entropy: 3,
    examples: [
      { bad: 'sq0csp-{word:43}' },
      { bad: 'access_token$production{dollar:1}{lower:16}{dollar:1}{hex:32}' },
      { bad: 'rzp_live_{word:14}' },
      { bad: 'FLWSECK-{hex:32}-X' },
      { bad: 'pdl_live_apikey_{lower:26}_{word:22}_{word:3}' },
    ],
  },
  {
    id: 'sendgrid-key',
    title: 'SendGrid API key',
    why: mail,
    cues: [/SG\.[\w-]{22}\./],
    pattern: /(?<![\w.])SG\.[\w-]{22}\.[\w-]{43}(?![\w-])/g,
    shows: /^SG\./,
    entropy: 3.5,
    examples: [{ bad: 'SG.{word:22}.{word:20}-{word:22}' }],
  },
  {
    id: 'mailgun-key',
    title: 'Mailgun key',
    why: mail,
    cues: [/key-[a-f0-9]{32}/i, /mailgun[\w.-]{0,40}["'\]]{0,2}\s{0,4}[:=,]/i],
    pattern:
      /(?<![\w-])key-[a-f0-9]{32}(?![\w-])|mailgun[\w.-]{0,40}["'\]]{0,2}\s{0,4}(?:=>|[:=,])\s{0,4}["'`]?(?<value>[a-f0-9]{32}-[a-f0-9]{8}-[a-f0-9]{8})(?![\w-])/gi,
    shows: /^key-/,
    entropy: 3,
    examples: [
      { bad: 'MAILGUN_SECRET=key-{hex:32}', good: 'key-{hex:31}' },
      { bad: 'MAILGUN_SECRET={hex:32}-{hex:8}-{hex:8}' },
    ],
  },
  {
    id: 'mail-service-key',
    title: 'key of a mail service',
    why: mail,
    cues: [/-us\d/, /x(?:keysib|smtpsib)-/, /re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}/],
    pattern:
      /(?<![\w-])(?:[a-f0-9]{32}-us\d{1,2}|x(?:keysib|smtpsib)-[a-f0-9]{64}-[A-Za-z0-9]{16}|re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24})(?![\w-])/g,
    shows: /^(?:xkeysib-|xsmtpsib-|re_)/,
    entropy: 3,
    accept: ({ value }) => /\d/.test(value) || isMixed(value),
    examples: [
      { bad: 'MAILCHIMP={hex:32}-us12' },
      { bad: 'xkeysib-{hex:64}-{word:16}' },
      { bad: 're_{word:8}_{word:24}' },
    ],
  },
  {
    id: 'twilio-key',
    title: 'Twilio key',
    why: 'Whoever has it can call and text at your cost and read your messages.',
    cues: [/SK[a-f0-9]{32}/, /twilio[\w.-]{0,40}["'\]]{0,2}\s{0,4}[:=,]/i],
    pattern:
      /(?<![A-Za-z0-9])SK[a-f0-9]{32}(?![A-Za-z0-9])|twilio[\w.-]{0,40}["'\]]{0,2}\s{0,4}(?:=>|[:=,])\s{0,4}["'`]?(?<value>[a-f0-9]{32})(?![A-Za-z0-9])/gi,
    shows: /^SK/,
    entropy: 3,
    accept: ({ value }) => value.length === 32 || value.startsWith('SK'),
    examples: [{ bad: 'SK{hex:32}', good: 'sk{hex:32}' }, { bad: 'TWILIO_AUTH_TOKEN={hex:32}' }],
  },
  {
    id: 'telegram-bot-token',
    title: 'Telegram bot token',
    why,
    cues: [/:AA[\w-]{33}/],
    pattern: /(?<![A-Za-z0-9:])(?:bot)?(?<value>\d{8,10}:AA[\w-]{33})(?![\w-])/g,
    entropy: 3.5,
    examples: [
      {
        bad: 'https://api.telegram.org/bot{digits:9}:AA{word:33}/sendMessage',
        good: '{digits:9}:AAxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
      },
    ],
  },
  {
    id: 'slack-token',
    title: 'Slack token',
    why,
    cues: [/xox[abceoprs][.-]/, /xapp-/],
    pattern:
      /(?<![A-Za-z0-9])(?:xox[abceoprs](?:\.xox[bp])?|xapp)-(?:[A-Za-z0-9]{1,200}-){1,6}[A-Za-z0-9]{8,200}(?![\w-])/g,
    shows: /^(?:xox[a-z]|xapp)-/,
    entropy: 3,
    accept: ({ value }) => /\d/.test(value),
    examples: [
      { bad: 'xoxb-{digits:12}-{digits:12}-{word:24}', good: 'xoxb-your-token-here-please' },
      { bad: 'xapp-1-A{upper:10}-{digits:13}-{hex:64}' },
      { bad: 'xoxe.xoxp-1-{word:160}' },
    ],
  },
  {
    id: 'chat-webhook',
    title: 'chat webhook address',
    why: 'Whoever has the address can write into your channel as your service.',
    cues: [/hooks\.slack\.com/i, /webhook\.office\.com/i, /chat\.googleapis\.com/i, /\/api\/webhooks\//i],
    pattern:
      /https:\/\/(?:hooks\.slack\.com\/(?:services|workflows|triggers)\/[\w/]{36,120}|(?:\w{1,20}\.)?discord(?:app)?\.com\/api\/webhooks\/\d{17,20}\/[\w-]{60,80}|[\w-]{1,60}\.webhook\.office\.com\/webhookb2\/[\w@/-]{60,250}|chat\.googleapis\.com\/v1\/spaces\/[\w-]{5,40}\/messages\?key=[\w-]{30,60}&token=[\w%-]{20,80})/gi,
    shows: /^https:\/\/[^/]+\//,
    entropy: 3.3,
    // The samples of the services' own manuals: T00000000/B00000000, "your/webhook/url".
    accept: ({ value }) => !/0{6}|1{6}/.test(value) && (/\d/.test(value.slice(30)) || isMixed(value.slice(50))),
    examples: [
      {
        bad: 'https://hooks.slack.com/services/T{upper:8}/B{upper:8}/{word:24}',
        good: 'https://hooks.slack.com/services/T00000000/B00000000/{letters:24}',
      },
      { bad: 'https://discord.com/api/webhooks/{digits:18}/{word:68}' },
      {
        bad: 'https://acme.webhook.office.com/webhookb2/{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}@{hex:36}/IncomingWebhook/{hex:32}/{hex:36}',
      },
      { bad: 'https://chat.googleapis.com/v1/spaces/{word:11}/messages?key={word:39}&token={word:43}' },
    ],
  },
  {
    id: 'discord-bot-token',
    title: 'Discord bot token',
    why,
    cues: [/discord/i],
    pattern: /(?<![\w.-])[MNO][A-Za-z0-9]{23,25}\.[\w-]{6}\.[\w-]{27,38}(?![\w.-])/g,
    entropy: 4,
    accept: ({ value, text }) => /\d/.test(value) && /discord/i.test(text),
    examples: [{ bad: 'DISCORD_TOKEN=M{word:23}.{word:6}.{word:27}' }],
  },
  {
    id: 'firebase-server-key',
    title: 'Firebase messaging server key',
    why: 'Whoever has it can send push messages to every phone that has your app.',
    cues: [/:APA91b/],
    pattern: /(?<![\w-])AAAA[\w-]{7}:APA91b[\w-]{134}(?![\w-])/g,
    shows: /^AAAA/,
    entropy: 3.5,
    examples: [{ bad: 'AAAA{word:7}:APA91b{word:134}' }],
  },
  {
    id: 'facebook-token',
    title: 'Facebook access token',
    why,
    cues: [/EAA[A-Z][A-Za-z0-9]{120}/],
    pattern: /(?<![A-Za-z0-9+/=_-])EAA[A-Z][A-Za-z0-9]{120,400}(?![A-Za-z0-9+/=_-])/g,
    shows: /^EAA/,
    entropy: 4,
    accept: ({ value }) => /\d/.test(value) && /[a-z]/.test(value),
    examples: [{ bad: 'EAAC{word:160}' }],
  },
  {
    id: 'ai-service-key',
    title: 'key of an AI service',
    why: 'Whoever has it can use the service at your cost, and often read what was sent to it.',
    cues: [/T3BlbkFJ/, /sk-(?:ant|or-v1)-/, /(?:xai|pplx)-[A-Za-z0-9]{20}/, /(?:r8|gsk|hf)_[A-Za-z0-9]{20}/],
    pattern:
      /(?<![A-Za-z0-9])(?:sk-(?:(?:proj|svcacct|admin|None)-)?[\w-]{20,100}T3BlbkFJ[\w-]{20,100}|sk-ant-(?:api|admin|sid|oat)\d\d-[\w-]{80,128}|sk-or-v1-[a-f0-9]{64}|xai-[A-Za-z0-9]{80}|pplx-[A-Za-z0-9]{48}|r8_[A-Za-z0-9]{37}|gsk_[A-Za-z0-9]{52}|hf_[A-Za-z]{34})(?![\w-])/g,
    shows: /^(?:sk-ant-|sk-or-v1-|sk-|xai-|pplx-|r8_|gsk_|hf_)/,
    entropy: 3.3,
    examples: [
      { bad: 'sk-{word:20}T3BlbkFJ{word:20}' },
      { bad: 'sk-proj-{word:74}T3BlbkFJ{word:74}' },
      { bad: 'sk-ant-api03-{word:93}AA' },
      { bad: 'sk-or-v1-{hex:64}' },
      { bad: 'xai-{word:80}' },
      { bad: 'pplx-{word:48}' },
      { bad: 'r8_{word:37}' },
      { bad: 'gsk_{word:52}' },
      { bad: 'hf_{letters:34}', good: 'hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' },
    ],
  },
])
