/** A piece of the stream. Laid end to end the pieces are the stream again: nothing but white space at its end is lost. */
export type JsonPiece =
  /** One JSON object by its braces, with the white space before it. It may still be malformed inside. */
  | { readonly kind: "frame"; readonly bytes: Uint8Array }
  | { readonly kind: "discarded"; readonly bytes: Uint8Array; readonly why: string };

export type JsonObjectLimits = { readonly maxBytes: number; readonly maxDepth: number };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const NO_OBJECT = "no JSON object";

const codesOf = (characters: string): ReadonlySet<number> =>
  new Set(Array.from(characters, (character) => character.charCodeAt(0)));
const WHITE_SPACE = codesOf(" \t\r\n");
/** What may stand outside a string: punctuation, numbers, and the letters of true, false and null. */
const OUTSIDE_STRINGS = codesOf('{}[]:,"+-.0123456789eEtrufalsn \t\r\n');
const BEFORE_STRING = codesOf("{[:,");
const BEFORE_OBJECT = codesOf("[:,");

/** Where a scan of the object that begins at the first brace stands. */
type Scan = { depth: number; inString: boolean; escaped: boolean; lastOutside: number };

const newScan = (): Scan => ({ depth: 0, inString: false, escaped: false, lastOutside: 0 });

/**
 * Takes one more byte of an object. The grammar is checked just far enough that an object torn in the middle does not swallow
 * the whole one behind it: the first byte that cannot follow ends the scan.
 */
function advance(scan: Scan, byte: number, maxDepth: number): "more" | "complete" | "broken" {
  if (scan.inString) {
    if (byte < 0x20) return "broken";
    if (scan.escaped) scan.escaped = false;
    else if (byte === BACKSLASH) scan.escaped = true;
    else if (byte === QUOTE) scan.inString = false;
    return "more";
  }
  if (!OUTSIDE_STRINGS.has(byte)) return "broken";
  if (WHITE_SPACE.has(byte)) return "more";
  const before = scan.lastOutside;
  scan.lastOutside = byte;
  if (byte === QUOTE) {
    scan.inString = true;
    return BEFORE_STRING.has(before) ? "more" : "broken";
  }
  if (before === OPEN && byte !== CLOSE) return "broken";
  if (byte === OPEN) {
    scan.depth += 1;
    return scan.depth <= maxDepth && (scan.depth === 1 || BEFORE_OBJECT.has(before)) ? "more" : "broken";
  }
  if (byte === CLOSE) scan.depth -= 1;
  return scan.depth === 0 ? "complete" : "more";
}

/**
 * Cuts a byte stream into JSON objects that follow each other with nothing but white space between them; which objects come out
 * does not depend on how the stream was chunked. After a broken or overlong object the search goes on at its next brace, and
 * because depth is limited no byte is looked at more than `maxDepth` times.
 */
export class JsonObjectFramer {
  readonly #limits: JsonObjectLimits;
  /** What no piece holds yet is `#held` from `#front` to `#end`. */
  #held = new Uint8Array(256);
  #front = 0;
  #end = 0;
  #scanned = 0;
  /** Where the object that is being scanned begins, or the white space before the next one; undefined while there is none. */
  #objectAt: number | undefined;
  #spaceAt: number | undefined;
  #scan = newScan();
  #why = NO_OBJECT;

  constructor(limits: JsonObjectLimits) {
    this.#limits = limits;
  }

  push(chunk: Uint8Array): readonly JsonPiece[] {
    this.#hold(chunk);
    const pieces: JsonPiece[] = [];
    while (this.#scanned < this.#end) {
      if (this.#objectAt === undefined) this.#search();
      else this.#follow(this.#objectAt, pieces);
    }
    this.#discard(this.#spaceAt ?? this.#objectAt ?? this.#end, pieces);
    if (this.#objectAt === undefined && this.#end - this.#front >= this.#limits.maxBytes)
      this.#discard(this.#end, pieces);
    return pieces;
  }

  /** The stream ended or paused for good: what is left over. White space alone is no loss, it may follow every object. */
  flush(): readonly JsonPiece[] {
    const pieces: JsonPiece[] = [];
    this.#why = "the stream ended within a JSON object";
    if (this.#objectAt === undefined) this.#take(this.#end);
    else this.#discard(this.#end, pieces);
    this.#objectAt = undefined;
    this.#spaceAt = undefined;
    this.#scanned = this.#end;
    return pieces;
  }

  /** Looks at one byte between objects. What was none is left where it is, so that a stream of braces is not a piece each. */
  #search(): void {
    const byte = this.#held[this.#scanned] ?? 0;
    if (byte === OPEN) {
      this.#objectAt = this.#scanned;
      this.#scan = newScan();
      return;
    }
    this.#spaceAt = WHITE_SPACE.has(byte) ? (this.#spaceAt ?? this.#scanned) : undefined;
    this.#scanned += 1;
  }

  /** Looks at one byte of the object. */
  #follow(objectAt: number, pieces: JsonPiece[]): void {
    const verdict = advance(this.#scan, this.#held[this.#scanned] ?? 0, this.#limits.maxDepth);
    this.#scanned += 1;
    if (verdict === "complete") {
      this.#discard(this.#spaceAt ?? objectAt, pieces);
      this.#objectAt = undefined;
      this.#spaceAt = undefined;
      pieces.push({ kind: "frame", bytes: this.#take(this.#scanned) });
      return;
    }
    if (verdict === "more" && this.#scanned - objectAt < this.#limits.maxBytes) return;
    this.#why =
      verdict === "broken" ? "a broken JSON object" : `a JSON object of more than ${this.#limits.maxBytes} bytes`;
    this.#objectAt = undefined;
    this.#spaceAt = undefined;
    this.#scanned = objectAt + 1;
  }

  /** Makes room by moving what is held to the front, so that the buffer never holds more than a frame and a chunk. */
  #hold(chunk: Uint8Array): void {
    const rest = this.#held.subarray(this.#front, this.#end);
    if (this.#end + chunk.length > this.#held.length) {
      const room = rest.length + chunk.length;
      const target = room > this.#held.length ? new Uint8Array(room * 2) : this.#held;
      target.set(rest);
      this.#held = target;
      this.#scanned -= this.#front;
      if (this.#objectAt !== undefined) this.#objectAt -= this.#front;
      if (this.#spaceAt !== undefined) this.#spaceAt -= this.#front;
      this.#end = rest.length;
      this.#front = 0;
    }
    this.#held.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  #discard(end: number, pieces: JsonPiece[]): void {
    if (end > this.#front) pieces.push({ kind: "discarded", why: this.#why, bytes: this.#take(end) });
    if (this.#spaceAt !== undefined && this.#spaceAt < end) this.#spaceAt = undefined;
    this.#why = NO_OBJECT;
  }

  #take(end: number): Uint8Array {
    const bytes = this.#held.slice(this.#front, end);
    this.#front = end;
    return bytes;
  }
}
