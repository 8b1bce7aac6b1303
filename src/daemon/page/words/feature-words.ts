/** What the views beside the shell's own say: a field for each of them. The compiler sees that no language lacks a word. */
export type FeatureWords = Readonly<Record<never, never>>;
