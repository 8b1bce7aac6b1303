import { LONGEST_SPELLING } from "../codec/digit-runs.ts";
import type { LogEvent } from "../core/log-events.ts";
import { timestamp, type Clock, type LogFields } from "../core/ports.ts";
import { redactFields, redactText } from "./redaction.ts";

export type Level = "error" | "warn" | "info" | "debug";

/** As it stands in the file. What could be a card number or a secret is hidden already. */
export type LogLine = {
  readonly at: string;
  readonly level: Level;
  readonly event: LogEvent;
  readonly message: string;
} & LogFields;

/** Of one value: what a stranger sends is quoted, not kept. */
const MAX_VALUE_CHARACTERS = 1_000;

export function lineOf(clock: Clock, level: Level, event: LogEvent, message: string, fields: LogFields): LogLine {
  const shortened = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, fitted(value)]));
  return { ...redactFields(shortened), at: timestamp(clock), level, event, message: redactText(message) };
}

/** Event, message and fields in one line, whatever the values hold: a line break or an escape sequence in one would forge others. */
export function textOf({ at: _at, level: _level, event, message, ...fields }: LogLine): string {
  const told = Object.entries(fields).filter(([, value]) => value !== undefined);
  return withoutControls(`${event}: ${message}${told.map(([name, value]) => ` ${name}=${String(value)}`).join("")}`);
}

function fitted(value: LogFields[string]): LogFields[string] {
  if (typeof value !== "string" || value.length <= MAX_VALUE_CHARACTERS) return value;
  // A card number that the cut would halve is looked at whole.
  const shown = redactText(value.slice(0, MAX_VALUE_CHARACTERS + LONGEST_SPELLING)).slice(0, MAX_VALUE_CHARACTERS);
  return `${shown}... (${value.length} characters)`;
}

function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`;
  });
}
