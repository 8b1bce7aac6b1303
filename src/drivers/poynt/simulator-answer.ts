import { encodeUtf8 } from "../../codec/utf8.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { SimulatedAnswer, SimulatorContext } from "../simulator.ts";
import { newUuid } from "./simulator-order.ts";
import { reactionOf, type Reaction } from "./simulator-reactions.ts";
import { signatureOf } from "./simulator-requests.ts";
import type { Result } from "./simulator-results.ts";
import type { Scenario } from "./simulator-scenario.ts";

/** What leaves: a result in the terminal's form, signed, and distorted as the reactions want it. */
export function answerWith(
  result: Result,
  reactions: readonly Reaction[],
  secret: string,
  scenario: Scenario,
  { crypto }: SimulatorContext,
): SimulatedAnswer {
  const raw = reactionOf(reactions, "raw");
  const body = raw === undefined ? bodyOf(result, reactions, scenario, crypto) : rawBody(raw);
  const status = raw?.status ?? result.status;
  const signature = signed(signatureOf(body, secret, crypto), reactions);
  const length = body.length + (reactionOf(reactions, "contentLength")?.by ?? 0);
  return {
    status,
    reason: raw?.reason ?? (status === 200 ? "OK" : "Unknown"),
    headers: raw?.headers?.map(({ name, value }) => [name, value] as const) ?? [
      ["Connection", "Keep-Alive"],
      ...(signature === undefined ? [] : [["Signature", signature] as const]),
      ["Content-Length", String(Math.max(0, length))],
      // Exactly this: the vendor's Windows client compares the whole value (poynt.md 1.1).
      ["Content-Type", reactionOf(reactions, "contentType")?.value ?? "application/json"],
    ],
    body,
  };
}

function signed(signature: string, reactions: readonly Reaction[]): string | undefined {
  if (reactionOf(reactions, "noSignature") !== undefined) return undefined;
  if (reactionOf(reactions, "wrongSignature") !== undefined) return "0".repeat(signature.length);
  return reactionOf(reactions, "lowerCaseSignature") === undefined ? signature : signature.toLowerCase();
}

function rawBody({ body = "", hex }: Extract<Reaction, { readonly kind: "raw" }>): Uint8Array {
  if (hex === undefined) return encodeUtf8(body);
  return Uint8Array.from({ length: hex.length / 2 }, (_, index) =>
    Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16),
  );
}

function bodyOf(
  { body }: Result,
  reactions: readonly Reaction[],
  scenario: Scenario,
  crypto: SimulatorContext["crypto"],
): Uint8Array {
  if (body === undefined) return new Uint8Array();
  const misread = misreadAs(body, reactions, crypto);
  const bytes = withBadByte(encodeUtf8(withBadNames(textOf(misread, scenario), reactions)), reactions);
  const room = reactionOf(reactions, "padded")?.bytes ?? 0;
  if (room <= bytes.length) return bytes;
  const padded = new Uint8Array(room).fill(0x20);
  padded.set(bytes);
  return padded;
}

function textOf(body: JsonObject, { secretLines }: Scenario): string {
  // The published capture has a blank there: the terminal writes this one by hand (poynt.md 1.6).
  const text = JSON.stringify(body).replace(/^\{"status":"\w+",/, "$& ");
  const hasRawLines = secretLines === "raw" && body["encryptedSecret"] !== undefined;
  return hasRawLines ? text.replaceAll(String.raw`\n`, "\n") : text;
}

/** What the answer tells otherwise than it is. */
function misreadAs(body: JsonObject, reactions: readonly Reaction[], crypto: SimulatorContext["crypto"]): JsonObject {
  const other = reactionOf(reactions, "otherId");
  const hasId = reactionOf(reactions, "noId") === undefined;
  const told = Object.entries(body).flatMap(([name, value]): readonly (readonly [string, Json])[] => {
    if (name === "payment" && isJsonObject(value)) return [[name, paymentMisread(value, reactions)]];
    if (name !== "poyntRequestId") return [[name, value]];
    return hasId ? [[name, other === undefined ? value : (other.poyntRequestId ?? newUuid(crypto))]] : [];
  });
  return Object.fromEntries(told);
}

function paymentMisread(payment: JsonObject, reactions: readonly Reaction[]): JsonObject {
  const other = reactionOf(reactions, "otherAmount");
  const amount = other?.where === "transaction" ? undefined : other?.amount;
  const referenceId = reactionOf(reactions, "otherReference")?.referenceId;
  const status = reactionOf(reactions, "otherStatus")?.status;
  const { transactions } = payment;
  return {
    ...payment,
    ...(status === undefined ? {} : { status }),
    ...(referenceId === undefined ? {} : { referenceId }),
    ...(amount === undefined ? {} : { amount }),
    ...(amount === undefined || !Array.isArray(transactions)
      ? {}
      : { transactions: transactions.map((transaction: Json) => amountMisread(transaction, amount)) }),
  };
}

function amountMisread(transaction: Json, amount: number): Json {
  if (!isJsonObject(transaction)) return transaction;
  const { amounts, processorResponse } = transaction;
  return {
    ...transaction,
    ...(isJsonObject(amounts) ? { amounts: { ...amounts, transactionAmount: amount, orderAmount: amount } } : {}),
    ...(isJsonObject(processorResponse) ? { processorResponse: { ...processorResponse, approvedAmount: amount } } : {}),
  };
}

/** Names in front of the true ones, which a reader that knows JSON well enough does not mind or refuses. */
function withBadNames(text: string, reactions: readonly Reaction[]): string {
  const levels = reactionOf(reactions, "deepJson")?.levels ?? 0;
  const names = [
    ...(levels === 0 ? [] : [`"deep":${"[".repeat(levels)}${"]".repeat(levels)}`]),
    ...(reactionOf(reactions, "duplicateNames") === undefined ? [] : ['"payment":{"status":"CANCELED"}']),
  ];
  return ["{", ...names.map((name) => `${name},`), text.slice(1)].join("");
}

const BAD_BYTE = 0xff;

/** A text that is not UTF-8 in front of all others. */
function withBadByte(bytes: Uint8Array, reactions: readonly Reaction[]): Uint8Array {
  if (reactionOf(reactions, "invalidUtf8") === undefined) return bytes;
  const [before, after] = [encodeUtf8('{"note":"'), encodeUtf8('",')];
  return Uint8Array.from([...before, BAD_BYTE, ...after, ...bytes.subarray(1)]);
}
