import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";

/** Where two values come apart first, and what is there. */
export type Difference = { readonly path: string; readonly recorded: string; readonly now: string };

const LONGEST_SHOWN = 200;

/** Both are plain JSON; the order of fields means nothing. Undefined where they are the same. */
export function firstDifference(recorded: Json | undefined, now: Json | undefined, path = ""): Difference | undefined {
  if (Array.isArray(recorded) && Array.isArray(now)) {
    const [ones, others] = [recorded as readonly Json[], now as readonly Json[]];
    for (let index = 0; index < Math.max(ones.length, others.length); index += 1) {
      const found = firstDifference(ones[index], others[index], `${path}[${index}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (isJsonObject(recorded) && isJsonObject(now)) {
    for (const name of new Set([...Object.keys(recorded), ...Object.keys(now)])) {
      const found = firstDifference(own(recorded, name), own(now, name), path === "" ? name : `${path}.${name}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return recorded === now ? undefined : { path, recorded: shown(recorded), now: shown(now) };
}

function own(fields: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function shown(value: Json | undefined): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text;
}
