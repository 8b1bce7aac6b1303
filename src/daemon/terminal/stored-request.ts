import { assert } from "../../core/assert.ts";
import type { HttpRequest } from "../../core/http.ts";

/**
 * A request as `dispatched` keeps it, in the form in which it leaves but for what its seal adds: request line, headers, an empty
 * line, body. A repeat sends the same bytes, so what is written must read back as it was.
 */
export function writeStoredRequest({ method, path, headers, body }: HttpRequest): Uint8Array {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`${method} ${path} HTTP/1.1`, ...lines];
  assert(!head.some((line) => /[\r\n]/.test(line)), "a driver put a line break into a header");
  const text = new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n`);
  const whole = new Uint8Array(text.length + body.length);
  whole.set(text);
  whole.set(body, text.length);
  return whole;
}

/** Undefined where another version of this program, or somebody else, wrote it otherwise. */
export function readStoredRequest(bytes: Uint8Array): HttpRequest | undefined {
  const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = new TextDecoder().decode(bytes.subarray(0, end)).split("\r\n");
  const [, method, path] = /^(\S+) (\S+) HTTP\/1\.1$/.exec(first) ?? [];
  if (path === undefined || !isMethod(method)) return undefined;
  const headers: [string, string][] = [];
  for (const line of lines) {
    const [, name, value] = /^([^:\s]+): (.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return undefined;
    headers.push([name, value]);
  }
  return { method, path, headers: Object.fromEntries(headers), body: bytes.slice(end + 4) };
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

function isMethod(text: string | undefined): text is HttpRequest["method"] {
  return METHODS.some((method) => method === text);
}
