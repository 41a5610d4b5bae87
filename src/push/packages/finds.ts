import type { FindingKind } from '../../core/finding.ts'

/** Ids of what is said about the packages of a push. */
export const finds: readonly FindingKind[] = [
  {
    id: 'package-manifest',
    title: 'A manifest of a package that cannot be read',
    why: 'Nobody can tell which packages there are and which of them this push concerns.',
    instead: 'Mend the file that is named and push again.',
  },
  {
    id: 'package-missing',
    title: 'The config names a package that is not there',
    why: 'What is written there does nothing: no gate is asked because of it.',
    instead: 'Correct the folder in `packages` of .shiprc, or take the entry out.',
  },
  {
    id: 'package-gone',
    title: 'A push that takes a package away, and its gates with it',
    why: 'If the package only moved, nothing is asked about it in its new place.',
    instead: 'If it moved, name its new folder in `packages` of .shiprc.',
  },
]
