import { NoAnswer, NotConnected, RequestRefused } from "../../client/errors.ts";
import type { Words } from "./words/words.ts";

/** Why a request failed, for a person. Rethrows what is no fault of the world. */
export function faultText(error: unknown, words: Words): string {
  if (error instanceof RequestRefused) return error.message;
  if (error instanceof NoAnswer) return words.faults.noAnswer;
  if (error instanceof NotConnected) return words.faults.notConnected;
  throw error;
}
