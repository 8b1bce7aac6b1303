/** A rule of docs/exactly-once.md by its number, or what stands below them: amounts that are compared, and who may ask at all. */
export type Rule = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | "amounts" | "access";

/** A test by its own name, which is told once in its file. */
export type TestName = { readonly file: string; readonly name: string };

/** One mistake that somebody could make in the sources, and the test that would not let it pass. */
export type Mutant = {
  readonly id: string;
  readonly rule: Rule;
  /** What would happen in the shop. */
  readonly breaks: string;
  /** Relative to the clone. */
  readonly file: string;
  /** The text that the mistake takes the place of; it is there exactly once. */
  readonly find: string;
  readonly replace: string;
  readonly killedBy: TestName;
  /** Where it is not the test but the product itself that notices the mistake, and ends the process before money moves. */
  readonly diesBy?: "ownAssertion";
};
