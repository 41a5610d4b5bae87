// JSON.stringify escapes what JSON demands, and lone surrogates. C1 controls, bidirectional overrides and invisible characters would still reach
// a terminal, and `<` a script element. All of them stand inside strings only, where \u means the same.
export function escapedJson(json: string): string {
  return json.replace(
    /[<\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
