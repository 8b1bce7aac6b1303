import type { ShellWords } from "./shell-words.ts";
import type { ToldWords } from "./told-words.ts";

/** What the shell and its own views say in one language. What is loaded when somebody goes there has words of its own in its folder. */
export type Words = ShellWords & { readonly told: ToldWords };
