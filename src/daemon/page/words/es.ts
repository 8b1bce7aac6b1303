import { SPANISH_SHELL } from "./shell-es.ts";
import { SPANISH_TOLD } from "./told-es.ts";
import type { Words } from "./words.ts";

export const words: Words = { ...SPANISH_SHELL, told: SPANISH_TOLD };
