import assert from "node:assert/strict";
import { createSign, generateKeyPairSync, randomUUID } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { isJsonObject, type Json, type JsonObject } from "../../../src/core/json.ts";
import { schemaFaults, withDefaults } from "../../../src/core/schema.ts";
import { poyntCloudSimulator } from "../../../src/drivers/poynt-cloud/simulator.ts";
import type { SimulatedAnswer, SimulatedRequest, Simulator, SimulatorEffect } from "../../../src/drivers/simulator.ts";
import { createTerminalBench, type Done, type TerminalBench } from "../../support/terminal-bench.ts";

export const BUSINESS = "d1a3b5c7-2e4f-4680-9bdf-13579bdf0203";
export const STORE = "4b0f5c1e-9a56-4a39-8f52-0c7d6e5a4b02";
/** Of the serial number P61SIM000000001. */
export const DEVICE = "urn:tid:00000000-0000-4000-8000-061000000001";
export const APPLICATION = "urn:aid:7c6d2a44-7f13-4f0d-9f0b-0d3c0c8f4a11";
export const TRANSACTIONS = `/businesses/${BUSINESS}/transactions`;
export const NOBODY = "99999999-9999-4999-8999-999999999999";

/** When the bench begins. */
export const START = Date.UTC(2026, 0, 2, 3, 4, 5);
/** Nothing takes time to speak of, and nobody has to ask for a token. */
const AT_ONCE = { customerMs: 0, stageMs: 0, deliveryMs: 1, accessToken: "TOKEN" };

export type Call = Extract<SimulatorEffect, { readonly kind: "call" }> & { readonly atMs: number };
export type CloudBench = TerminalBench & {
  /** To whoever gave a callbackUrl. */
  readonly calls: readonly Call[];
};

export function given(scenario: JsonObject = {}, remembered?: Json): CloudBench {
  const { scenarioSchema } = poyntCloudSimulator;
  const full = { ...AT_ONCE, ...scenario };
  assert.deepEqual(schemaFaults(scenarioSchema, withDefaults(scenarioSchema, full)), []);
  const calls: Call[] = [];
  const recording: Simulator = {
    scenarioSchema,
    create: (asked, memory) => {
      const cloud = poyntCloudSimulator.create(asked, memory);
      return {
        step: (input, context) =>
          cloud.step(input, context).filter((effect) => {
            if (effect.kind === "call") calls.push({ ...effect, atMs: context.now - START });
            return effect.kind !== "call";
          }),
      };
    },
  };
  return Object.assign(createTerminalBench(recording, full, remembered), { calls });
}

/** With one rule for everything. */
export const under = (command: string, ...then: readonly JsonObject[]): JsonObject => ({
  rules: [{ when: { command }, then }],
});

