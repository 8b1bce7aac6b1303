import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Json } from "../../core/json.ts";
import {
  RECORDED_ENTRIES,
  RECORDING_FORMAT,
  RECORDING_VERSION,
  RecordingHeadSchema,
  type RecordedEntry,
  type RecordingHead,
} from "../../core/recording.ts";
import { schemaFaults, compiledCheck, type TSchema } from "../../core/schema.ts";

/** One line of a recording after the other. After `cut` and `wrong` nothing comes. */
export type RecordingLine =
  | { readonly kind: "head"; readonly head: RecordingHead }
  | { readonly kind: "entry"; readonly entry: RecordedEntry }
  /** Its end is missing, as of one that was being written: what came before it counts. */
  | { readonly kind: "cut" }
  /** It is no recording, or none of this version: why, in words. */
  | { readonly kind: "wrong"; readonly why: string };

const MEBIBYTE = 1024 * 1024;
const LARGEST_FILE = 64 * MEBIBYTE;
const LONGEST_LINE = MEBIBYTE;
/** Deeper than any message of a vendor. */
const DEEPEST = 64;

/** Reads a file that may be anybody's, line by line: what is in memory does not grow with it. */
export async function* readRecording(file: string): AsyncGenerator<RecordingLine> {
  const hindrance = await hindranceAt(file);
  if (hindrance !== undefined) {
    yield wrong(hindrance);
    return;
  }
  let number = 0;
  try {
    for await (const { text, isWhole } of linesOf(file)) {
      number += 1;
      const read = number === 1 ? readHead(text) : readEntry(text);
      if (read.kind === "wrong") {
        yield isWhole || number === 1 ? wrong(`line ${number}: ${read.why}`) : { kind: "cut" };
        return;
      }
      yield read;
    }
  } catch (error) {
    yield wrong(`line ${number + 1}: ${unreadable(error)}`);
    return;
  }
  if (number === 0) yield wrong("it is empty");
}

async function hindranceAt(file: string): Promise<string | undefined> {
  try {
    const found = await stat(file);
    if (!found.isFile()) return "it is no file";
    return found.size > LARGEST_FILE ? `it is larger than ${LARGEST_FILE / MEBIBYTE} MiB` : undefined;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ENOENT" ? "it is not there" : unreadable(error);
  }
}

type Line = { readonly text: string; /** A line break follows. */ readonly isWhole: boolean };

class TooLong extends Error {}

async function* linesOf(file: string): AsyncGenerator<Line> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  for await (const chunk of createReadStream(file, { end: LARGEST_FILE }) as AsyncIterable<Buffer>) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const text of [...lines, rest]) if (text.length > LONGEST_LINE) throw new TooLong();
    for (const text of lines) yield { text, isWhole: true };
  }
  if (rest !== "") yield { text: rest, isWhole: false };
}

function unreadable(error: unknown): string {
  if (error instanceof TooLong) return `it is longer than ${LONGEST_LINE / MEBIBYTE} MiB`;
  if (error instanceof TypeError) return "it is no text in UTF-8";
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  return `it cannot be read (${code})`;
}

function wrong(why: string): RecordingLine & { readonly kind: "wrong" } {
  return { kind: "wrong", why };
}

const isHead = compiledCheck(RecordingHeadSchema);

function readHead(text: string): RecordingLine {
  const value = readValue(text);
  if (typeof value === "string") return wrong(value);
  const { format, version } = value.fields;
  if (format !== RECORDING_FORMAT)
    return wrong(`it does not begin as a recording does, with {"format":"${RECORDING_FORMAT}"`);
  if (version !== RECORDING_VERSION)
    return wrong(`this version of Tillbridge reads recordings of version ${RECORDING_VERSION} alone`);
  if (!isHead(value.fields)) return wrong(faultOf(RecordingHeadSchema, value.fields));
  return { kind: "head", head: value.fields as unknown as RecordingHead };
}

const CHECKS = new Map(
  Object.entries(RECORDED_ENTRIES).map(([kind, schema]) => [kind, { schema, fits: compiledCheck(schema) }] as const),
);

function readEntry(text: string): RecordingLine {
  const value = readValue(text);
  if (typeof value === "string") return wrong(value);
  const { kind } = value.fields;
  const check = typeof kind === "string" ? CHECKS.get(kind) : undefined;
  if (check === undefined) return wrong("it is no entry that this version knows");
  if (!check.fits(value.fields)) return wrong(faultOf(check.schema, value.fields));
  return { kind: "entry", entry: value.fields as unknown as RecordedEntry };
}

function faultOf(schema: TSchema, value: unknown): string {
  const [fault] = schemaFaults(schema, value);
  return fault === undefined ? "it does not fit" : `${fault.field} ${fault.why}`;
}

/** An object, or why it is none. */
function readValue(text: string): { readonly fields: Readonly<Record<string, Json>> } | string {
  if (isDeeperThan(text, DEEPEST)) return `it is nested deeper than ${DEEPEST}`;
  let value: unknown;
  try {
    value = JSON.parse(text, (name, item: unknown) => {
      if (name === "__proto__") throw new SyntaxError();
      return item;
    });
  } catch {
    return "it is not JSON";
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "it is no JSON object";
  return { fields: value as Readonly<Record<string, Json>> };
}

/** Before it is parsed: whoever looks at the value later may go into it as deep as it is. */
function isDeeperThan(text: string, most: number): boolean {
  let depth = 0;
  let isInText = false;
  for (let place = 0; place < text.length; place += 1) {
    const character = text[place];
    if (isInText) {
      if (character === "\\") place += 1;
      else if (character === '"') isInText = false;
    } else if (character === '"') isInText = true;
    else if (character === "{" || character === "[") {
      depth += 1;
      if (depth > most) return true;
    } else if (character === "}" || character === "]") depth -= 1;
  }
  return false;
}
