import canonicalize from "canonicalize";
import { assert } from "./assert.ts";
import type { Json } from "./json.ts";

/** Canonical JSON of RFC 8785: two values that mean the same have the same text. */
export function canonicalJson(value: Json): string {
  const text = canonicalize(value);
  assert(text !== undefined, "a value without JSON was to be made canonical");
  return text;
}
