import { gunzipSync, inflateSync } from "node:zlib";
import { cardsIn, knownPackedIn, packedCardsIn } from "./card-search.ts";
import { within, type Find, type Known } from "./find.ts";
import { secretsIn } from "./secret-search.ts";

const DEEPEST = 3;
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
const MAX_FINDS = 50;
const BASE64 = /[A-Za-z0-9+/_-]{18,}={0,2}/g;
const HEX = /(?:[0-9a-fA-F]{2}){13,}/g;
const HASH_BYTES: ReadonlySet<number> = new Set([16, 20, 32, 48, 64]);
const GZIP = Buffer.from([0x1f, 0x8b, 0x08]);

export type Belongs = "here" | "elsewhere";

/** @param secrets whether this is the place where the secrets of the run belong */
export function sweepBytes(bytes: Buffer, known: Known, secrets: Belongs, depth = 0): readonly Find[] {
  const finds = new Map<string, Find>();
  const add = (found: readonly Find[]) => {
    for (const find of found)
      if (finds.size < MAX_FINDS)
        finds.set(`${find.kind} ${find.shown}`, finds.get(`${find.kind} ${find.shown}`) ?? find);
  };
  if (secrets === "elsewhere") add(secretsIn(bytes, known));
  for (const [name, text] of viewsOf(bytes)) {
    add(name === "" ? cardsIn(text, known.numbers) : within(name, cardsIn(text, known.numbers)));
    if (name !== "" && secrets === "elsewhere") add(within(name, secretsIn(Buffer.from(text), known)));
  }
  if (!isText(bytes)) add(knownPackedIn(bytes, known.numbers));
  // A hash has as many bytes, and digits by chance.
  if (!isText(bytes) && !HASH_BYTES.has(bytes.length)) add(packedCardsIn(bytes));
  if (depth < DEEPEST) {
    for (const [name, inner] of packedIn(bytes)) add(within(name, sweepBytes(inner, known, secrets, depth + 1)));
  }
  return [...finds.values()];
}

/** The same bytes as texts, as whoever wrote them may have meant them. */
function viewsOf(bytes: Buffer): readonly (readonly [string, string])[] {
  const text = bytes.toString("utf8");
  const views: (readonly [string, string])[] = [["", text]];
  if (text.includes("\0")) views.push(["UTF-16", text.replaceAll("\0", "")]);
  if (/\\u[0-9a-f]{4}/i.test(text))
    views.push([
      "JSON",
      text.replace(/\\u([0-9a-f]{4})/gi, (_all, code: string) => String.fromCharCode(parseInt(code, 16))),
    ]);
  if (/%[0-9a-f]{2}/i.test(text))
    views.push([
      "URL",
      text.replace(/%([0-9a-f]{2})/gi, (_all, code: string) => String.fromCharCode(parseInt(code, 16))),
    ]);
  return views;
}

function isText(bytes: Buffer): boolean {
  return bytes.every((byte) => byte >= 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
}

/** What lies in it in another form: compressed, or as base64 or hexadecimal. */
function* packedIn(bytes: Buffer): Generator<readonly [string, Buffer]> {
  for (let at = bytes.indexOf(GZIP); at !== -1; at = bytes.indexOf(GZIP, at + 1)) {
    const inner = unpacked(() => gunzipSync(bytes.subarray(at), { maxOutputLength: MAX_UNPACKED_BYTES }));
    if (inner !== undefined) yield [`gzip at ${at}`, inner];
  }
  if (bytes[0] === 0x78) {
    const inner = unpacked(() => inflateSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES }));
    if (inner !== undefined) yield ["zlib", inner];
  }
  const text = bytes.toString("latin1");
  for (const { 0: word, index } of text.matchAll(HEX)) yield [`hexadecimal at ${index}`, Buffer.from(word, "hex")];
  for (const { 0: word, index } of text.matchAll(BASE64)) {
    // Only what turns into a text, or into what was compressed, was anything.
    const inner = Buffer.from(word, "base64url");
    if (isText(inner) || inner.indexOf(GZIP) === 0) yield [`base64 at ${index}`, inner];
  }
}

function unpacked(unpack: () => Buffer): Buffer | undefined {
  try {
    return unpack();
  } catch {
    return undefined;
  }
}
