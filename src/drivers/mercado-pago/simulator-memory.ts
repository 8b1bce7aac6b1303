import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { SimulatorContext } from "../simulator.ts";
import type { Reaction } from "./simulator-reactions.ts";
import type { Reply } from "./simulator-replies.ts";
import type { Hits, Scenario, Terminal } from "./simulator-scenario.ts";

/** `refused`: an end without money, for whatever reason. */
export type Refund = {
  readonly id: string;
  readonly referenceId: string;
  readonly amount: number;
  readonly status: "processing" | "processed" | "failed";
};

/** Where a payment stands at the terminal. Behind `host` nobody can stop it. */
export type Stage = "created" | "card" | "pin" | "host" | "over";

export type PaymentStatus =
  "created" | "at_terminal" | "processed" | "failed" | "canceled" | "expired" | "action_required" | "refunded";

/** An order of the Orders API or an intent of the older one: both are one payment at a terminal. Amounts in minor units. */
export type Payment = {
  readonly id: string;
  readonly api: "orders" | "intents";
  /** `PAY...`; what the Orders API calls the transaction. */
  readonly transactionId: string;
  /** What `/v1/payments` calls it; empty before anybody has tried to pay. */
  readonly referenceId: string;
  readonly terminalId: string;
  readonly reference: string;
  readonly amount: number;
  /** As it was asked, for what is told back. */
  readonly asked: JsonObject;
  readonly expirationTime: string;
  readonly isOthers: boolean;
  readonly status: PaymentStatus;
  /** Of the payment in it (mercado-pago.md 4.1). */
  readonly detail: string;
  readonly stage: Stage;
  readonly paid: number;
  readonly tip: number;
  /** What it says was paid, where that is something else. */
  readonly toldPaid?: number;
  readonly method?: { readonly id: string; readonly type: string; readonly installments: number };
  readonly refunds: readonly Refund[];
  readonly story: readonly Reaction[];
  readonly version: number;
  /** Wall clock, milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** A refund that the older API brings to a terminal. */
export type RefundIntent = {
  readonly id: string;
  readonly terminalId: string;
  readonly referenceId: string;
  readonly state: "OPEN" | "FINISHED" | "CANCELED";
};

export type PrintAction = {
  readonly id: string;
  readonly asked: JsonObject;
  readonly at: number;
  readonly isCanceled: boolean;
};

/** Something that falls due by itself. Kept, because the cloud goes on where it was. */
export type Job = { readonly name: string; readonly at: number; readonly work: Work };
type Work =
  /** The next step of a payment at its terminal. */
  | { readonly kind: "course"; readonly id: string }
  | { readonly kind: "expire"; readonly id: string }
  /** The terminal hears of a cancel. */
  | { readonly kind: "cancel"; readonly id: string; readonly losesRace: boolean }
  | { readonly kind: "force"; readonly id: string; readonly status: PaymentStatus; readonly story: readonly Reaction[] }
  | { readonly kind: "refund"; readonly id: string; readonly refundId: string; readonly ends: "processed" | "failed" }
  | { readonly kind: "refundIntent"; readonly id: string }
  | { readonly kind: "webhook"; readonly delivery: Delivery };

export type Delivery = {
  readonly topic: "order" | "point_integration_wh";
  readonly id: string;
  readonly body: string;
  readonly signature: "right" | "wrong" | "none";
  readonly attempt: number;
};

export type KeptAnswer = {
  readonly key: string;
  /** Of method, path and body. */
  readonly print: string;
  readonly at: number;
  readonly reply: Reply;
};

export type Memory = {
  readonly version: 1;
  /** Oldest first, as all lists here. */
  readonly payments: readonly Payment[];
  readonly refundIntents: readonly RefundIntent[];
  readonly actions: readonly PrintAction[];
  readonly jobs: readonly Job[];
  readonly answers: readonly KeptAnswer[];
  readonly modes: Readonly<Record<string, Terminal["operatingMode"]>>;
  readonly tokens: readonly { readonly token: string; readonly expiresAt: number }[];
  readonly revoked: readonly string[];
  readonly refreshTokens: readonly { readonly token: string; readonly usedAt?: number }[];
  readonly usedCodes: readonly string[];
  /** Webhooks so far: their numbers. */
  readonly count: number;
  /** Of the scenario, not of the cloud. */
  readonly hits: Hits;
};

const MOST = { payments: 1_000, refundIntents: 200, actions: 200, jobs: 5_000, answers: 1_000, tokens: 50, few: 100 };

/** What an earlier process saved; anything else is as good as nothing. */
export function restoredMemory(saved: Json | undefined, { oauth }: Scenario): Memory {
  const empty: Memory = {
    version: 1,
    payments: [],
    refundIntents: [],
    actions: [],
    jobs: [],
    answers: [],
    modes: {},
    tokens: [],
    revoked: [],
    refreshTokens: oauth?.refreshToken === undefined ? [] : [{ token: oauth.refreshToken }],
    usedCodes: [],
    count: 0,
    hits: [],
  };
  if (!isJsonObject(saved) || saved["version"] !== 1) return empty;
  return { ...empty, ...(saved as unknown as Memory) };
}

/** All that a step works on, and what comes of it. */
export type World = { readonly scenario: Scenario; readonly context: SimulatorContext };
export type Change = { readonly memory: Memory; readonly movements: readonly JsonObject[] };
export type Answered = Change & { readonly reply: Reply };

export const still = (memory: Memory): Change => ({ memory, movements: [] });

/** With a new one, or an old one as it is now. */
function withItem<Item extends { readonly id: string }>(
  items: readonly Item[],
  item: Item,
  most: number,
): readonly Item[] {
  return items.some(({ id }) => id === item.id)
    ? items.map((other) => (other.id === item.id ? item : other))
    : [...items, item].slice(-most);
}

export function withPayment(memory: Memory, payment: Payment): Memory {
  return { ...memory, payments: withItem(memory.payments, payment, MOST.payments) };
}

export function withRefundIntent(memory: Memory, intent: RefundIntent): Memory {
  return { ...memory, refundIntents: withItem(memory.refundIntents, intent, MOST.refundIntents) };
}

export function withAction(memory: Memory, action: PrintAction): Memory {
  return { ...memory, actions: withItem(memory.actions, action, MOST.actions) };
}

export function withAnswer(memory: Memory, answer: KeptAnswer): Memory {
  return { ...memory, answers: [...memory.answers, answer].slice(-MOST.answers) };
}

export function withToken(memory: Memory, token: Memory["tokens"][number]): Memory {
  return { ...memory, tokens: [...memory.tokens, token].slice(-MOST.tokens) };
}

export function withRevoked(memory: Memory, tokens: readonly string[]): Memory {
  return { ...memory, revoked: [...memory.revoked, ...tokens].slice(-MOST.few) };
}

/** One of a name: a new one takes the place of the old. Beyond the limit it is not done, which no scenario comes to. */
export function withJob(memory: Memory, job: Job): Memory {
  const others = memory.jobs.filter(({ name }) => name !== job.name);
  return others.length >= MOST.jobs ? memory : { ...memory, jobs: [...others, job] };
}

export function withoutJobs(memory: Memory, names: readonly string[]): Memory {
  return { ...memory, jobs: memory.jobs.filter(({ name }) => !names.includes(name)) };
}

/** Takes the next number. */
export function counted(memory: Memory): { readonly memory: Memory; readonly count: number } {
  const count = memory.count + 1;
  return { memory: { ...memory, count }, count };
}

export function terminalsOf({ terminals }: Scenario, { modes }: Memory): readonly Terminal[] {
  return terminals.map((terminal) => ({ ...terminal, operatingMode: modes[terminal.id] ?? terminal.operatingMode }));
}

export const isLive = ({ status }: Payment): boolean => status === "created" || status === "at_terminal";
