import type { Json } from "../core/json.ts";
import { decodeUtf8 } from "./utf8.ts";

type ReadJson = { readonly kind: "value"; readonly value: Json } | { readonly kind: "fault"; readonly why: string };

const fault = (why: string): ReadJson => ({ kind: "fault", why });

/**
 * Reads bytes that must be one JSON text that everybody reads alike: UTF-8 without a byte order mark, of a limited depth, and no
 * name twice in an object, because what is signed must not mean one thing here and another thing there. Never throws.
 */
export function readStrictJson(bytes: Uint8Array, maxDepth: number): ReadJson {
  const text = decodeUtf8(bytes);
  return text === undefined ? fault("not UTF-8") : parseStrictJson(text, maxDepth);
}

export function parseStrictJson(text: string, maxDepth: number): ReadJson {
  if (isDeeper(text, maxDepth)) return fault(`JSON of more than ${maxDepth} levels`);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return fault("not JSON");
  }
  return hasNameTwice(text) ? fault("JSON with the same name twice in an object") : { kind: "value", value };
}

type Token =
  { readonly kind: "open" | "close" } | { readonly kind: "string"; readonly start: number; readonly end: number };

/** The brackets and strings of a text, JSON or not. Looks at each character once. */
function* tokensOf(text: string): Generator<Token> {
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === "{" || character === "[") yield { kind: "open" };
    else if (character === "}" || character === "]") yield { kind: "close" };
    else if (character === '"') {
      const start = index;
      for (index += 1; index < text.length && text[index] !== '"'; index += 1) if (text[index] === "\\") index += 1;
      yield { kind: "string", start, end: index + 1 };
    }
  }
}

function isDeeper(text: string, maxDepth: number): boolean {
  let depth = 0;
  for (const { kind } of tokensOf(text)) {
    if (kind === "open") depth += 1;
    else if (kind === "close") depth -= 1;
    if (depth > maxDepth) return true;
  }
  return false;
}

const COLON = /[ \t\r\n]*:/y;

/** Of a text that is JSON. Names are compared as they are meant, whatever their escapes. */
function hasNameTwice(text: string): boolean {
  const open: Set<string>[] = [];
  for (const token of tokensOf(text)) {
    if (token.kind === "open") open.push(new Set());
    if (token.kind === "close") open.pop();
    if (token.kind !== "string") continue;
    COLON.lastIndex = token.end;
    if (!COLON.test(text)) continue;
    const name = JSON.parse(text.slice(token.start, token.end)) as string;
    if (open.at(-1)?.has(name) === true) return true;
    open.at(-1)?.add(name);
  }
  return false;
}

/** JSON in ASCII alone: other characters are escaped, so that every reader and signer sees the same bytes, whatever its encoding. */
export function toAsciiJson(value: Json): string {
  return JSON.stringify(value).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
