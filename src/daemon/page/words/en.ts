import { ENGLISH_SHELL } from "./shell-en.ts";
import { ENGLISH_TOLD } from "./told-en.ts";
import type { Words } from "./words.ts";

export const words: Words = { ...ENGLISH_SHELL, told: ENGLISH_TOLD };
