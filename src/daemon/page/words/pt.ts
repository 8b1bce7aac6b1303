import { PORTUGUESE_FEATURES } from "./feature-pt.ts";
import { PORTUGUESE_SHELL } from "./shell-pt.ts";
import type { Words } from "./words.ts";

export const words: Words = { ...PORTUGUESE_SHELL, ...PORTUGUESE_FEATURES };
