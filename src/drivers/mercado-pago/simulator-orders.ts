import type { JsonObject } from "../../core/json.ts";
import { begun, cancelAsked, ended, forceLater, loaded } from "./simulator-course.ts";
import {
  isLive,
  still,
  terminalsOf,
  type Answered,
  type Memory,
  type Payment,
  type PaymentStatus,
  type World,
} from "./simulator-memory.ts";
import { FAILURES, reactionOf, type Failure, type Reaction } from "./simulator-reactions.ts";
import { refundBegun, refundLater } from "./simulator-refunds.ts";
import { done, failure, type Reply } from "./simulator-replies.ts";
import { fieldsOf, firstIn, textIn, type Arrival } from "./simulator-requests.ts";
import { amountText, expirationMsIn, isOrderId, minorIn, newId } from "./simulator-values.ts";
import { faultIn } from "./simulator-validation.ts";
import { isNotFailed, objectIn, orderStatusOf, orderView, refundedBy } from "./simulator-views.ts";

const DAY_MS = 86_400_000;
const REFUND_WINDOW_MS = 90 * DAY_MS;
/** Three months. */
const READABLE_MS = 92 * DAY_MS;
const DEFAULT_EXPIRATION = "PT15M";
const DEFAULT_EXPIRATION_MS = 900_000;

export const refused = (memory: Memory, reply: Reply): Answered => ({ ...still(memory), reply });

/** What stays with a payment of the reactions to its create. */
export function storyOf(reactions: readonly Reaction[]): readonly Reaction[] {
  const kept: ReadonlySet<string> = new Set([
    "declines",
    "actionRequired",
    "cancels",
    "tip",
    "paidAmount",
    "stays",
    "card",
    "webhook",
    "slow",
  ]);
  return reactions.filter(({ kind }) => kept.has(kind));
}

/** mercado-pago.md 3.1. */
export function createOrder(arrival: Arrival, reactions: readonly Reaction[], memory: Memory, world: World): Answered {
  const { scenario, context } = world;
  const fault = faultIn("order", arrival.body);
  if (fault !== undefined) return refused(memory, fault);
  const asked = fieldsOf(arrival);
  const amount = minorIn(textIn(firstIn(objectIn(asked, "transactions"), "payments"), "amount"), scenario.country);
  if (amount === undefined || amount < Math.max(1, scenario.minimumAmount)) {
    const least = amountText(Math.max(1, scenario.minimumAmount), scenario.country);
    const why = `transactions.payments[0].amount: must be greater than or equal to ${least}`;
    return refused(memory, failure(400, "property_value", "Invalid request", [why]));
  }
  const terminalId = textIn(objectIn(objectIn(asked, "config"), "point"), "terminal_id");
  const terminal = terminalsOf(scenario, memory).find(({ id }) => id === terminalId);
  // An id that nobody has is not in the vendor's table: it is nobody's of this account.
  if (terminal?.owner !== "own")
    return refused(memory, failure(403, "forbidden_checking_terminal_owner", "The terminal is not of this account"));
  const busy = queuedAt(memory, terminalId);
  if (busy !== undefined) return refused(memory, queuedReply(scenario.queuedCode));
  const expirationTime = textIn(asked, "expiration_time") || DEFAULT_EXPIRATION;
  const payment = newPayment(
    {
      id: newId("ORD", context.now, context.crypto),
      api: "orders",
      terminalId,
      reference: textIn(asked, "external_reference"),
      amount,
      asked,
      expirationTime,
      story: storyOf(reactions),
    },
    world,
  );
  const lifeMs = expirationMsIn(expirationTime) ?? DEFAULT_EXPIRATION_MS;
  return { ...still(begun(memory, payment, lifeMs, world)), reply: done(201, orderView(payment, scenario)) };
}

type Asked = Pick<Payment, "id" | "api" | "terminalId" | "reference" | "amount" | "asked" | "expirationTime" | "story">;

export function newPayment(asked: Asked, { context }: World): Payment {
  return {
    ...asked,
    transactionId: newId("PAY", context.now, context.crypto),
    referenceId: "",
    isOthers: false,
    status: "created",
    detail: "created",
    stage: "created",
    paid: 0,
    tip: 0,
    refunds: [],
    version: 1,
    createdAt: context.now,
    updatedAt: context.now,
  };
}

