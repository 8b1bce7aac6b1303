import type { Json, JsonObject } from "../core/json.ts";
import { NAME_PATTERN } from "../core/schema.ts";
import { maskIssuedCards } from "./card-numbers.ts";

/** Names of fields whose text is nobody's business. The authorizationCode of a payment stands on the receipt. */
export const SECRETIVE = /token|secret|password|pairingcode|authorization(?!code)|cookie|privatekey/i;
export const HIDDEN = "[hidden]";

const NAME = new RegExp(NAME_PATTERN);
/** Deeper than anything that a vendor says. */
const DEEPEST = 48;

/**
 * What may leave of a message or an effect: text behind a secretive name is hidden, and what looks like the number of a card is cut to its
 * last four digits, also in names and where it is a number. Done twice it changes nothing more. What JSON cannot say is left out.
 */
export function redactedJson(value: unknown): Json {
  return redacted(value, 0, MESSAGES) ?? null;
}

/** The same where names say nothing of the texts behind them: what may be known of secrets, by the names of the secrets. */
export function maskedJson(value: unknown): Json {
  return redacted(value, 0, NOTHING_SECRET) ?? null;
}

/** Whether something in it looks like the number of a card, and may be something else: a reference of groups of digits. */
export function isMasked(value: unknown): boolean {
  return JSON.stringify(maskedJson(value)) !== JSON.stringify(value ?? null);
}

/** The same of a vendor's settings, in which `{"secret": NAME}` names a secret and is none. */
export function redactedSettings(settings: JsonObject): JsonObject {
  return redactedFields(settings, 0, SETTINGS);
}

type Rules = {
  /** Text behind a field of this name. */
  readonly hides: (name: string) => boolean;
  /** An object that leaves as it is. */
  readonly keeps: (fields: object) => boolean;
};

const isReference = (fields: object): boolean => {
  const { secret } = fields as { readonly secret?: unknown };
  const isName = typeof secret === "string" && NAME.test(secret) && maskIssuedCards(secret) === secret;
  return isName && Object.keys(fields).length === 1;
};

const isSecretive = (name: string): boolean => SECRETIVE.test(name);
const MESSAGES: Rules = { hides: isSecretive, keeps: () => false };
const SETTINGS: Rules = { hides: isSecretive, keeps: isReference };
const NOTHING_SECRET: Rules = { hides: () => false, keeps: () => false };

function redacted(value: unknown, depth: number, rules: Rules): Json | undefined {
  switch (typeof value) {
    case "string":
      return maskIssuedCards(value);
    case "number":
      return redactedNumber(value);
    case "boolean":
      return value;
    case "object":
      if (value === null) return null;
      if (depth >= DEEPEST) return "[too deep]";
      return Array.isArray(value)
        ? value.map((item: unknown) => redacted(item, depth + 1, rules) ?? null)
        : redactedFields(value, depth + 1, rules);
    case "bigint":
    case "function":
    case "symbol":
    case "undefined":
      return undefined;
  }
}

function redactedNumber(value: number): Json {
  if (!Number.isFinite(value)) return null;
  const text = String(value);
  const masked = maskIssuedCards(text);
  return masked === text ? value : masked;
}

function redactedFields(fields: object, depth: number, rules: Rules): JsonObject {
  if (rules.keeps(fields)) return { ...fields };
  const shown: [string, Json][] = [];
  for (const [name, value] of Object.entries(fields) as [string, unknown][]) {
    const isHidden = rules.hides(name) && typeof value === "string";
    const one = isHidden ? HIDDEN : redacted(value, depth, rules);
    if (one !== undefined) shown.push([maskIssuedCards(name), one]);
  }
  return Object.fromEntries(shown);
}
