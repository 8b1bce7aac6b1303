import { changed, movementOf, referenceOf } from "./simulator-course.ts";
import {
  still,
  withJob,
  withPayment,
  type Change,
  type Memory,
  type Payment,
  type Refund,
  type World,
} from "./simulator-memory.ts";
import { reactionOf, type Reaction } from "./simulator-reactions.ts";
import { newId } from "./simulator-values.ts";
import { isNotFailed, refundedBy } from "./simulator-views.ts";
import { announced } from "./simulator-webhooks.ts";

/** A refund that stands; `processing` ones come to their end later. */
export function refundBegun(
  memory: Memory,
  payment: Payment,
  amount: number,
  reactions: readonly Reaction[],
  world: World,
): Change {
  const { scenario, context } = world;
  const pends = reactionOf(reactions, "refundPends");
  const laterMs = pends?.ms ?? scenario.refundMs;
  const refund: Refund = {
    id: newId("REF", context.now, context.crypto),
    referenceId: referenceOf(world),
    amount,
    status: "processing",
  };
  const story = reactions.some(({ kind }) => kind === "webhook")
    ? [...payment.story.filter(({ kind }) => kind !== "webhook"), ...reactions.filter(({ kind }) => kind === "webhook")]
    : payment.story;
  const asked = changed(payment, { refunds: [...payment.refunds, refund], story }, world);
  const standing = withPayment(memory, asked);
  const ends = pends?.ends ?? "processed";
  if (laterMs === 0) return refundEnded(standing, payment.id, refund.id, ends, world);
  const [at, refundId] = [context.now + laterMs, refund.id];
  return still(
    withJob(standing, { name: `refund ${refundId}`, at, work: { kind: "refund", id: payment.id, refundId, ends } }),
  );
}

/** The money goes back, or does not. */
export function refundEnded(
  memory: Memory,
  id: string,
  refundId: string,
  ends: "processed" | "failed",
  world: World,
): Change {
  const payment = memory.payments.find((candidate) => candidate.id === id);
  const refund = payment?.refunds.find((candidate) => candidate.id === refundId);
  if (payment === undefined || refund?.status !== "processing") return still(memory);
  const refunds = payment.refunds.map((other) => (other === refund ? { ...refund, status: ends } : other));
  const over = changed(payment, { refunds }, world);
  const after = withPayment(memory, over);
  if (ends === "failed") return still(after);
  const more = { refundId, refundReferenceId: refund.referenceId };
  return {
    memory: announced(after, over, payment.story, world),
    movements: [movementOf("refund", over, refund.amount, world, more)],
  };
}

/** A total refund that is simulated from outside: it takes effect after a while (mercado-pago.md 5). */
export function refundLater(memory: Memory, payment: Payment, world: World): Memory {
  const left = payment.paid - refundedBy(payment, isNotFailed);
  const pends: Reaction = { kind: "refundPends", ms: Math.max(1, world.scenario.eventMs) };
  return refundBegun(memory, payment, left, [pends], world).memory;
}
