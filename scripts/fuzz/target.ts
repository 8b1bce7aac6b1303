/** What is fuzzed: a parser, or a whole machine, that takes bytes of a stranger. */
export type Target = {
  /** Inputs that mean something: recordings, fixtures, vectors of specifications. Mutations begin with them. */
  readonly seeds: readonly Uint8Array[];
  /** Words that a stranger would know, beside those that stand in the sources under test. */
  readonly words?: readonly string[];
  /** Longer inputs are not tried. */
  readonly maxBytes?: number;
  /** Throws, or rejects, where a promise of the parser is broken. */
  run(input: Uint8Array): void | Promise<void>;
};

export type NamedTarget = {
  readonly name: string;
  /** How many inputs every change has to bear: always the same ones. About a minute's. */
  readonly repeatableRuns: number;
  /** Opens what it needs; all of it ends with the thread. */
  readonly open: () => Target | Promise<Target>;
};

/** Of a module that exports `targets`. It is loaded in a thread of its own, after the sources under test can be watched. */
export type TargetModule = { readonly targets: readonly NamedTarget[] };

export const DEFAULT_MAX_BYTES = 16_384;