export function queuedAt({ payments }: Memory, terminalId: string): Payment | undefined {
  return payments.find((payment) => payment.terminalId === terminalId && isLive(payment));
}

export function queuedReply(code: string): Reply {
  return failure(409, code, "There is already a queued order for the terminal");
}

/** Another system's order is at the terminal, if that is free. */
export function withOthersOrder(
  memory: Memory,
  { amount = 7_700, terminalId, ends = "cancels" }: Extract<Reaction, { readonly kind: "otherOrder" }>,
  askedTerminalId: string | undefined,
  world: World,
): Memory {
  const { scenario, context } = world;
  const place = terminalId ?? askedTerminalId ?? scenario.terminals[0]?.id ?? "";
  if (queuedAt(memory, place) !== undefined) return memory;
  const story: readonly Reaction[] =
    ends === "pays" ? [] : [ends === "cancels" ? { kind: "cancels" } : { kind: "stays", in: "at_terminal" }];
  const order = newPayment(
    {
      id: newId("ORD", context.now, context.crypto),
      api: "orders",
      terminalId: place,
      reference: "another-system",
      amount,
      asked: { config: { point: { terminal_id: place } } },
      expirationTime: DEFAULT_EXPIRATION,
      story,
    },
    world,
  );
  return begun(memory, { ...order, isOthers: true }, DEFAULT_EXPIRATION_MS, world);
}

/** The order that a path names, or why there is none. */
function orderNamed(id: string, { payments }: Memory, { context }: World): Payment | Reply {
  if (!isOrderId(id)) return failure(400, "invalid_path_param", "path param order id is invalid");
  const order = payments.find((payment) => payment.id === id && payment.api === "orders");
  const isReadable = order !== undefined && context.now - order.createdAt <= READABLE_MS;
  return isReadable ? order : failure(404, "order_not_found", "The order was not found");
}

const isReply = (found: Payment | Reply): found is Reply => "body" in found;

export function getOrder(id: string, memory: Memory, world: World): Answered {
  const order = orderNamed(id, memory, world);
  return refused(memory, isReply(order) ? order : done(200, orderView(order, world.scenario)));
}

/** mercado-pago.md 4.3. */
export function cancelOrder(
  id: string,
  { request }: Arrival,
  reactions: readonly Reaction[],
  memory: Memory,
  world: World,
): Answered {
  const { scenario } = world;
  const named = orderNamed(id, memory, world);
  if (isReply(named)) return refused(memory, named);
  const losesRace = reactionOf(reactions, "losesRace") !== undefined;
  // Whoever is to lose the race is at the terminal already.
  const before = losesRace && named.status === "created" ? loaded(memory, named, world) : memory;
  const order = before.payments.find((payment) => payment.id === id) ?? named;
  if (order.status === "canceled")
    return refused(before, failure(409, "order_already_canceled", "The order is canceled already"));
  if (order.status === "created") {
    const change = ended(before, order, "canceled", "canceled_by_api", world);
    return { ...change, reply: viewOf(200, id, change.memory, world) };
  }
  const isAllowed = request.headers["x-allow-cancelable-status"] === "at_terminal" && scenario.cancelsAtTerminal;
  if (order.status !== "at_terminal" || !isAllowed)
    return refused(before, failure(409, "cannot_cancel_order", `The order is ${orderStatusOf(order).status}`));
  const asked = cancelAsked(before, order, losesRace, world);
  return { ...still(asked), reply: viewOf(202, id, asked, world) };
}

/** The order as it is after what was done with it. */
function viewOf(status: number, id: string, { payments }: Memory, { scenario }: World): Reply {
  const order = payments.find((payment) => payment.id === id);
  return order === undefined ? failure(404, "order_not_found", "") : done(status, orderView(order, scenario));
}

