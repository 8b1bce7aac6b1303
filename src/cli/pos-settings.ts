import { createPublicKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { decimalsOf, formatMoney, parseAmount } from "../core/money.ts";
import { OPERATION_TYPES } from "../core/operation-type.ts";
import { SCOPES, type PosLimit, type Scope } from "../core/pos.ts";
import type { Call } from "./call.ts";
import { wrongUsage, type CommandFailure } from "./exit.ts";

/** What is said of a POS with options; what is not said is left out, and stays as it is. */
export type PosSettings = {
  readonly scopes?: readonly Scope[];
  readonly shared?: boolean;
  readonly limits?: readonly PosLimit[];
  readonly signingKey?: string | null;
  readonly lan?: boolean;
};

export function posSettings(call: Call): PosSettings {
  const scopes = readScopes(call.texts("scopes"));
  const limits = readLimits(call.texts("limit"));
  const key = call.text("signing-key");
  const either = <Value>(one: string, given: Value | undefined, other: string, without: Value): Value | undefined => {
    if (given !== undefined && call.flag(other)) throw wrongUsage(`Say --${one} or --${other}, not both.`);
    return call.flag(other) ? without : given;
  };
  const wanted = {
    limits: either("limit", limits.length === 0 ? undefined : limits, "forget-limits", []),
    signingKey: either<string | null>(
      "signing-key",
      key === undefined ? undefined : readSigningKey(key),
      "forget-signing-key",
      null,
    ),
    shared: either("shared", call.flag("shared") ? true : undefined, "not-shared", false),
    lan: either("lan", call.flag("lan") ? true : undefined, "not-lan", false),
  };
  return {
    ...(scopes.length === 0 ? {} : { scopes }),
    ...(wanted.shared === undefined ? {} : { shared: wanted.shared }),
    ...(wanted.limits === undefined ? {} : { limits: wanted.limits }),
    ...(wanted.signingKey === undefined ? {} : { signingKey: wanted.signingKey }),
    ...(wanted.lan === undefined ? {} : { lan: wanted.lan }),
  };
}

/** `sale 500.00 EUR, refund 20.00 EUR and 50.00 EUR/day`, for people. */
export function limitsInWords(limits: readonly PosLimit[]): string {
  return limits
    .map(({ operation, currency, perOperation, perDay }) => {
      const parts = [
        ...(perOperation === undefined ? [] : [formatMoney({ value: perOperation, currency })]),
        ...(perDay === undefined ? [] : [`${formatMoney({ value: perDay, currency })}/day`]),
      ];
      return `${operation} ${parts.join(" and ")}`;
    })
    .join(", ");
}

function readScopes(given: readonly string[]): readonly Scope[] {
  return given
    .flatMap((text) => text.split(","))
    .map((name) => {
      const scope = SCOPES.find((known) => known === name);
      if (scope === undefined) throw wrongUsage(`There is no scope ${name}. There are ${SCOPES.join(", ")}.`);
      return scope;
    });
}

/** One limit for each operation and currency; each of its two amounts is said once. */
function readLimits(given: readonly string[]): readonly PosLimit[] {
  const limits = new Map<string, PosLimit>();
  for (const text of given) {
    const { operation, currency, ...amount } = readLimit(text);
    const key = `${operation} ${currency}`;
    const before = limits.get(key);
    const [name] = Object.keys(amount);
    if (before !== undefined && name !== undefined && name in before) {
      throw wrongUsage(`--limit ${text}: there is one for that already.`);
    }
    limits.set(key, { operation, currency, ...before, ...amount });
  }
  return [...limits.values()];
}

function readLimit(text: string): PosLimit {
  const [, type, amount = "", currency = "", day] = /^([A-Za-z]+)=([\d.]+) ?([A-Z]{3})(\/day)?$/.exec(text) ?? [];
  if (type === undefined) {
    throw wrongUsage(`--limit is OPERATION=AMOUNT, as sale=500.00EUR, or refund=50.00EUR/day, not ${text}.`);
  }
  const operation = OPERATION_TYPES.find((known) => known === type);
  if (operation === undefined) {
    throw wrongUsage(`--limit ${text}: there is no operation ${type}. There are ${OPERATION_TYPES.join(", ")}.`);
  }
  const value = parseAmount(amount, currency)?.value;
  if (value !== undefined)
    return { operation, currency, ...(day === undefined ? { perOperation: value } : { perDay: value }) };
  const decimals = decimalsOf(currency);
  throw wrongUsage(
    decimals === undefined
      ? `--limit ${text}: ISO 4217 does not know ${currency}.`
      : `--limit ${text}: ${amount} is no amount; ${currency} has ${decimals} decimals.`,
  );
}

/** A file with a PEM public key, or the 32 bytes as base64url. */
function readSigningKey(text: string): string {
  if (/^[A-Za-z0-9_-]{43}$/.test(text)) return text;
  const pem = readPem(text);
  if (pem.includes("PRIVATE KEY")) {
    throw wrongUsage(
      `${text} holds a private key. It stays with the back office: \`openssl pkey -in ${text} -pubout\` writes its public half.`,
    );
  }
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    throw noKey(text);
  }
  const { crv, x } = key.export({ format: "jwk" });
  if (crv !== "Ed25519" || x === undefined) throw noKey(text);
  return x;
}

function readPem(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw wrongUsage(`${path} cannot be read, and is no Ed25519 key in 43 letters of base64url.`);
  }
}

function noKey(path: string): CommandFailure {
  return wrongUsage(
    `${path} holds no Ed25519 public key in PEM. \`openssl genpkey -algorithm ed25519\` makes a pair, \`openssl pkey -pubout\` its public half.`,
  );
}
