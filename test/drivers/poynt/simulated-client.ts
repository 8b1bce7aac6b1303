import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import type { Json, JsonObject } from "../../../src/core/json.ts";
import { schemaFaults, withDefaults } from "../../../src/core/schema.ts";
import type { SimulatedAnswer, SimulatedRequest } from "../../../src/drivers/simulator.ts";
import { poyntSimulator } from "../../../src/drivers/poynt/simulator.ts";
import { createTerminalBench, type Done, type TerminalBench } from "../../support/terminal-bench.ts";

/** Nothing takes time. */
const AT_ONCE = { customerMs: 0, stageMs: 0, confirmMs: 0 };
/** What the terminal shows, and a client that paired by it signs with. */
export const CODE = "ZHED2L";

export function signatureOf(body: string | Uint8Array, key: string = CODE): string {
  return createHmac("sha256", key).update(body).digest("hex").toUpperCase();
}

export type Sending = { readonly key?: string; readonly headers?: Readonly<Record<string, string>> };

/** As a client of the vendor's sends it: signed here, and not with code of ours. */
export function posted(path: string, body: string, { key = CODE, headers = {} }: Sending = {}): SimulatedRequest {
  const own = { "content-type": "text/plain", "poynt-client": "till-1", signature: signatureOf(body, key) };
  return { method: "POST", path, headers: { ...own, ...headers }, body: new TextEncoder().encode(body) };
}

export function unpaired(scenario: JsonObject = {}, remembered?: Json): TerminalBench {
  const { scenarioSchema } = poyntSimulator;
  const full = { ...AT_ONCE, ...scenario };
  assert.deepEqual(schemaFaults(scenarioSchema, withDefaults(scenarioSchema, full)), []);
  return createTerminalBench(poyntSimulator, full, remembered);
}

/** A terminal that is paired with CODE, unless the scenario says otherwise. */
export function given(scenario: JsonObject = {}, remembered?: Json): TerminalBench {
  return unpaired({ pairedWith: CODE, ...scenario }, remembered);
}

/** The answers so far, in order. */
export const answersOf = ({ done }: TerminalBench): readonly SimulatedAnswer[] =>
  done.flatMap((entry) => (entry.kind === "answered" ? [entry.answer] : []));

export const movementsOf = ({ done }: TerminalBench): readonly JsonObject[] =>
  done.flatMap((entry) => (entry.kind === "moved" ? [entry.movement] : []));

export const textOf = ({ body }: SimulatedAnswer): string => new TextDecoder().decode(body);
export const jsonOf = (answer: SimulatedAnswer): JsonObject => JSON.parse(textOf(answer)) as JsonObject;

export function stringOf(value: Json | undefined): string {
  assert(typeof value === "string", `${JSON.stringify(value)} is a text`);
  return value;
}

/** Every answer has these headers and no others, in this order and case (poynt.md 1.1, 1.4). */
export function assertSealed({ headers, body }: SimulatedAnswer, key: string = CODE): void {
  assert.deepEqual(headers, [
    ["Connection", "Keep-Alive"],
    ["Signature", signatureOf(body, key)],
    ["Content-Length", String(body.length)],
    ["Content-Type", "application/json"],
  ]);
}

/** Sends, and lets time pass until it is answered. */
export function ask(bench: TerminalBench, path: string, body: string, sending: Sending = {}): SimulatedAnswer {
  const exchange = bench.request(posted(path, body, sending));
  bench.elapse(100_000);
  const answered = bench.done.find((entry) => entry.kind === "answered" && entry.exchange === exchange);
  assert(answered?.kind === "answered", `${path} is answered`);
  return answered.answer;
}

/** Asks as the client that it is paired with; the answer is sealed. */
export function asked(bench: TerminalBench, path: string, body: JsonObject): JsonObject {
  const answer = ask(bench, path, JSON.stringify({ poyntRequestId: randomUUID(), ...body }));
  assertSealed(answer);
  return jsonOf(answer);
}

export const SALES = "/devices/cat/authorizeSales";

export function sale(payment: JsonObject = {}, more: JsonObject = {}): string {
  return JSON.stringify({
    poyntRequestId: randomUUID(),
    timeout: 60_000,
    payment: { currency: "USD", referenceId: "0A1B2C3D4E", amount: 1250, ...payment },
    ...more,
  });
}

/** What a dialogue looks like, in one line: the outcome of each answer, money, and what became of the connections. */
export function shape(done: readonly Done[]): string {
  return done.map(shapeOf).join(" ");
}

function shapeOf(entry: Done): string {
  switch (entry.kind) {
    case "answered":
      return `${entry.answer.status}:${outcomeOf(entry.answer)}`;
    case "moved":
      return "money";
    case "hungUp":
      return entry.how;
    case "switched":
      return entry.to;
    case "wrote":
    case "closed":
      return entry.kind;
  }
}

function outcomeOf(answer: SimulatedAnswer): string {
  if (answer.body.length === 0) return "";
  try {
    const { error, payment, status } = jsonOf(answer) as Record<string, Record<string, string> & string>;
    return error?.["errorName"] ?? payment?.["status"] ?? status ?? "done";
  } catch {
    return "other";
  }
}