/** mercado-pago.md 4.4. */
export function refundOrder(
  id: string,
  arrival: Arrival,
  reactions: readonly Reaction[],
  memory: Memory,
  world: World,
): Answered {
  const order = orderNamed(id, memory, world);
  if (isReply(order)) return refused(memory, order);
  const isTotal = arrival.request.body.length === 0;
  const fault = isTotal ? undefined : faultIn("refund", arrival.body);
  const refusal =
    fault ?? refundRefusal(order, isTotal ? undefined : firstIn(fieldsOf(arrival), "transactions"), world);
  if (refusal !== undefined) return refused(memory, refusal);
  const left = order.paid - refundedBy(order, isNotFailed);
  const part = textIn(firstIn(fieldsOf(arrival), "transactions"), "amount");
  const amount = isTotal ? left : (minorIn(part, world.scenario.country) ?? left);
  const change = refundBegun(memory, order, amount, reactions, world);
  return { ...change, reply: viewOf(201, id, change.memory, world) };
}

function refundRefusal(order: Payment, part: JsonObject | undefined, { scenario, context }: World): Reply | undefined {
  const { status, paid, tip, method, refunds } = order;
  if (orderStatusOf(order).status === "refunded")
    return failure(409, "order_already_refunded", "The order is refunded already");
  if (status !== "processed") return failure(409, "cannot_refund_order", `The order is ${status}`);
  if (refunds.some((refund) => refund.status === "processing"))
    return failure(409, "refund_in_progress", "A refund of the order is in progress");
  if (context.now - order.createdAt > REFUND_WINDOW_MS)
    return failure(409, "refund_period_exceeded", "The order is too old to be refunded");
  if (part === undefined) return undefined;
  if (textIn(part, "id") !== order.transactionId)
    return failure(404, "transaction_not_found", "The order has no such transaction");
  if (method?.type.endsWith("_card") !== true)
    return failure(400, "unsupported_partially_refunds", "Only card payments are refunded in part");
  if (tip > 0) return failure(403, "partial_refund_forbidden_with_tips", "A payment with a tip is refunded whole");
  const amount = minorIn(textIn(part, "amount"), scenario.country) ?? 0;
  const left = paid - refundedBy(order, isNotFailed);
  if (amount < 1 || amount > left) return failure(400, "refund_amount_exceeds", `No more than ${left} is left`);
  return undefined;
}

const EVENTS: readonly PaymentStatus[] = ["processed", "canceled", "expired", "failed", "refunded", "action_required"];

/** The vendor's own way to simulate (mercado-pago.md 5). */
export function simulateEvent(id: string, arrival: Arrival, memory: Memory, world: World): Answered {
  const { scenario } = world;
  if (scenario.liveMode) return refused(memory, failure(403, "forbidden", "Only test credentials simulate events"));
  const named = orderNamed(id, memory, world);
  if (isReply(named)) {
    return refused(memory, named.status === 404 ? named : failure(400, "bad_request", "The order id is invalid"));
  }
  const body = fieldsOf(arrival);
  const status = EVENTS.find((event) => event === body["status"]);
  const story = status === undefined ? undefined : storyFor(status, body);
  const isPossible = status === "refunded" ? orderStatusOf(named).status === "processed" : isLive(named);
  if (status === undefined || story === undefined || !isPossible)
    return refused(memory, failure(400, "bad_request", "The order cannot come to that status"));
  const reply = done(204, null);
  if (status === "refunded") return { ...still(refundLater(memory, named, world)), reply };
  return { ...still(forceLater(memory, named, status, story, world)), reply };
}

/** What the customer does for it; undefined where it is not one of the vendor's words. */
function storyFor(status: PaymentStatus, body: JsonObject): readonly Reaction[] | undefined {
  const [id, type, installments, detail] = [
    body["payment_method_id"],
    body["payment_method_type"],
    body["installments"],
    body["status_detail"],
  ];
  const card: Reaction = {
    kind: "card",
    ...(typeof id === "string" ? { id } : {}),
    ...(typeof type === "string" ? { type } : {}),
    ...(typeof installments === "number" ? { installments } : {}),
  };
  if (status === "action_required") return [card, { kind: "actionRequired" }];
  if (status !== "failed") return [card];
  const failed: Failure | undefined = detail === undefined ? "failed" : FAILURES.find((known) => known === detail);
  return failed === undefined ? undefined : [card, { kind: "declines", detail: failed }];
}
