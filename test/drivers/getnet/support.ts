import { createHash, randomBytes } from "node:crypto";
import type { Dispatched } from "../../../src/core/facts.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Operation } from "../../../src/core/operation.ts";
import type { Verdict } from "../../../src/core/outcome.ts";
import type { Crypto } from "../../../src/core/ports.ts";
import { withDefaults } from "../../../src/core/schema.ts";
import type { Conversation, Doubt, Effect, Input, Order } from "../../../src/drivers/driver.ts";
import type { GetnetMessage, Reply, Request } from "../../../src/drivers/getnet/messages.ts";
import { getnetSettingsSchema, type GetnetSettings } from "../../../src/drivers/getnet/settings.ts";

export const crypto: Crypto = {
  sha256: (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
  randomBytes: (count) => new Uint8Array(randomBytes(count)),
};

export type GetnetEffect = Effect<GetnetMessage>;
type EffectOf<Kind extends GetnetEffect["kind"]> = Extract<GetnetEffect, { kind: Kind }>;

export const SERIAL = "serial /dev/ttyACM0 #1";
export const TCP = "tcp 192.0.2.1:7000 #1";
const START = Date.UTC(2026, 0, 2, 3, 4, 5);

export function settingsWith(changes: JsonObject = {}): GetnetSettings {
  return withDefaults(getnetSettingsSchema, { currency: "CLP", ...changes }) as GetnetSettings;
}

/** One machine on the bench: it gets inputs, its timers run in virtual time, and what it wants done is written down. */
export class Bench {
  readonly effects: GetnetEffect[] = [];
  readonly #timers = new Map<string, number>();
  readonly #claimed: ReadonlySet<string>;
  #conversation: Conversation<GetnetMessage>;
  #nowMs = 0;
  #ended = false;

  /** `claimed`: the movements that transactions of the journal hold already. */
  constructor(conversation: Conversation<GetnetMessage>, claimed: readonly string[] = []) {
    this.#conversation = conversation;
    this.#claimed = new Set(claimed);
  }

  /** Whether the machine asked to be over; like the engine, the bench gives it nothing more then. */
  get ended(): boolean {
    return this.#ended;
  }

  give(input: Input<GetnetMessage>): readonly GetnetEffect[] {
    if (this.#ended) return [];
    const [next, effects] = this.#conversation.step(input, {
      now: START + this.#nowMs,
      vendorNow: START + this.#nowMs,
      crypto,
      secrets: {},
    });
    this.#conversation = next;
    for (const effect of effects) this.#perform(effect);
    return effects;
  }

  hear(message: GetnetMessage): readonly GetnetEffect[] {
    return this.give({ kind: "received", message });
  }

  elapse(durationMs: number): void {
    const endMs = this.#nowMs + durationMs;
    for (;;) {
      const due = [...this.#timers].filter(([, dueMs]) => dueMs <= endMs).sort((one, other) => one[1] - other[1]);
      const [next] = due;
      if (next === undefined) break;
      this.#timers.delete(next[0]);
      this.#nowMs = next[1];
      this.give({ kind: "timer", timer: next[0] });
    }
    this.#nowMs = endMs;
  }

  all<Kind extends GetnetEffect["kind"]>(kind: Kind): readonly EffectOf<Kind>[] {
    return this.effects.filter((effect): effect is EffectOf<Kind> => effect.kind === kind);
  }

  /** The requests that left, acknowledgements aside. */
  get requests(): readonly Request[] {
    return this.all("send").flatMap(({ message }) => (message.kind === "request" ? [message] : []));
  }

  get commands(): readonly number[] {
    return this.requests.map(({ command }) => command);
  }

  get acknowledgements(): number {
    return this.all("send").filter(({ message }) => message.kind === "acknowledgement").length;
  }

  get settled(): Verdict | undefined {
    return this.all("settle")[0]?.verdict;
  }

  #perform(effect: GetnetEffect): void {
    this.effects.push(effect);
    if (effect.kind === "arm") this.#timers.set(effect.timer, this.#nowMs + effect.afterMs);
    if (effect.kind === "disarm") this.#timers.delete(effect.timer);
    if (effect.kind === "askClaims") {
      this.give({ kind: "claims", claimed: effect.movements.filter((movement) => this.#claimed.has(movement)) });
    }
    if (effect.kind === "done" || effect.kind === "doubt" || effect.kind === "dropLink") {
      this.#ended = true;
      this.#timers.clear();
    }
  }
}

export const TRANSACTION = "0D3K7QX9TABCDEFGHJKM";

export function orderOf(operation: Operation, changes: Partial<Order> = {}): Order {
  return { transaction: TRANSACTION, operation, answerLimitMs: 130_000, ...changes };
}

export const SALE: Operation = { type: "sale", amount: { value: 12_500, currency: "CLP" } };
export const VOID: Operation = { type: "void", original: { transaction: "older" } };
export const REFUND: Operation = { type: "refund", original: { transaction: "older" } };
export const CLOSE: Operation = { type: "reconciliation" };
export const REPRINT: Operation = { type: "duplicateReceipt" };

/** The sale that voids and refunds are about. */
export const ORIGINAL = {
  type: "sale",
  terminalReferences: { operationId: "17", authorizationCode: "250349" },
  approved: { value: 12_500, currency: "CLP" },
} as const;

export const SALE_ORDER = orderOf(SALE);
export const VOID_ORDER = orderOf(VOID, { original: ORIGINAL });
export const REFUND_ORDER = orderOf(REFUND, { original: ORIGINAL });

export function reply(functionCode: number, responseCode: number, fields: JsonObject = {}, text = "Aprobado"): Reply {
  return { kind: "reply", functionCode, responseCode, text, fields };
}

/** A sale record as a terminal tells it (getnet.md 4). */
export function record(changes: JsonObject = {}): JsonObject {
  return {
    CommerceCode: 597029,
    TerminalId: "70012345",
    Ticket: TRANSACTION,
    AuthorizationCode: "250360",
    Amount: 12_500,
    SharesNumber: 0,
    SharesAmount: 0,
    Last4Digits: "0042",
    OperationId: 18,
    CardType: "DB",
    AccountingDate: "",
    AccountNumber: "",
    CardBrand: "VI",
    RealDate: "",
    EmployeeId: 1,
    Tip: 0,
    SaleType: 0,
    PosMode: 0,
    Cashback: 0,
    ...changes,
  };
}

export const RECEIVED: GetnetMessage = { kind: "acknowledgement", received: true };
export const NOT_RECEIVED: GetnetMessage = { kind: "acknowledgement", received: false };

/** What the terminal's memory ended with before the dispatch: operation 9. */
export const BASELINE_RECORD = record({ Ticket: "MANUAL", AuthorizationCode: "250340", OperationId: 9, Amount: 700 });
const BASELINE: JsonObject = {
  version: 1,
  movement: "getnet/100/597029/70012345/9/250340/MANUAL",
  operationId: 9,
};

export const IDENTITY = { serialNumber: "SN-1", terminalId: "70012345", commerceCode: "597029" };
const PARAMETERS: JsonObject = { Sn: "SN-1", TerminalId: "70012345", Model: "A920Pro" };

export function doubtOf(order: Order, ticket: string, changes: Partial<Dispatched> = {}, canceled = false): Doubt {
  return {
    order,
    cancelRequested: canceled,
    dispatched: {
      kind: "dispatched",
      attempt: 1,
      request: "",
      ticket,
      driver: { id: "getnet", version: "1" },
      identity: IDENTITY,
      baseline: BASELINE,
      link: SERIAL,
      deadline: "2026-01-02T03:06:15.000Z",
      lastSeen: "2026-01-02T03:04:05.000Z",
      ...changes,
    },
  };
}

/** What a terminal answers to each command; undefined where it stays silent. */
export type Answers = (command: number) => readonly GetnetMessage[] | undefined;

/** The answers of a terminal whose memory holds these: the last one for LastVoucher (with its function), all of them for Details. */
export function memoryAnswers(
  vouchers: readonly (readonly [functionCode: number, fields: JsonObject])[],
  changes: Readonly<Record<number, readonly GetnetMessage[] | undefined>> = {},
): Answers {
  const last = vouchers.at(-1);
  const details = vouchers.map(([, fields]) => fields);
  const known: Readonly<Record<number, readonly GetnetMessage[] | undefined>> = {
    101: [RECEIVED, last === undefined ? reply(101, 2, {}, "No existen transacciones") : reply(last[0], 0, last[1])],
    104: [RECEIVED, reply(104, 0, { TxCount: vouchers.length, TxTotal: 900 })],
    105: [RECEIVED, reply(105, 0, { SaleDetails: details })],
    106: [RECEIVED, reply(106, 0, { Connected: true })],
    114: [RECEIVED, reply(114, 0, PARAMETERS)],
    ...changes,
  };
  return (command) => known[command];
}

/** Lets time pass; each request of the machine is answered within 100 ms. */
export function play(bench: Bench, answers: Answers, durationMs: number): void {
  let answered = bench.requests.length;
  for (let passedMs = 0; passedMs < durationMs && !bench.ended; passedMs += 100) {
    bench.elapse(100);
    const asked = bench.commands.slice(answered);
    answered += asked.length;
    for (const command of asked) for (const message of answers(command) ?? []) bench.hear(message);
  }
}
