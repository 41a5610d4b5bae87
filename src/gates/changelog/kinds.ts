/** The kinds of change of Keep a Changelog 1.1 (https://keepachangelog.com/en/1.1.0/), in its order. */
export const kinds = ['added', 'changed', 'deprecated', 'removed', 'fixed', 'security'] as const
export type Kind = (typeof kinds)[number]
