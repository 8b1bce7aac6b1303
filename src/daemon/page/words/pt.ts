import { PORTUGUESE_SHELL } from "./shell-pt.ts";
import { PORTUGUESE_TOLD } from "./told-pt.ts";
import type { Words } from "./words.ts";

export const words: Words = { ...PORTUGUESE_SHELL, told: PORTUGUESE_TOLD };
