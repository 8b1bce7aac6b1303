import type { JsonObject } from "../../core/json.ts";
import {
  isLive,
  still,
  terminalsOf,
  withJob,
  withoutJobs,
  withPayment,
  type Change,
  type Memory,
  type Payment,
  type PaymentStatus,
  type Stage,
  type World,
} from "./simulator-memory.ts";
import { delayOf, reactionOf, type Reaction } from "./simulator-reactions.ts";
import { currencyOf, timeText } from "./simulator-values.ts";
import { objectIn } from "./simulator-views.ts";
import { announced } from "./simulator-webhooks.ts";

const courseOf = (id: string): string => `course ${id}`;
const expiryOf = (id: string): string => `expire ${id}`;
const cancelOf = (id: string): string => `cancel ${id}`;
const forceOf = (id: string): string => `force ${id}`;

/** One payment as it is now. */
export function changed(payment: Payment, changes: Partial<Payment>, { context }: World): Payment {
  return { ...payment, ...changes, version: payment.version + 1, updatedAt: context.now };
}

/** What the person at the terminal does next, after so long. */
function goOn(memory: Memory, id: string, afterMs: number, { context }: World): Memory {
  return withJob(memory, { name: courseOf(id), at: context.now + afterMs, work: { kind: "course", id } });
}

/** A new payment that waits for its terminal. */
export function begun(memory: Memory, payment: Payment, lifeMs: number, world: World): Memory {
  const { scenario, context } = world;
  const { id, story } = payment;
  const at = context.now + lifeMs;
  const waiting = withJob(withPayment(memory, payment), { name: expiryOf(id), at, work: { kind: "expire", id } });
  return reactionOf(story, "stays")?.in === "created"
    ? waiting
    : goOn(waiting, id, scenario.loadMs + delayOf(story, "load"), world);
}

/** Nobody is there: only what is simulated from outside ends it. */
function isUnattended({ isOthers }: Payment, { scenario }: World): boolean {
  return scenario.customer === "waits" && !isOthers;
}

/** Its terminal is in integrated mode again. */
export function woken(memory: Memory, terminalId: string, world: World): Memory {
  const waiting = memory.payments.filter(
    (payment) => payment.terminalId === terminalId && payment.status === "created",
  );
  return waiting
    .filter(({ story }) => reactionOf(story, "stays") === undefined)
    .reduce((after, { id }) => goOn(after, id, world.scenario.loadMs, world), memory);
}

/** The next step at the terminal. */
export function advanced(memory: Memory, id: string, world: World): Change {
  const payment = memory.payments.find((candidate) => candidate.id === id);
  if (payment === undefined || !isLive(payment)) return still(memory);
  const { scenario } = world;
  const { story, stage } = payment;
  switch (stage) {
    case "created":
      return still(loaded(memory, payment, world));
    case "card":
      return isCanceledAtCard(story)
        ? ended(memory, payment, "canceled", "canceled_on_terminal", world)
        : still(staged(memory, payment, "pin", scenario.stageMs, world));
    case "pin": {
      if (reactionOf(story, "cancels") !== undefined)
        return ended(memory, payment, "canceled", "canceled_on_terminal", world);
      const isUnclear = reactionOf(story, "actionRequired") !== undefined;
      return still(staged(memory, payment, "host", isUnclear ? scenario.actionMs : scenario.stageMs, world));
    }
    case "host":
      return answeredByHost(memory, payment, world);
    case "over":
      return still(memory);
  }
}

function isCanceledAtCard(story: readonly Reaction[]): boolean {
  const cancels = reactionOf(story, "cancels");
  return cancels !== undefined && cancels.at !== "pin";
}

function staged(memory: Memory, payment: Payment, stage: Stage, afterMs: number, world: World): Memory {
  return goOn(withPayment(memory, { ...payment, stage }), payment.id, afterMs, world);
}

/** The terminal has it, if it takes any (mercado-pago.md 4.1). */
export function loaded(memory: Memory, payment: Payment, world: World): Memory {
  const { scenario } = world;
  const { id, terminalId, story } = payment;
  const isDriven = terminalsOf(scenario, memory).some((own) => own.id === terminalId && own.operatingMode === "PDV");
  if (!isDriven) return memory;
  const there = changed(payment, { status: "at_terminal", detail: "at_terminal", stage: "card" }, world);
  const after = withPayment(memory, there);
  const isLeft = reactionOf(story, "stays") !== undefined || isUnattended(payment, world);
  return isLeft ? after : goOn(after, id, scenario.customerMs + delayOf(story, "customer"), world);
}

function answeredByHost(memory: Memory, payment: Payment, world: World): Change {
  const { story } = payment;
  const declines = reactionOf(story, "declines");
  const unclear = reactionOf(story, "actionRequired");
  if (declines !== undefined)
    return ended(memory, payment, "failed", declines.detail ?? "rejected_by_issuer", world, declines.moved ?? false);
  if (unclear !== undefined) {
    const detail = unclear.detail ?? "check_on_terminal";
    return ended(memory, payment, "action_required", detail, world, unclear.moved ?? false);
  }
  return ended(memory, payment, "processed", "accredited", world, true);
}

