const endings = ['json', 'yaml', 'yml', 'js', 'cjs', 'mjs', 'ts'] as const

/** Where a config may be, in the order in which it is looked for: the first one wins. Only at the top of the repository. `package.json` counts when it has the key `ship`. */
export const configFileNames: readonly string[] = [
  '.shiprc',
  ...endings.map(ending => `.shiprc.${ending}`),
  ...endings.map(ending => `ship.config.${ending}`),
  'package.json',
]

/** Whether a config of this name is a program that is run to be read. */
export function isCodeConfig(name: string): boolean {
  return /\.(js|cjs|mjs|ts)$/.test(name)
}
