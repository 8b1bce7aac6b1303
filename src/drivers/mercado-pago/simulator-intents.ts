import { isJsonObject, type JsonObject } from "../../core/json.ts";
import type { Query } from "./simulator-commands.ts";
import { begun, ended } from "./simulator-course.ts";
import {
  still,
  terminalsOf,
  withJob,
  withoutJobs,
  withRefundIntent,
  type Answered,
  type Change,
  type Memory,
  type Payment,
  type RefundIntent,
  type World,
} from "./simulator-memory.ts";
import { newPayment, queuedAt, refused, storyOf } from "./simulator-orders.ts";
import type { Reaction } from "./simulator-reactions.ts";
import { refundBegun } from "./simulator-refunds.ts";
import { done, legacyFailure } from "./simulator-replies.ts";
import { fieldsOf, paymentNamed, textIn, type Arrival } from "./simulator-requests.ts";
import type { Scenario } from "./simulator-scenario.ts";
import { newUuid, timeText } from "./simulator-values.ts";
import { intentStateOf, intentView, isNotFailed, objectIn, paymentView, refundedBy } from "./simulator-views.ts";

/** Amounts in hundredths (mercado-pago.md 8); of Chile nothing is told. */
const LIMITS: Readonly<Record<Scenario["country"], readonly [least: number, most: number]>> = {
  AR: [500, 400_000_000],
  BR: [100, 7_000_000],
  CL: [1, 999_999_999],
  MX: [500, 35_000_000],
};
const KNOWN: ReadonlySet<string> = new Set(["amount", "description", "payment", "additional_info"]);

function intentFault(body: JsonObject, { country }: Scenario): string | undefined {
  const amount = body["amount"];
  const [least, most] = LIMITS[country];
  const extra = Object.keys(body).find((name) => !KNOWN.has(name));
  if (extra !== undefined) return `${extra} is not allowed`;
  if (typeof amount !== "number" || !Number.isSafeInteger(amount)) return "amount must be an integer";
  if (amount < least || amount > most) return `amount must be between ${least} and ${most}`;
  const wrong = ["payment", "additional_info"].find((name) => body[name] !== undefined && !isJsonObject(body[name]));
  return wrong === undefined ? undefined : `${wrong} must be an object`;
}

export function createIntent(
  device: string,
  arrival: Arrival,
  reactions: readonly Reaction[],
  memory: Memory,
  world: World,
): Answered {
  const { scenario, context } = world;
  const asked = fieldsOf(arrival);
  const fault = isJsonObject(arrival.body) ? intentFault(asked, scenario) : "the body must be an object";
  if (fault !== undefined) return refused(memory, legacyFailure(400, "bad_request", fault));
  const terminal = terminalsOf(scenario, memory).find(({ id }) => id === device);
  if (terminal === undefined) return refused(memory, legacyFailure(400, "bad_request", "The device is not known"));
  if (terminal.owner !== "own")
    return refused(memory, legacyFailure(403, "forbidden", "The device is not of this account"));
  if (queuedAt(memory, device) !== undefined)
    return refused(memory, legacyFailure(409, "conflict_error", "There is already a queued intent for the device"));
  const hundredths = Number(asked["amount"]);
  const intent = newPayment(
    {
      id: newUuid(context.crypto),
      api: "intents",
      terminalId: device,
      reference: textIn(objectIn(asked, "additional_info"), "external_reference"),
      amount: scenario.country === "CL" ? Math.round(hundredths / 100) : hundredths,
      asked,
      expirationTime: `PT${Math.ceil(scenario.intentLifeMs / 1_000)}S`,
      story: storyOf(reactions),
    },
    world,
  );
  return { ...still(begun(memory, intent, scenario.intentLifeMs, world)), reply: done(201, intentView(intent)) };
}

function intentNamed({ payments }: Memory, id: string): Payment | undefined {
  return payments.find((payment) => payment.id === id && payment.api === "intents");
}

export function cancelIntent(device: string, id: string, memory: Memory, world: World): Answered {
  const intent = intentNamed(memory, id);
  if (intent?.terminalId !== device || intent.status === "canceled")
    return refused(memory, {
      status: 404,
      body: { code: "101", error: "not_found", message: "The intent is not known, or canceled already" },
    });
  if (intent.status !== "created")
    return refused(memory, legacyFailure(409, "conflict_error", "The intent is at the terminal already"));
  return { ...ended(memory, intent, "canceled", "canceled_by_api", world), reply: done(200, { id }) };
}

const noIntent = legacyFailure(404, "not_found", "The payment intent was not found");

