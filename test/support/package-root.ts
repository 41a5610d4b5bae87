import { dirname, join } from 'node:path'

export const sourceRoot = dirname(dirname(import.meta.dirname))

/** The built package, laid out as npm would install it: `<somewhere>/node_modules/ship-guard`. */
export const packageFolder = process.env.SHIP_GUARD_TEST_PACKAGE ?? sourceRoot

/** The built command, as `npx ship-guard` would start it. */
export const shipGuardBin = join(packageFolder, 'dist', 'main.js')
