// What the surface and its page tell each other, as JSON. The page runs in a browser: nothing of Node may be needed to read this.

export interface PageReview {
  readonly environment: string
  readonly host: string
  /** The deployed commit, and how that is known. */
  readonly base: string
  readonly into?: string
  /** Where the commit is put. */
  readonly ref: string
  readonly seenAt?: number
  readonly partial: boolean
  readonly notes: readonly string[]
  readonly classes: readonly PageClass[]
  /** By class, then by folder and name. */
  readonly items: readonly PageItem[]
}

export interface PageClass {
  readonly id: string
  readonly title: string
  readonly held: boolean
}

export interface PageItem {
  readonly id: number
  /** Without control characters and bidirectional overrides. */
  readonly path: string
  readonly from?: string
  readonly class: string
  readonly change: string
  readonly content: 'text' | 'binary' | 'image' | 'unknown'
  /** Bytes there; of a deleted file as it was. */
  readonly size?: number
  readonly mtime?: number
  readonly upload?: true
  readonly ignored?: true
  /** `free`: may be ticked. `liftable`: a person may lift what holds it. */
  readonly state: 'free' | 'liftable' | 'held'
  readonly proposed?: true
  readonly conflict?: string
  readonly sameHere?: true
}

/** What is shown of one item. */
export interface PageDetail {
  readonly holds: readonly PageHold[]
  readonly facts: readonly (readonly [label: string, value: string])[]
  readonly hosts: readonly { readonly host: string; readonly holds: string }[]
  readonly body: PageBody
}

export interface PageHold {
  readonly title: string
  readonly because: string
  readonly details: readonly string[]
  /** What to do about it. */
  readonly instead: string
}

export type PageBody =
  | {
      readonly kind: 'text'
      readonly rows: readonly PageRow[]
      readonly notes: readonly string[]
      readonly masked: boolean
    }
  | { readonly kind: 'images'; readonly before?: PageImage; readonly after?: PageImage }
  /** Nothing to look at, and why. */
  | { readonly kind: 'nothing'; readonly because: string }

export interface PageImage {
  readonly type: string
  readonly width: number
  readonly height: number
  readonly size: number
}

export type PageRow =
  | { readonly kind: 'same' | 'changed'; readonly left?: PageLine; readonly right?: PageLine }
  /** Lines that are equal on both sides and left out. */
  | { readonly kind: 'skipped'; readonly lines: number }

export interface PageLine {
  /** From 1. */
  readonly number: number
  readonly parts: readonly PagePart[]
}

/** Text, and whether it is what changed within the line. */
export type PagePart = readonly [text: string, marked: boolean]

/** What a person decided, as the page says it. */
export interface PageDraft {
  readonly ticked: readonly number[]
  readonly lifted: readonly (readonly [id: number, reason: string])[]
}

/** What would be committed. */
export interface PagePlan {
  readonly tree: string
  readonly ticked: number
  readonly bytes: number
  readonly added: number
  readonly changed: number
  readonly deleted: number
  readonly renamed: number
  readonly lifted: number
  readonly conflicts: number
  readonly held: number
}
