/** What a changeset may ask for a package. */
export const bumps = ['major', 'minor', 'patch', 'none'] as const
