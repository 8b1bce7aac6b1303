import { GERMAN_SHELL } from "./shell-de.ts";
import { GERMAN_TOLD } from "./told-de.ts";
import type { Words } from "./words.ts";

export const words: Words = { ...GERMAN_SHELL, told: GERMAN_TOLD };
