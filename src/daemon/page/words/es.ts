import { SPANISH_FEATURES } from "./feature-es.ts";
import { SPANISH_SHELL } from "./shell-es.ts";
import type { Words } from "./words.ts";

export const words: Words = { ...SPANISH_SHELL, ...SPANISH_FEATURES };
