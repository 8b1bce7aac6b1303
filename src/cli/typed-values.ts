import { knownLanguageOf, LANGUAGES, type Language } from "../core/language.ts";
import { decimalsOf, parseAmount, type Money } from "../core/money.ts";
import type { Call } from "./call.ts";
import { wrongUsage } from "./exit.ts";

type Options = Pick<Call, "text">;

/** An amount as it was typed, in the currency that was typed beside it; undefined where none was typed. */
export function readMoney(call: Options, name: string): Money | undefined {
  const typed = call.text(name);
  if (typed === undefined) return undefined;
  const currency = call.text("currency");
  if (currency === undefined)
    throw wrongUsage(`Say the currency of --${name} ${typed} with --currency, as EUR or CLP.`);
  const decimals = decimalsOf(currency);
  if (decimals === undefined)
    throw wrongUsage(`ISO 4217 knows no currency ${currency}. It has three capital letters, as EUR or CLP.`);
  const money = parseAmount(typed, currency);
  if (money !== undefined) return money;
  throw wrongUsage(
    `--${name} ${typed} is no amount in ${currency}: ${decimals === 0 ? "a whole number" : `digits with at most ${decimals} after a point`} ` +
      "is needed, and not more than 999999999999 of the smallest unit.",
  );
}

export function readWhole(call: Options, name: string): number | undefined {
  const typed = call.text(name);
  if (typed === undefined) return undefined;
  if (!/^\d{1,9}$/.test(typed)) throw wrongUsage(`--${name} ${typed} is no whole number.`);
  return Number(typed);
}

export function readWholeBetween(call: Options, name: string, least: number, most: number): number | undefined {
  const typed = call.text(name);
  if (typed === undefined) return undefined;
  const value = /^\d{1,9}$/.test(typed) ? Number(typed) : undefined;
  if (value === undefined || value < least || value > most)
    throw wrongUsage(`--${name} is a whole number from ${least} to ${most}, not ${typed}.`);
  return value;
}

export function readBaudRate(call: Options): number | undefined {
  return readWholeBetween(call, "baud-rate", 50, 4_000_000);
}

/** In which language a person wants to be told; undefined where none was typed. */
export function readLanguage(call: Options): Language | undefined {
  const typed = call.text("language");
  if (typed === undefined) return undefined;
  const language = knownLanguageOf(typed);
  if (language !== undefined) return language;
  throw wrongUsage(`--language is one of ${LANGUAGES.join(", ")}, also with a country as in es-CL, not ${typed}.`, {
    typed,
    known: LANGUAGES,
  });
}

/** Options of the form NAME=VALUE, in their order. */
export function readNamed(
  option: string,
  typed: readonly string[],
): readonly (readonly [name: string, value: string])[] {
  return typed.map((text) => {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined) throw wrongUsage(`${option} is NAME=VALUE, not ${text}`);
    return [name, value];
  });
}
