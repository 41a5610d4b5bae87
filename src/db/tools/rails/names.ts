// How Active Record makes names of tables, indexes and columns of other names.

/** Inflector's usual cases; words of its own that a project teaches it are not known here. */
export function plural(word: string): string {
  if (/(?:s|x|z|ch|sh)$/.test(word)) return /ss$|us$|[^s]s$/.test(word) && !/ss$|us$/.test(word) ? word : `${word}es`
  if (/[^aeiou]y$/.test(word)) return word.replace(/y$/, 'ies')
  if (/person$/.test(word)) return word.replace(/person$/, 'people')
  return `${word}s`
}

/** `LineItem`, `Shop::LineItem` */
export function tableOfModel(model: string): string {
  const name = model.split('::').at(-1)!
  return plural(name.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase())
}

/** https://api.rubyonrails.org/classes/ActiveRecord/ConnectionAdapters/SchemaStatements.html, create_join_table */
export function joinTable(first: string, second: string): string {
  return [first, second]
    .sort()
    .join('\0')
    .replace(/^(.*_)(.+)\0\1(.+)/, '$1$2_$3')
    .replace('\0', '_')
}

export function indexName(table: string, columns: readonly string[]): string {
  return `index_${table}_on_${columns.join('_and_')}`
}
