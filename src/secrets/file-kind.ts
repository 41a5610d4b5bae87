import type { FileKind } from './rule.ts'

const envName = /^(?:\.env(?:\..+)?|.*\.env|\.envrc|.*\.tfvars)$/i
const configExtension = /^\.(?:ya?ml|toml|ini|cfg|cnf|conf|config|properties|service|plist|tf|neon|env)$/
const configName =
  /^(?:dockerfile.*|\.my\.cnf|\.npmrc|\.pypirc|\.netrc|\.yarnrc|\.s3cfg|\.boto|credentials|docker-compose.*)$/i
const generatedName =
  /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lock|composer\.lock|gemfile\.lock|cargo\.lock|poetry\.lock|uv\.lock|pipfile\.lock|pdm\.lock|go\.sum|mix\.lock|flake\.lock|podfile\.lock|packages\.lock\.json|deno\.lock|.*\.min\.(?:js|css|mjs)|.*\.map|.*\.svg|.*\.snap|.*\.po|.*\.pot|.*\.ipynb|.*\.lock)$/i
const vendoredFolder = /(?:^|\/)(?:\.yarn|node_modules|bower_components|vendor|third[_-]party)\//i
const exampleFolder =
  /(?:^|\/)(?:tests?|specs?|__tests__|__mocks__|__fixtures__|__snapshots__|[\w-]{0,30}fixtures?|cassettes|testdata|test[-_]data|testing|testutils?|mocks?|stubs?|examples?|samples?|demos?|docs?|documentation|e2e|cypress|benchmarks?|lang|locales?|i18n|translations?)\//i
const exampleName =
  /(?:[._-](?:test|tests|spec|mock|mocks|fixture|stub|example|sample|dist|template|tpl|stories)\.[^/]+|\.(?:md|mdx|rst|adoc|example|sample|dist|template|tpl|testing|test)|^(?:test_[^/]+|test(?:ing)?\.[^/]+|[^/]*Tests?\.(?:php|java|cs|kt|swift|py)|readme[^/]*|phpunit[^/]*\.xml[^/]*|changelog[^/]*))$/i

/** What a path alone tells. git's quoted form of a name that is not UTF-8 (`"caf\351.env"`) is read without its quotes. */
export function fileKind(path: string): FileKind {
  const bare = path.startsWith('"') && path.endsWith('"') ? path.slice(1, -1) : path
  const name = bare.slice(bare.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 ? name.slice(dot).toLowerCase() : ''
  const env = envName.test(name)
  return {
    env,
    config: env || configExtension.test(extension) || configName.test(name),
    generated: generatedName.test(name) || vendoredFolder.test(bare),
    example: exampleFolder.test(bare) || exampleName.test(name),
    extension,
  }
}

/** Two paths with the same key are judged alike: the same content under both is one scan. */
export function kindKey(kind: FileKind): string {
  return `${kind.env ? 'e' : ''}${kind.config ? 'c' : ''}${kind.generated ? 'g' : ''}${kind.example ? 'x' : ''}${kind.extension}`
}
