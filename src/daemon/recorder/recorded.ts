import { maskIssuedCards } from "../../codec/card-numbers.ts";
import { HIDDEN, isMasked, maskedJson, redactedJson, redactedSettings } from "../../codec/redacted-json.ts";
import type { JsonObject } from "../../core/json.ts";
import { inLetters, RECORDING_FORMAT, RECORDING_VERSION, type RecordingHead } from "../../core/recording.ts";
import packageDescription from "../../../package.json" with { type: "json" };
import type { Effect, Input } from "../../drivers/driver.ts";
import type { KeptConversation, KeptEntry } from "./kept-entry.ts";

/** What begins a file. */
export function headOf(
  about: Pick<RecordingHead, "reason" | "missing" | "terminal" | "transaction">,
  nowMs: number,
): RecordingHead {
  return {
    format: RECORDING_FORMAT,
    version: RECORDING_VERSION,
    at: new Date(nowMs).toISOString(),
    product: packageDescription.version,
    ...about,
  };
}

/**
 * An entry as it leaves: as JSON, without anything secret. Card data was masked where bytes became values; one in which the last look
 * finds a number all the same, over the borders of fields, leaves no more than its size.
 */
export function recorded(entry: KeptEntry): JsonObject {
  const told = toldOf(entry);
  const text = JSON.stringify(told);
  if (maskIssuedCards(text) === text) return told;
  const conversation = "conversation" in entry ? entry.conversation : undefined;
  const source = conversation?.source ?? ("source" in entry ? entry.source : undefined);
  return {
    kind: "omitted",
    ...head(entry, source?.terminal ?? ""),
    ...(conversation === undefined ? {} : { conversation: conversation.number, role: conversation.role }),
    what: `${entry.kind} with what looks like a number of a card`,
    characters: text.length,
  };
}

function toldOf(entry: KeptEntry): JsonObject {
  switch (entry.kind) {
    case "begun": {
      const { conversation, beginning } = entry;
      const { settings, order, doubt, transaction } = beginning;
      const { vendor, driver } = conversation.source;
      return {
        ...ofConversation(entry, conversation),
        vendor,
        driver,
        settings: redactedSettings(settings),
        ...(transaction === undefined ? {} : { transaction }),
        ...markOf([order, doubt]),
        ...(order === undefined ? {} : { order: redactedJson(order) }),
        ...(doubt === undefined ? {} : { doubt: redactedJson(doubt) }),
      };
    }
    case "step": {
      const { conversation, input, vendorAheadMs, secrets, threw } = entry;
      const effects = entry.effects.map(withoutCode);
      const random = makesCode(input) ? [] : entry.random;
      const isHidden =
        random.length < entry.random.length || effects.some((effect, place) => effect !== entry.effects[place]);
      return {
        ...ofConversation(entry, conversation),
        input: redactedJson(input),
        effects: redactedJson(effects),
        ...(isHidden ? { masked: true } : markOf([input, effects])),
        ...(Number.isInteger(entry.atMs) ? {} : { now: entry.atMs }),
        ...(vendorAheadMs === 0 ? {} : { vendorAheadMs }),
        ...(random.length === 0 ? {} : { random: random.map(inLetters) }),
        ...(secrets === undefined ? {} : { secrets: maskedJson(secrets) }),
        ...(threw === undefined ? {} : { threw: maskIssuedCards(threw) }),
      };
    }
    case "ended":
      return ofConversation(entry, entry.conversation);
    case "link": {
      const { source, state, why } = entry;
      return { kind: entry.kind, ...head(entry, source.terminal), state, ...saying(why) };
    }
    case "bytes": {
      const { source, what, length, times, mark, why } = entry;
      return { kind: entry.kind, ...head(entry, source.terminal), what, length, times, mark, ...saying(why) };
    }
    case "omitted": {
      const { conversation, source, what, characters } = entry;
      const whose = conversation === undefined ? {} : { conversation: conversation.number, role: conversation.role };
      return { kind: entry.kind, ...head(entry, source.terminal), ...whose, what, characters };
    }
  }
}

/** The code of a pairing may be its secret from then on, and whoever has that can order payments. */
function withoutCode(effect: Effect<unknown>): Effect<unknown> {
  return effect.kind === "pairing" && effect.code !== undefined ? { ...effect, code: HIDDEN } : effect;
}

/** The driver makes the code of such a pairing of what it is given at random. */
function makesCode(input: Input<unknown>): boolean {
  return input.kind === "asked" && input.request.kind === "pair" && input.request.code === undefined;
}

/** A driver that goes by what is masked here cannot be expected to do the same. */
function markOf(values: readonly unknown[]): JsonObject {
  return values.some((value) => isMasked(value)) ? { masked: true } : {};
}

function head({ atMs }: KeptEntry, terminal: string): JsonObject {
  return { at: new Date(atMs).toISOString(), terminal };
}

function ofConversation(entry: KeptEntry, { number, role, source }: KeptConversation): JsonObject {
  return { kind: entry.kind, ...head(entry, source.terminal), conversation: number, role };
}

const LONGEST_WHY = 1_000;

function saying(why: string | undefined): JsonObject {
  return why === undefined ? {} : { why: maskIssuedCards(why.slice(0, LONGEST_WHY)) };
}
