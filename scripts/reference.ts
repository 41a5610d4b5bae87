/** Generated files that need the units themselves: path -> text. */
export async function referencePages(): Promise<Map<string, string>> {
  return new Map()
}
