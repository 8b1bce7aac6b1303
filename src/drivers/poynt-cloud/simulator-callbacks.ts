import { encodeUtf8 } from "../../codec/utf8.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { SimulatorContext } from "../simulator.ts";
import type { Stage } from "./simulator-stage.ts";
import { delayOfCallback, reactionOf, type Reaction } from "./simulator-reactions.ts";

/** The terminal waits for a 200 so long, and delivers so much later where none came (poynt.md 2.5). */
const ANSWER_MS = 3_000;
const AGAIN_MS = [5_000, 10_000] as const;
const MAX_CALLS = 1_000;

/** What the terminal is telling somebody. */
type Call = { readonly url: string; readonly body: Uint8Array; readonly isStubborn: boolean; readonly attempt: number };

/** The callbacks of all terminals. */
export class Callbacks {
  readonly #stage: Stage;
  readonly #calls = new Map<string, Call>();
  #count = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** `payment` as it stands on the terminal; undefined where it was canceled. */
  tell(
    url: string | undefined,
    referenceId: string,
    payment: JsonObject | undefined,
    reactions: readonly Reaction[],
    context: SimulatorContext,
  ): void {
    if (url === undefined || reactionOf(reactions, "noCallback") !== undefined) {
      this.#stage.log(`${referenceId}: nobody is called back`);
      return;
    }
    const text = JSON.stringify(misread(callbackBody(referenceId, payment), reactions));
    const whole = reactionOf(reactions, "tornCallback") === undefined ? text : text.slice(0, text.length / 2);
    const plain = encodeUtf8(whole);
    const body = this.#stage.scenario.gzip ? context.crypto.gzip(plain) : plain;
    const isStubborn = reactionOf(reactions, "thriceCallback") !== undefined;
    this.#stage.later(delayOfCallback(reactions), context, () => {
      this.#call({ url, body, isStubborn, attempt: 0 });
    });
  }

  ended(name: string, status: number | undefined, context: SimulatorContext): void {
    const call = this.#calls.get(name);
    if (call === undefined) return;
    this.#calls.delete(name);
    if (status === 200 && !call.isStubborn) return;
    const againMs = AGAIN_MS[call.attempt];
    if (againMs === undefined) {
      if (status !== 200) this.#stage.log(`${call.url} did not take the callback`);
      return;
    }
    this.#stage.later(againMs, context, () => {
      this.#call({ ...call, attempt: call.attempt + 1 });
    });
  }

  #call(call: Call): void {
    if (this.#calls.size >= MAX_CALLS) return;
    this.#count += 1;
    const name = `callback ${this.#count}`;
    this.#calls.set(name, call);
    const { url, body } = call;
    const packed = this.#stage.scenario.gzip ? { "Content-Encoding": "gzip" } : {};
    this.#stage.effect({
      kind: "call",
      call: name,
      url,
      headers: {
        "Content-Type": "application/json; charset=utf-8",
        ...packed,
        "User-Agent": "okhttp/2.5.0",
        "Accept-Encoding": "gzip",
        Connection: "Keep-Alive",
      },
      body,
      answerTimeoutMs: ANSWER_MS,
    });
  }
}

/** Approved or declined, it was processed (poynt.md 2.5). */
function callbackBody(referenceId: string, payment: JsonObject | undefined): JsonObject {
  if (payment === undefined) return { referenceId, status: "CANCELED" };
  const { transactions = [] } = payment;
  const tips = Array.isArray(transactions) ? transactions.flatMap(tipOf) : [];
  return {
    ...payment,
    referenceId,
    status: "PROCESSED",
    tipAmounts: Object.fromEntries(tips),
    callerPackageName: "co.poynt.services",
  };
}

function tipOf(transaction: Json): readonly (readonly [string, Json])[] {
  if (!isJsonObject(transaction)) return [];
  const { id, amounts } = transaction;
  const tip = isJsonObject(amounts) ? amounts["tipAmount"] : undefined;
  return typeof id === "string" && typeof tip === "number" && tip > 0 ? [[id, tip]] : [];
}

/** What the callback alone tells otherwise than it is. */
function misread(body: JsonObject, reactions: readonly Reaction[]): JsonObject {
  const reference = reactionOf(reactions, "otherReference");
  const other = reactionOf(reactions, "otherAmount");
  const status = reactionOf(reactions, "otherStatus")?.status;
  const amount = other?.where === "transaction" ? undefined : other?.amount;
  const { transactions } = body;
  return {
    ...body,
    ...(reference === undefined ? {} : { referenceId: reference.referenceId }),
    ...(status === undefined ? {} : { status }),
    ...(amount === undefined ? {} : { amount }),
    ...(amount === undefined || !Array.isArray(transactions)
      ? {}
      : { transactions: transactions.map((transaction: Json) => amountMisread(transaction, amount)) }),
  };
}

function amountMisread(transaction: Json, amount: number): Json {
  if (!isJsonObject(transaction) || !isJsonObject(transaction["amounts"])) return transaction;
  return { ...transaction, amounts: { ...transaction["amounts"], transactionAmount: amount, orderAmount: amount } };
}
