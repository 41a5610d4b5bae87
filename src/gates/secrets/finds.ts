import type { FindingKind } from '../../core/finding.ts'

/** Ids of what the secrets gate reports besides the kinds of secrets. */
export const finds: readonly FindingKind[] = [
  {
    id: 'more-secrets',
    title: 'More secrets than are listed',
    why: 'A list that long is rarely read; most of it usually comes from one folder.',
    instead: 'Take out what is listed, or allow its folder with a reason, and push again to see the rest.',
  },
  {
    id: 'file-too-big',
    title: 'A file that was not looked at whole',
    why: 'What was not looked at may hold a secret.',
    instead: 'Raise `maxFileSize` of the gate `secrets` in .shiprc, or keep files this large out of git.',
  },
  {
    id: 'archive-not-searched',
    title: 'An archive, which is not looked into',
    why: 'A secret inside one leaks like any other.',
    instead: 'Make sure that nobody packed more than was meant, for example with: tar -tf, unzip -l',
  },
  {
    id: 'unused-allow',
    title: 'An entry of `allow` that allows nothing',
    why: 'An entry that is not needed may one day let a real secret through.',
    instead: 'Remove it from `allow` of the gate `secrets` in .shiprc.',
  },
]
