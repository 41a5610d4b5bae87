/** Shannon entropy in bits a character. */
export function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  let bits = 0
  let total = 0
  for (const count of counts.values()) total += count
  for (const count of counts.values()) bits -= (count / total) * Math.log2(count / total)
  return bits
}

// The samples of RFC 5849 and RFC 6749 are in every OAuth library. Otherwise six letters and more: in a random token of 40 characters such a word turns up once in millions.
const telling =
  /example|placeholder|^samples?[-_]|change[-_ ]?(?:me|this|it)\b|changeme|redacted|replace[-_ ]?(?:me|this|with)|dummy[-_]|insert[-_ ]|not[-_ ]?a?[-_ ]?(?:real|secret)|\byour[-_]|\[masked|removed|s6bhdrkqt3|2yotnfzfejr1|tgzv3jokf0xg|ad180jjd733k|czzcagrsa3f0mz|x{6,}|\*{3,}|\.{3,}|…|-{5,}|_{5,}/i
const reference = /\$\{|\$\(|\{\{|<%|%\(|#\{|^\$\w|^<.*>$|^\{[^}]*\}$|^%\w+%$|^@\w+@$|^env\(|^!\w|\{\w+:\w+\}/

/** A value that plainly stands for another one, or is read from elsewhere: `${TOKEN}`, `<your key>`, `xxxxxxxx`, `EXAMPLEKEY`. */
export function isPlaceholder(value: string): boolean {
  return telling.test(value) || reference.test(value) || hasRun(value, 8) || /(.{2,4})\1{3}/.test(value)
}

// 01234567, abcdefgh, aaaaaaaa, also downwards and whatever the case: fingers on a keyboard, not a random number.
function hasRun(value: string, length: number): boolean {
  const lower = value.toLowerCase()
  for (const step of [1, 0, -1]) {
    let run = 1
    for (let i = 1; i < lower.length; i++) {
      run = lower.charCodeAt(i) - lower.charCodeAt(i - 1) === step ? run + 1 : 1
      if (run >= length) return true
    }
  }
  return false
}

const everyday = new Set(
  `password passwd passw0rd pass passphrase pwd secret secrets mysecret mypassword my-secret topsecret supersecret changeit token mytoken
   key apikey api_key mykey admin administrator root user username guest test testing tester tests test1234 testpass demo foo bar baz foobar
   qwerty letmein default none null nil undefined true false yes no on off empty string text number integer boolean hidden required optional
   nullable hashed encrypted array object any unknown value values example sample local localhost development dev staging production prod
   postgres postgresql mysql mariadb mongo mongodb redis rabbitmq minio minioadmin elastic sa laravel homestead symfony wordpress drupal django
   rails app application docker vagrant sail forge ci github gitlab travis circle secret123 password1 password12 password123 admin123 root123
   123 1234 12345 123456 1234567 12345678 123456789 1234567890 abc123 abcd1234 asdf asdfasdf hunter2 correcthorsebatterystaple s3cr3t p@ssw0rd
   anonymous anoncvs pserver bearer basic digest oauth jwt base64 md5 sha1 sha256 bcrypt argon2 argon2id plain plaintext file auto manual disabled enabled`.split(
    /\s+/,
  ),
)

/** A value that nobody would call secret: one of the words everybody uses, a number, a repetition. */
export function isEveryday(value: string): boolean {
  const lower = value.toLowerCase()
  if (everyday.has(lower) || everyday.has(lower.replace(/[\W_]/g, ''))) return true
  if (/^[\d.,:-]*$/.test(value) && value.length < 12) return true
  if (new Set(lower).size < 4) return true
  // "test-password", "my_secret_key": nothing but everyday words.
  const words = lower.split(/[^a-z0-9]+/).filter(word => word !== '')
  return (
    words.length > 0 &&
    words.every(word => everyday.has(word) || /^(my|the|a|is|for|of|your|super|very|some|dummy|fake)$/.test(word))
  )
}

/** Capitals and small letters: what sets a random token of letters apart from a name in one case. */
export function isMixed(value: string): boolean {
  return /[A-Z]/.test(value) && /[a-z]/.test(value)
}

// First letter, then the letters that follow it in 98.5 % of the pairs in words and identifiers of ordinary code (counted over 80,000 of them).
const followers = new Map(
  `abcdfgiklmnprstuvwxy baehijlorsu cacehiklmorstuy dacdegijlorsuy eabcdefgilmnopqrstuvwxy faefilortuy gaeghilnorstu haeimoprtu
   iabcdefgilmnoprstvxz jaeos kaeios ladefilopstuvy mabeilmopsuy nacdefgiklnopstuvy oabcdefgiklmnoprstuvw padehiloprstuy qlu
   racdefgiklmnoprstuvy sacehiklmopqstuwy tacefhilmnoprstuwy uabcdegilmnprst vaeio waehinorsw xaceipt ymnoprst zae`
    .split(/\s+/)
    .map(letters => [letters[0]!, new Set(letters.slice(1))]),
)

/** How many of the pairs of letters in a text are rare in words, from 0 to 1: below 0.2 for nearly every name, above 0.25 for nearly every random token. */
export function rarity(text: string): { rare: number; pairs: number } {
  const lower = text.toLowerCase()
  let pairs = 0
  let rare = 0
  for (let i = 1; i < lower.length; i++) {
    const usual = followers.get(lower[i - 1]!)
    if (usual === undefined || !followers.has(lower[i]!)) continue
    pairs++
    if (!usual.has(lower[i]!)) rare++
  }
  return { rare: pairs === 0 ? 0 : rare / pairs, pairs }
}

/** Whether a value looks drawn at random by a machine rather than named by a person: few pairs of letters as in words, many different signs. */
export function looksRandom(value: string): boolean {
  if (value.length < 15 || isPlaceholder(value) || isEveryday(value)) return false
  if (!/^[\w+/=.~!@#$%^&*:|-]+$/.test(value)) return false
  const bare = value.replace(/[^A-Za-z0-9]/g, '')
  if (bare.length < 14 || bare.length < value.length * 0.7) return false
  if (isDrawn(bare)) return true
  // A random part behind a word: `prod_key_4f9c…`.
  return value.split(/[^A-Za-z0-9]+/).some(part => part.length >= 20 && isDrawn(part))
}

function isDrawn(bare: string): boolean {
  const bits = entropy(bare)
  if (/^[0-9a-f]+$/i.test(bare)) return bits >= 2.7 && /\d/.test(bare) && /[a-f]/i.test(bare)
  if (bits < 3.1) return false
  const { rare, pairs } = rarity(bare)
  const hasDigits = /\d/.test(bare)
  if (pairs < 5) return hasDigits && /[A-Za-z]/.test(bare) && bare.length / bare.match(/[A-Za-z]+|\d+/g)!.length < 2.6
  // Figures between nearly all letters: `k3x9w2…`.
  const runs = bare.match(/[A-Za-z]+|\d+/g)!.length
  if (runs >= 8 && bare.length / runs < 2.2) return true
  return hasDigits ? rare >= 0.22 : rare >= (isMixed(bare) ? 0.25 : 0.33)
}

/** `My-Secret-Name2`, `Palavra-passe`: words with separators or capitals, as labels and identifiers are. */
export function isWordy(value: string): boolean {
  const words = value.split(/[^\p{L}\d]+|(?<=[\p{Ll}\d])(?=\p{Lu})/u).filter(word => word !== '')
  return words.length > 1 && words.every(word => /^\p{Lu}?\p{Ll}+\d{0,4}$|^\p{Lu}{2,}$|^\d{1,4}$/u.test(word))
}

/** A password as a person would choose one for something real: at least 8 characters of three kinds, and no known default. */
export function looksChosen(value: string): boolean {
  if (value.length < 8 || value.length > 128 || isPlaceholder(value) || isEveryday(value)) return false
  if (/\s/.test(value) || isWordy(value) || (/[^ -~]/.test(value) && !/\d/.test(value))) return false
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\d/, /[^\p{L}\d]/u].filter(kind => kind.test(value)).length
  return kinds >= 3 && entropy(value) >= 2.6
}

/** `thisIsMyDog11`: words and at least two figures, as people choose passwords. */
export function isWordsAndFigures(value: string): boolean {
  return (
    value.length >= 10 &&
    value.length <= 64 &&
    /^[\p{L}\d!@#$._-]+$/u.test(value) &&
    /\d{2}/.test(value) &&
    /\p{L}{3}/u.test(value)
  )
}
