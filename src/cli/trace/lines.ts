import { redactedJson } from "../../codec/redacted-json.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { RecordedEntry } from "../../core/recording.ts";

/** From the terminal or the world around it, to it, and what stays inside. */
type Direction = "<-" | "->" | "--";

const INCOMING: ReadonlySet<string> = new Set(["received", "answered", "garbled", "called", "told"]);
const OUTGOING: ReadonlySet<string> = new Set(["send", "exchange", "repeat", "respond"]);
/** Where a vendor's message says what it is. */
const NAMES = ["kind", "type", "command", "name", "function"];
const LONGEST_LINE = 400;

/**
 * An entry for people, one line for each thing that was heard or wanted: time, terminal, conversation, direction, what it is and its fields.
 * All of it may be a stranger's text: nothing in it breaks a line or moves a cursor.
 */
export function linesOf(entry: RecordedEntry): readonly string[] {
  const line = (direction: Direction, what: string, fields?: Json): string =>
    shortened([plain(entry.at.slice(11, 23)), plain(entry.terminal), whose(entry), direction, what, fieldsOf(fields)]);
  switch (entry.kind) {
    case "begun": {
      const about = { driver: entry.driver, transaction: entry.transaction };
      return [line("--", `begins, ${plain(entry.vendor)}`, redactedJson(about))];
    }
    case "step": {
      const heard = plain(entry.input.kind);
      const isIncoming = INCOMING.has(heard);
      return [
        line(isIncoming ? "<-" : "--", nameOf(heard, entry.input), redactedJson(entry.input)),
        ...entry.effects.map((effect) => {
          const wanted = plain(effect.kind);
          return line(OUTGOING.has(wanted) ? "->" : "--", nameOf(wanted, effect), redactedJson(effect));
        }),
        ...(entry.threw === undefined ? [] : [line("--", `a mistake in the driver: ${plain(entry.threw)}`)]),
      ];
    }
    case "ended":
      return [line("--", "ends")];
    case "link":
      return [line("--", `link ${entry.state}`, redactedJson({ why: entry.why }))];
    case "bytes": {
      const { what, length, times, mark, why } = entry;
      return [line("<-", `${what} ${length} bytes`, redactedJson({ times, mark, why }))];
    }
    case "omitted":
      return [line("--", `not kept: ${plain(entry.what)}`, { characters: entry.characters })];
    case "missed":
      return [line("--", `${entry.count} entries were not shown: this reads too slowly`)];
  }
}

function whose(entry: RecordedEntry): string {
  return "conversation" in entry ? `${entry.role ?? ""} ${entry.conversation ?? ""}`.trim() : "";
}

/** `received saleResult`: what happened, and which of the vendor's messages it is. */
function nameOf(kind: string, of: object): string {
  const { message } = of as { readonly message?: Json };
  if (!isJsonObject(message)) return kind;
  const names = NAMES.map((name) => message[name]).filter(
    (name) => typeof name === "string" || typeof name === "number",
  );
  return [kind, ...names.map((name) => plain(String(name)))].join(" ");
}

/** The message's own fields where there is one; what the name says already is left out. */
function fieldsOf(fields: Json | undefined): string {
  if (!isJsonObject(fields)) return "";
  const { kind: _kind, message, ...rest } = fields;
  const shown = isJsonObject(message)
    ? { ...rest, ...without(message, NAMES) }
    : { ...rest, ...(message === undefined ? {} : { message }) };
  const pairs = Object.entries(shown).map(([name, value]) => `${plain(name)}=${JSON.stringify(value)}`);
  return pairs.join(" ");
}

function without(fields: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => !names.includes(name) || isJsonObject(value)),
  );
}

function shortened(parts: readonly string[]): string {
  const line = parts.filter((part) => part !== "").join("  ");
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}...` : line;
}

/** What is written as JSON does nothing to a screen, but for the few characters that the output makes harmless. */
function plain(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