export function getIntent(id: string, memory: Memory): Answered {
  const intent = intentNamed(memory, id);
  return refused(memory, intent === undefined ? noIntent : done(200, intentView(intent)));
}

export function intentEvents(id: string, memory: Memory): Answered {
  const intent = intentNamed(memory, id);
  if (intent === undefined) return refused(memory, noIntent);
  return refused(memory, done(200, { status: intentStateOf(intent), created_on: timeText(intent.updatedAt) }));
}

const MOST_EVENTS = 100;
const DAY_MS = 86_400_000;

/** Both days are within. */
export function listIntentEvents(query: Query, memory: Memory): Answered {
  const begin = Date.parse(query.get("startDate") ?? "");
  const end = Date.parse(query.get("endDate") ?? "");
  if (Number.isNaN(begin) || Number.isNaN(end))
    return refused(memory, legacyFailure(400, "bad_request", "startDate and endDate are required"));
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(query.get("endDate") ?? "");
  const last = isDay ? end + DAY_MS - 1 : end;
  const events = memory.payments
    .filter(({ api, createdAt }) => api === "intents" && createdAt >= begin && createdAt <= last)
    .slice(-MOST_EVENTS)
    .map((intent) => ({
      payment_intent_id: intent.id,
      status: intentStateOf(intent),
      created_on: timeText(intent.createdAt),
    }));
  return refused(memory, done(200, { events }));
}

export function getPayment(id: string, memory: Memory, { scenario }: World): Answered {
  const payment = memory.payments.find(({ referenceId }) => referenceId !== "" && referenceId === id);
  const missing = legacyFailure(404, "not_found", "Payment not found");
  return refused(memory, payment === undefined ? missing : done(200, paymentView(payment, scenario)));
}

const refundOf = (id: string): string => `refund intent ${id}`;

/** A refund that is brought to the terminal, whole; the vendor has it in Brazil alone. */
export function refundIntent(device: string, arrival: Arrival, memory: Memory, world: World): Answered {
  const { scenario, context } = world;
  const named = fieldsOf(arrival)["payment_id"];
  const payment = paymentNamed(memory.payments, typeof named === "string" ? named : String(Number(named)));
  if (scenario.country !== "BR" || payment?.status !== "processed" || payment.paid === refundedBy(payment, isNotFailed))
    return refused(memory, legacyFailure(400, "bad_request", "The payment cannot be refunded at a device"));
  if (!terminalsOf(scenario, memory).some(({ id, owner }) => id === device && owner === "own"))
    return refused(memory, legacyFailure(403, "forbidden", "The device is not of this account"));
  const intent: RefundIntent = {
    id: newUuid(context.crypto),
    terminalId: device,
    referenceId: payment.referenceId,
    state: "OPEN",
  };
  const job = {
    name: refundOf(intent.id),
    at: context.now + scenario.loadMs + scenario.customerMs,
    work: { kind: "refundIntent", id: intent.id },
  } as const;
  const reply = done(201, refundIntentView(intent));
  return { ...still(withJob(withRefundIntent(memory, intent), job)), reply };
}

/** The terminal has done it. */
export function refundedThere(memory: Memory, id: string, world: World): Change {
  const intent = memory.refundIntents.find((candidate) => candidate.id === id);
  const payment = paymentNamed(memory.payments, intent?.referenceId ?? "");
  if (intent?.state !== "OPEN" || payment === undefined) return still(memory);
  const after = withRefundIntent(memory, { ...intent, state: "FINISHED" });
  const left = payment.paid - refundedBy(payment, isNotFailed);
  return left === 0 ? still(after) : refundBegun(after, payment, left, [], world);
}

function refundIntentView({ id, terminalId, referenceId, state }: RefundIntent): JsonObject {
  return { id, device_id: terminalId, payment_id: referenceId, state };
}

const noRefund = legacyFailure(404, "not_found", "The refund was not found");

export function getRefundIntent(id: string, memory: Memory): Answered {
  const intent = memory.refundIntents.find((candidate) => candidate.id === id);
  return refused(memory, intent === undefined ? noRefund : done(200, refundIntentView(intent)));
}

export function cancelRefundIntent(device: string, id: string, memory: Memory): Answered {
  const intent = memory.refundIntents.find((candidate) => candidate.id === id && candidate.terminalId === device);
  if (intent === undefined) return refused(memory, noRefund);
  if (intent.state !== "OPEN")
    return refused(memory, legacyFailure(409, "conflict_error", "The refund is over already"));
  const canceled = withRefundIntent(memory, { ...intent, state: "CANCELED" });
  return { ...still(withoutJobs(canceled, [refundOf(id)])), reply: done(200, { id }) };
}
