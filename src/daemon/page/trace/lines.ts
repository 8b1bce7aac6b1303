import { isJsonObject, type Json, type JsonObject } from "../../../core/json.ts";
import type { TraceWords } from "./words.ts";

/** One entry of the flight recorder on the page. */
export type Line = { readonly number: number; readonly at: string; readonly terminal: string; readonly entry: Json };

/** What is shown, and what came since it was paused. */
export type Lines = {
  readonly shown: readonly Line[];
  /** Behind those that are shown, while somebody reads. */
  readonly waiting: readonly Line[];
  /** Came while somebody read, and had to make room. */
  readonly dropped: number;
  readonly isPaused: boolean;
};

/** A terminal that babbles must not fill the browser's memory. */
export const MOST_LINES = 500;

export const NO_LINES: Lines = { shown: [], waiting: [], dropped: 0, isPaused: false };

export function withLines(lines: Lines, more: readonly Line[]): Lines {
  if (!lines.isPaused) return { ...lines, shown: [...lines.shown, ...more].slice(-MOST_LINES) };
  const waiting = [...lines.waiting, ...more];
  return {
    ...lines,
    waiting: waiting.slice(-MOST_LINES),
    dropped: lines.dropped + Math.max(0, waiting.length - MOST_LINES),
  };
}

export function paused(lines: Lines): Lines {
  return { ...lines, isPaused: true };
}

export function goesOn({ shown, waiting }: Lines): Lines {
  return { ...NO_LINES, shown: [...shown, ...waiting].slice(-MOST_LINES) };
}

export function cleared({ isPaused }: Lines): Lines {
  return { ...NO_LINES, isPaused };
}

/** The gist of an entry in one line. All of it is text that a stranger may have chosen. */
export function gist(entry: Json, words: TraceWords): string {
  if (!isJsonObject(entry)) return JSON.stringify(entry);
  const { kind, role, vendor, state, why, what, length, times, count } = entry;
  const name = typeof kind === "string" ? (words.kinds[kind] ?? kind) : "";
  const who = typeof role === "string" ? (words.roles[role] ?? role) : undefined;
  switch (typeof kind === "string" ? kind : "other") {
    case "step":
      return said([who, stepOf(entry)]);
    case "begun":
    case "ended":
      return said([who, name, vendor]);
    case "link":
      return said([name, state === "open" ? words.open : state === "lost" ? words.lost : state, why]);
    case "bytes":
      return said([name, length, times === 1 ? undefined : `× ${textOf(times)}`, why]);
    case "missed":
      return said([typeof count === "number" ? words.dropped(count) : name]);
    default:
      return said([who, name, what]);
  }
}

/** `received sale → send, wait`. */
function stepOf({ input, effects, threw }: JsonObject): string {
  const done = Array.isArray(effects) ? effects.map(nameOf).filter((name) => name !== "") : [];
  return said([
    nameOf(input),
    done.length === 0 ? undefined : `→ ${done.join(", ")}`,
    threw === undefined ? undefined : `! ${textOf(threw)}`,
  ]);
}

function nameOf(tagged: Json | undefined): string {
  if (!isJsonObject(tagged)) return "";
  const { kind, message } = tagged;
  const inside = isJsonObject(message) ? message : {};
  const about = inside["command"] ?? inside["kind"] ?? inside["name"];
  return said([kind, about]);
}

function said(parts: readonly (Json | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined && part !== "")
    .map(textOf)
    .join(" ");
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
