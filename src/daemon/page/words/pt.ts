import { PORTUGUESE_SHELL } from "./shell-pt.ts";
import type { Words } from "./words.ts";

export const words: Words = PORTUGUESE_SHELL;
