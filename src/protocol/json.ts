import { visit } from "jsonc-parser";
import type { Json } from "../core/json.ts";

/** What is wrong with a part of a text that is JSON, and where: the names and positions that lead to it. */
type JsonFault = { readonly path: readonly (string | number)[]; readonly why: string };

export type ReadJson =
  | { readonly kind: "notJson"; readonly why: string }
  /** JSON allows what `fault` names, and two programs may read it differently: the value is not to be believed there. */
  | { readonly kind: "value"; readonly value: Json; readonly fault?: JsonFault };

export const MAX_DEPTH = 32;
/** More than any request has. Looking at each of what 64 KiB could hold would keep every other client waiting. */
export const MAX_VALUES = 2_000;

/**
 * Reads JSON, and finds what would not be read as it was meant: a name twice in one object, a number that is not exactly the one we
 * would go on with (1250.0000000000000001, 9007199254740993), text that is no Unicode. `1250.0` and `1e3` are integers.
 */
export function readJson(text: string): ReadJson {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return { kind: "notJson", why: "it is not JSON" };
  }
  if (hidesNothing(text, value)) return { kind: "value", value };
  const found = inspect(text);
  if (found.beyond !== undefined) return { kind: "notJson", why: found.beyond };
  if (found.negativeZero) value = JSON.parse(text, (_name, item: Json) => (item === 0 ? 0 : item)) as Json;
  return found.fault === undefined ? { kind: "value", value } : { kind: "value", value, fault: found.fault };
}

/**
 * A quick look, for nearly every message: what `JSON.stringify` writes again letter by letter has no name twice and no number that
 * changed. An escape could spell half a character or any name; where there are few braces there is little depth.
 */
function hidesNothing(text: string, value: Json): boolean {
  if (/\\u|__proto__/.test(text) || (text.match(/[[{]/g)?.length ?? 0) > MAX_DEPTH) return false;
  return JSON.stringify(value) === text;
}

type Inspected = {
  readonly beyond: string | undefined;
  readonly negativeZero: boolean;
  readonly fault: JsonFault | undefined;
};

/** Looks at the text of a valid document, which the value no longer shows. The first fault is enough. */
function inspect(text: string): Inspected {
  const names: Set<string>[] = [];
  let depth = 0;
  let values = 0;
  let beyond: string | undefined;
  let negativeZero = false;
  let fault: JsonFault | undefined;
  const giveUp = (why: string): never => {
    beyond = why;
    throw new Beyond();
  };
  const count = () => {
    values += 1;
    if (values > MAX_VALUES) giveUp(`it holds more than ${MAX_VALUES} values`);
  };
  const enter = () => {
    count();
    depth += 1;
    if (depth > MAX_DEPTH) giveUp(`it is nested deeper than ${MAX_DEPTH}`);
  };
  try {
    visit(text, {
      onObjectBegin: () => {
        enter();
        names.push(new Set());
      },
      onObjectEnd: () => {
        depth -= 1;
        names.pop();
      },
      onArrayBegin: enter,
      onArrayEnd: () => {
        depth -= 1;
      },
      onObjectProperty: (name, _offset, _length, _line, _character, pathOfObject) => {
        const known = names.at(-1);
        const why = known?.has(name) === true ? "is there twice" : nameFault(name);
        if (why !== undefined) fault ??= { path: [...pathOfObject(), name], why };
        known?.add(name);
      },
      onLiteralValue: (literal: Json, offset, length, _line, _character, path) => {
        count();
        if (Object.is(literal, -0)) negativeZero = true;
        const why = literalFault(literal, text.slice(offset, offset + length));
        if (why !== undefined) fault ??= { path: path(), why };
      },
    });
  } catch (error) {
    if (!(error instanceof Beyond)) throw error;
  }
  return { beyond, negativeZero, fault };
}

/** Ends the visit before its recursion costs stack, or the rest of it time. */
class Beyond extends Error {}

function nameFault(name: string): string | undefined {
  if (name === "__proto__") return "is no name for a field";
  return name.isWellFormed() ? undefined : "has a name that is no Unicode";
}

function literalFault(literal: Json, source: string): string | undefined {
  if (typeof literal === "string")
    return literal.isWellFormed() ? undefined : "holds half of a surrogate pair, which is no Unicode";
  if (typeof literal !== "number" || String(literal) === source) return undefined;
  const isExact = Number.isFinite(literal) && decimalOf(source) === decimalOf(String(literal));
  return isExact ? undefined : "is a number with more digits than can be kept";
}

/**
 * One spelling for each decimal number: sign, digits without zeros at both ends, power of ten. Undefined where that power
 * is beyond all that a finite number has. Linear in the length of the text, which may be 64 KiB of a stranger's.
 */
function decimalOf(source: string): string | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", power = "0"] = match;
  const digits = whole + fraction;
  const start = firstNonZero(digits);
  if (start === digits.length) return "0";
  const end = afterLastNonZero(digits);
  const exponent = Number(power) - fraction.length + digits.length - end;
  return Number.isSafeInteger(exponent) ? `${sign}${digits.slice(start, end)}e${exponent}` : undefined;
}

function firstNonZero(digits: string): number {
  let index = 0;
  while (digits[index] === "0") index += 1;
  return index;
}

function afterLastNonZero(digits: string): number {
  let index = digits.length;
  while (digits[index - 1] === "0") index -= 1;
  return index;
}
