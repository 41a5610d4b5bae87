import { cargo } from './cargo.ts'
import { composer } from './composer.ts'
import { go } from './go.ts'
import { javascript } from './javascript.ts'
import type { Ecosystem } from './manifest.ts'
import { python } from './python.ts'

/** Every package manager that says which packages a repository has. */
export const ecosystems: readonly Ecosystem[] = [javascript, composer, go, cargo, python]
