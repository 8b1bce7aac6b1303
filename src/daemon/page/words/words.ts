import type { FeatureWords } from "./feature-words.ts";
import type { ShellWords } from "./shell-words.ts";

/** Everything that the page says in one language. */
export type Words = ShellWords & FeatureWords;
