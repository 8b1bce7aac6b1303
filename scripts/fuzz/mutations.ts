import { oneOf, type Random } from "../../test/support/random.ts";

type Mutation = (input: Uint8Array, hints: Hints, random: Random) => Uint8Array;

/** What a mutation may use beside the input. */
export type Hints = {
  readonly words: readonly Uint8Array[];
  /** Another input of the corpus. */
  readonly other: Uint8Array;
  readonly maxBytes: number;
};

const encoder = new TextEncoder();
const MOST_STEPS = 6;
const [ZERO, NINE] = [0x30, 0x39];

/** Values of JSON that have surprised somebody. */
const VALUES = [
  ..."null,true,false,0,-0,-1,0.5,1e999,1E400,-1e-400,1250.0,9007199254740993,999999999999,1000000000000,4294967296".split(
    ",",
  ),
  ...['""', '"\\ud800"', '"\\u0000"', '"__proto__"', "[]", "{}", "[[]]", '{"__proto__":{}}', '"4111111111111111"'],
  ...[
    "4111111111111111",
    '"4111 1111 1111 1111"',
    '{"constructor":1}',
    '{"toString":null}',
    `${"[".repeat(40)}${"]".repeat(40)}`,
  ],
].map((text) => encoder.encode(text));

const BYTES = [
  0x00, 0x01, 0x09, 0x0a, 0x0d, 0x20, 0x22, 0x2c, 0x2d, 0x30, 0x3a, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d, 0x7f, 0x80, 0xbf,
  0xc0, 0xed, 0xf4, 0xff,
];

/** An input made of others, a step or several away from them. */
export function mutated(input: Uint8Array, hints: Hints, random: Random): Uint8Array {
  let bytes = input;
  for (let steps = 1 + random(MOST_STEPS); steps > 0; steps -= 1) {
    bytes = oneOf(random, MUTATIONS)(bytes, hints, random).subarray(0, hints.maxBytes);
  }
  return Uint8Array.from(bytes);
}

/** Puts bytes in the place of so many others. */
function spliced(bytes: Uint8Array, at: number, removed: number, inserted: Uint8Array): Uint8Array {
  const rest = bytes.subarray(Math.min(bytes.length, at + removed));
  const joined = new Uint8Array(at + inserted.length + rest.length);
  joined.set(bytes.subarray(0, at));
  joined.set(inserted, at);
  joined.set(rest, at + inserted.length);
  return joined;
}

const placeIn = (bytes: Uint8Array, random: Random): number => random(bytes.length + 1);

/** Short ones more often. */
const lengthUpTo = (most: number, random: Random): number => (most <= 0 ? 0 : 1 + random(1 + random(most)));

function partOf(bytes: Uint8Array, random: Random): Uint8Array {
  const at = placeIn(bytes, random);
  return bytes.subarray(at, at + lengthUpTo(bytes.length - at, random));
}

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  // A bit, a byte, some bytes.
  (input, _hints, random) => changed(input, random, (byte) => byte ^ (1 << random(8))),
  (input, _hints, random) => changed(input, random, () => oneOf(random, BYTES) ?? 0),
  (input, _hints, random) => changed(input, random, (byte) => byte + random(9) - 4),
  (input, _hints, random) => {
    const noise = Uint8Array.from({ length: lengthUpTo(8, random) }, () => random(256));
    return spliced(input, placeIn(input, random), 0, noise);
  },
  // Parts lost, doubled, moved.
  (input, _hints, random) => {
    const at = placeIn(input, random);
    return spliced(input, at, lengthUpTo(input.length - at, random), new Uint8Array());
  },
  (input, _hints, random) => spliced(input, placeIn(input, random), 0, partOf(input, random)),
  (input, _hints, random) => {
    const part = partOf(input, random);
    return spliced(input, placeIn(input, random), part.length, part);
  },
  (input, { maxBytes }, random) => {
    const part = partOf(input, random).subarray(0, 64);
    const times =
      2 + random(Math.min(2_000, Math.max(1, Math.floor((maxBytes - input.length) / Math.max(1, part.length)))));
    const many = new Uint8Array(part.length * times);
    for (let time = 0; time < times; time += 1) many.set(part, time * part.length);
    return spliced(input, placeIn(input, random), 0, many);
  },
  // Words of the sources, and parts of other inputs.
  (input, { words }, random) => spliced(input, placeIn(input, random), 0, oneOf(random, words) ?? new Uint8Array()),
  (input, { words }, random) => {
    const word = oneOf(random, words) ?? new Uint8Array();
    return spliced(input, placeIn(input, random), word.length, word);
  },
  (input, { other }, random) => spliced(input, placeIn(input, random), lengthUpTo(16, random), partOf(other, random)),
  (input, { other }, random) => {
    const at = placeIn(input, random);
    return spliced(input, at, input.length, other.subarray(Math.min(at, other.length)));
  },
  // Lines, numbers and values of JSON, each as a whole.
  (input, { other }, random) => spliced(input, lineIn(input, random).at, 0, lineBytes(other, random)),
  (input, _hints, random) => {
    const { at, length } = lineIn(input, random);
    return spliced(input, at, length, random(2) === 0 ? new Uint8Array() : lineBytes(input, random));
  },
  (input, _hints, random) => withNumber(input, random),
  (input, _hints, random) => withValue(input, oneOf(random, VALUES) ?? new Uint8Array(), random),
  (input, _hints, random) => withValue(input, oneOf(random, VALUES) ?? new Uint8Array(), random),
  (input, { other }, random) => withValue(input, valueIn(other, random), random),
  (input, { words }, random) => {
    const word = oneOf(random, words) ?? new Uint8Array();
    return withValue(input, Uint8Array.from([0x22, ...word, 0x22]), random);
  },
];

