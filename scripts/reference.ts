import { reportSchema } from '../src/report/json-shape.ts'

/** Generated files that need the units themselves: path -> text. */
export async function referencePages(): Promise<Map<string, string>> {
  return new Map([['report.schema.json', json(reportSchema())]])
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