/** The end of a payment at the terminal. The ledger has it before anybody can know. */
export function ended(
  memory: Memory,
  payment: Payment,
  status: PaymentStatus,
  detail: string,
  world: World,
  isCharged = false,
): Change {
  const { id } = payment;
  const isTried = ["processed", "failed", "action_required"].includes(status);
  const over = changed(
    payment,
    {
      status,
      detail,
      stage: "over",
      ...(isTried ? { referenceId: referenceOf(world), method: methodOf(payment) } : {}),
      ...(isCharged ? chargedFor(payment) : {}),
    },
    world,
  );
  const rest = withoutJobs(withPayment(memory, over), [courseOf(id), expiryOf(id), cancelOf(id), forceOf(id)]);
  return {
    memory: announced(rest, over, payment.story, world),
    movements: isCharged ? [movementOf("sale", over, over.paid, world)] : [],
  };
}

const FIRST_REFERENCE = 90_000_000_000;

/** The number of a payment or refund, as `/v1/payments` has it. No other account has the same one. */
export function referenceOf({ context }: World): string {
  const chance = context.crypto.randomBytes(6).reduce((sum, byte) => sum * 256 + byte, 0);
  return String(FIRST_REFERENCE + (chance % FIRST_REFERENCE));
}

function chargedFor({ amount, story }: Payment): Partial<Payment> {
  const tip = reactionOf(story, "tip")?.amount ?? 0;
  const other = reactionOf(story, "paidAmount");
  if (other === undefined) return { paid: amount + tip, tip };
  return other.told === true ? { paid: amount + tip, tip, toldPaid: other.amount } : { paid: other.amount, tip };
}

function methodOf({ story, asked }: Payment): NonNullable<Payment["method"]> {
  const { id, type, installments } = reactionOf(story, "card") ?? {};
  const wanted = objectIn(objectIn(asked, "config"), "payment_method");
  const asType = type ?? wanted["default_type"];
  const chosen = typeof asType === "string" ? asType : "credit_card";
  const parts = Number(wanted["default_installments"] ?? 1);
  return {
    id: id ?? (chosen === "debit_card" ? "debvisa" : "visa"),
    type: chosen,
    installments: installments ?? (chosen === "credit_card" && parts > 0 ? parts : 1),
  };
}

/** One line of the ledger. */
export function movementOf(
  kind: "sale" | "refund",
  payment: Payment,
  amount: number,
  { scenario, context }: World,
  more: JsonObject = {},
): JsonObject {
  return {
    at: timeText(context.now),
    kind,
    orderId: payment.id,
    externalReference: payment.reference,
    paymentId: payment.transactionId,
    referenceId: payment.referenceId,
    amount: kind === "sale" ? amount : -amount,
    tip: kind === "sale" ? payment.tip : 0,
    currency: currencyOf(scenario.country),
    terminalId: payment.terminalId,
    ...(payment.isOthers ? { by: "anotherSystem" } : {}),
    ...more,
  };
}

/** Its time is over. What has gone to the host ends there. */
export function expired(memory: Memory, id: string, world: World): Change {
  const payment = memory.payments.find((candidate) => candidate.id === id);
  if (payment === undefined || !isLive(payment) || payment.stage === "host") return still(memory);
  return ended(memory, payment, "expired", "expired", world);
}

/** A cancel on its way to the terminal (mercado-pago.md 4.3). */
export function cancelAsked(memory: Memory, payment: Payment, losesRace: boolean, world: World): Memory {
  const { scenario, context } = world;
  const { id } = payment;
  const asked = changed(payment, { detail: "cancellation_requested" }, world);
  const at = context.now + scenario.cancelMs;
  return withJob(withPayment(memory, asked), { name: cancelOf(id), at, work: { kind: "cancel", id, losesRace } });
}

/** The terminal has heard of it: too late, where the card has gone to the host. */
export function canceledThere(memory: Memory, id: string, losesRace: boolean, world: World): Change {
  const payment = memory.payments.find((candidate) => candidate.id === id);
  if (payment === undefined || !isLive(payment)) return still(memory);
  if (!losesRace && payment.stage !== "host") return ended(memory, payment, "canceled", "canceled", world);
  const isMoving = memory.jobs.some(({ name }) => name === courseOf(id));
  // Somebody who would not have come comes now.
  return still(isMoving ? memory : staged(memory, payment, "pin", world.scenario.stageMs, world));
}

/** What is simulated from outside takes effect, by way of the terminal (mercado-pago.md 5). */
export function forced(
  memory: Memory,
  id: string,
  status: PaymentStatus,
  story: readonly Reaction[],
  world: World,
): Change {
  const payment = memory.payments.find((candidate) => candidate.id === id);
  if (payment === undefined || !isLive(payment)) return still(memory);
  const told = { ...payment, story: [...story, ...payment.story.filter(({ kind }) => kind === "webhook")] };
  if (payment.status === "created") {
    const there = changed(told, { status: "at_terminal", detail: "at_terminal", stage: "card" }, world);
    return still(forceLater(withPayment(memory, there), there, status, story, world));
  }
  if (status === "canceled") return ended(memory, told, "canceled", "canceled_on_terminal", world);
  return status === "expired" ? ended(memory, told, "expired", "expired", world) : answeredByHost(memory, told, world);
}

/** From here on the person at the terminal does what was asked for, and nothing else. */
export function forceLater(
  memory: Memory,
  { id }: Payment,
  status: PaymentStatus,
  story: readonly Reaction[],
  { scenario, context }: World,
): Memory {
  const at = context.now + Math.floor(scenario.eventMs / 2);
  const free = withoutJobs(memory, [courseOf(id), cancelOf(id)]);
  return withJob(free, { name: forceOf(id), at, work: { kind: "force", id, status, story } });
}