function changed(input: Uint8Array, random: Random, change: (byte: number) => number): Uint8Array {
  if (input.length === 0) return input;
  const bytes = Uint8Array.from(input);
  const at = random(bytes.length);
  bytes[at] = change(bytes[at] ?? 0);
  return bytes;
}

type Range = { readonly at: number; readonly length: number };

/** With its end. */
function lineIn(bytes: Uint8Array, random: Random): Range {
  const place = placeIn(bytes, random);
  const at = bytes.lastIndexOf(0x0a, place - 1) + 1;
  const end = bytes.indexOf(0x0a, place);
  return { at, length: (end < 0 ? bytes.length : end + 1) - at };
}

function lineBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const { at, length } = lineIn(bytes, random);
  return bytes.subarray(at, at + length);
}

/** The digits at, or behind, a random place. */
function withNumber(bytes: Uint8Array, random: Random): Uint8Array {
  const isDigit = (byte: number | undefined) => byte !== undefined && byte >= ZERO && byte <= NINE;
  let at = random(bytes.length + 1);
  while (at < bytes.length && !isDigit(bytes[at])) at += 1;
  let end = at;
  while (isDigit(bytes[end])) end += 1;
  if (end === at) return bytes;
  const number = oneOf(random, [
    "0",
    "1",
    "-1",
    "255",
    "256",
    "65535",
    "65536",
    "2147483648",
    "4294967296",
    "9007199254740993",
    "1".repeat(40),
  ]);
  const text = random(3) === 0 ? String(random(1_000)) : number;
  return spliced(bytes, at, end - at, encoder.encode(text));
}

function withValue(bytes: Uint8Array, value: Uint8Array, random: Random): Uint8Array {
  const { at, length } = valueRange(bytes, random);
  return spliced(bytes, at, length, value);
}

function valueIn(bytes: Uint8Array, random: Random): Uint8Array {
  const { at, length } = valueRange(bytes, random);
  return bytes.subarray(at, at + length);
}

/** A text, a number, an object or a list of JSON at, or behind, a random place, as far as brackets and quotes tell. */
function valueRange(bytes: Uint8Array, random: Random): Range {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  const starts = /["{[\d-]|true|false|null/g;
  starts.lastIndex = random(text.length + 1);
  const found = starts.exec(text);
  if (found === null) return { at: bytes.length, length: 0 };
  const at = found.index;
  const [first = ""] = found[0];
  if (first === "{" || first === "[") return { at, length: bracketed(text, at) - at };
  const simple = first === '"' ? /"(?:[^"\\\n]|\\.)*"/y : /-?[\d.eE+-]+|true|false|null|-/y;
  simple.lastIndex = at;
  return { at, length: simple.exec(text)?.[0].length ?? 1 };
}

function bracketed(text: string, at: number): number {
  let depth = 0;
  for (let index = at; index < text.length; index += 1) {
    const character = text[index];
    if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    if (depth === 0) return index + 1;
  }
  return text.length;
}
