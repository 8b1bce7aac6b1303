import type { Json } from "../core/json.ts";

/** Reads JSON of a limited depth; undefined where the text is not JSON or nests deeper. Never throws. */
export function parseJson(text: string, maxDepth: number): Json | undefined {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  return isWithinDepth(value, maxDepth) ? value : undefined;
}

function isWithinDepth(value: Json, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((item: Json) => isWithinDepth(item, depth - 1));
}
