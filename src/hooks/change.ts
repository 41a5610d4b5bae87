/** One change to the disk. A plan is performed in order; at no moment is a hook that was there without a successor. */
export type Change =
  | { readonly does: 'make-folder'; readonly path: string }
  | {
      readonly does: 'write'
      readonly path: string
      readonly content: string | Uint8Array
      readonly mode: number
      /** What is overwritten: a foreign hook that was put aside before counts as nothing. */
      readonly replaces: 'nothing' | 'ours' | 'foreign'
    }
  /** The user's own file, kept under another name. */
  | {
      readonly does: 'keep'
      readonly path: string
      readonly from: string
      readonly content: Uint8Array
      readonly mode: number
    }
  | { readonly does: 'move'; readonly from: string; readonly path: string }
  | { readonly does: 'copy-package'; readonly from: string; readonly path: string }
  | { readonly does: 'remove'; readonly path: string }
  | { readonly does: 'remove-if-empty'; readonly path: string }
  /** In the config of this clone; `path` is that file. */
  | { readonly does: 'set-config'; readonly path: string; readonly section: string; readonly values: ConfigValues }
  | { readonly does: 'unset-config'; readonly path: string; readonly section: string }

export type ConfigValues = Readonly<Record<string, string>>