export type Asking = {
  readonly body?: Json;
  /** In place of `body`, as it is. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly requestId?: string;
};

export function requestOf(line: string, { body, text, headers = {}, requestId = randomUUID() }: Asking = {}) {
  const [method = "", path = ""] = line.split(" ");
  const content = text ?? (body === undefined ? "" : JSON.stringify(body));
  const own = { "api-version": "1.2", "poynt-request-id": requestId, authorization: "Bearer TOKEN" };
  const request: SimulatedRequest = {
    method,
    path,
    headers: { ...own, ...(content === "" ? {} : { "content-type": "application/json" }), ...headers },
    body: new TextEncoder().encode(content),
  };
  return request;
}

/** Asks without waiting for the answer. */
export const send = (bench: CloudBench, line: string, asking?: Asking): string =>
  bench.request(requestOf(line, asking));

export function answerTo({ done }: CloudBench, exchange: string): SimulatedAnswer {
  const answered = done.find((entry) => entry.kind === "answered" && entry.exchange === exchange);
  assert(answered?.kind === "answered", `${exchange} is answered`);
  return answered.answer;
}

export function stringOf(value: Json | undefined): string {
  assert(typeof value === "string", `${JSON.stringify(value)} is a text`);
  return value;
}

export type Told = { readonly status: number; readonly code: Json | undefined; readonly body: JsonObject };

export function told(answer: SimulatedAnswer): Told {
  const text = new TextDecoder().decode(answer.body);
  const body = text === "" ? {} : (JSON.parse(text) as JsonObject);
  return { status: answer.status, code: body["code"], body };
}

/** Asks, and lets time pass until all that was begun is over. */
export function ask(bench: CloudBench, line: string, asking?: Asking): Told {
  const exchange = send(bench, line, asking);
  bench.elapse(1);
  return told(answerTo(bench, exchange));
}

/** An envelope with a message of the first generation. */
export function flat(data: JsonObject = {}, envelope: JsonObject = {}): Asking {
  const full = { action: "sale", purchaseAmount: 1_250, currency: "USD", referenceId: "ABC1234", ...data };
  return {
    body: { businessId: BUSINESS, storeId: STORE, deviceId: DEVICE, ttl: 45, data: JSON.stringify(full), ...envelope },
  };
}

/** An envelope with a message of the second generation: a string in a string. */
export function nested(payment: JsonObject = {}, data: JsonObject = {}): Asking {
  const full = { currency: "USD", referenceId: "ABC1234", amount: 1_250, ...payment };
  const inner = JSON.stringify({ payment: JSON.stringify(full), ...data });
  return { body: { businessId: BUSINESS, storeId: STORE, deviceId: DEVICE, ttl: 45, data: inner } };
}

export const CLOUD_MESSAGES = "POST /cloudMessages";
export const CALLBACK = "http://127.0.0.1:8080/back?to=me";

export const movementsOf = ({ done }: CloudBench): readonly JsonObject[] =>
  done.flatMap((entry) => (entry.kind === "moved" ? [entry.movement] : []));

export const ledger = (bench: CloudBench) =>
  movementsOf(bench).map(({ kind, referenceId, amount }) => [kind, referenceId, amount]);

export type Transaction = JsonObject & {
  readonly id: string;
  readonly action: string;
  readonly status: string;
  readonly amounts: JsonObject;
  readonly references?: readonly JsonObject[];
};

export function found(bench: CloudBench, query: string): readonly Transaction[] {
  const { status, body } = ask(bench, `GET ${TRANSACTIONS}?${query}`);
  assert.equal(status, 200, query);
  return body["transactions"] as readonly Transaction[];
}

/** Sells by message, and answers the transaction's id. */
export function sold(bench: CloudBench, data: JsonObject = {}): string {
  assert.equal(ask(bench, CLOUD_MESSAGES, flat(data)).status, 202);
  const { transactionId } = movementsOf(bench).at(-1) ?? {};
  assert(typeof transactionId === "string");
  return transactionId;
}

/** What a callback says. */
export function callbackOf(call: Call | undefined): JsonObject {
  assert(call !== undefined, "somebody was called");
  const plain = call.headers["Content-Encoding"] === "gzip" ? gunzipSync(call.body) : call.body;
  const body = JSON.parse(new TextDecoder().decode(plain)) as Json;
  assert(isJsonObject(body));
  return body;
}

export const answerCall = (bench: CloudBench, call: Call | undefined, status: number | undefined): void => {
  assert(call !== undefined, "somebody was called");
  bench.give({ kind: "callEnded", call: call.call, status });
};

/** What happened, in one line. */
export function shape(done: readonly Done[]): string {
  return done.map(shapeOf).join(" ");
}

function shapeOf(entry: Done): string {
  if (entry.kind === "answered") return `${entry.answer.status}${codeIn(entry.answer)}`;
  if (entry.kind === "moved") return "money";
  return entry.kind === "hungUp" ? entry.how : entry.kind;
}

function codeIn(answer: SimulatedAnswer): string {
  try {
    const { code } = told(answer);
    return typeof code === "string" ? `:${code}` : "";
  } catch {
    return ":other";
  }
}

const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const PUBLIC_PEM = keys.publicKey.export({ type: "spki", format: "pem" }).toString();
export const PUBLIC_DER = keys.publicKey.export({ type: "spki", format: "der" }).toString("base64");

/** A JWT that is signed here, and not with code of ours. */
export function jwt(claims: JsonObject = {}, header: JsonObject = { alg: "RS256", typ: "JWT" }): string {
  const nowS = Math.floor(START / 1_000);
  const full = {
    iss: APPLICATION,
    sub: APPLICATION,
    aud: "https://services.poynt.net",
    iat: nowS,
    exp: nowS + 300,
    jti: randomUUID(),
    ...claims,
  };
  const part = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part(header)}.${part(full)}`;
  return `${signed}.${createSign("sha256").update(signed).sign(keys.privateKey).toString("base64url")}`;
}

export function form(fields: Readonly<Record<string, string>>): Asking {
  return {
    text: new URLSearchParams(fields).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded", authorization: "" },
  };
}

export const granting = (assertion: string): Asking =>
  form({ grantType: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion });
