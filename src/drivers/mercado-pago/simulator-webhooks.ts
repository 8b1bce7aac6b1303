import { toHex } from "../../codec/hex.ts";
import { encodeUtf8 } from "../../codec/utf8.ts";
import type { JsonObject } from "../../core/json.ts";
import type { SimulatorContext, SimulatorCrypto, SimulatorEffect } from "../simulator.ts";
import {
  counted,
  withJob,
  type Delivery,
  type Job,
  type Memory,
  type Payment,
  type World,
} from "./simulator-memory.ts";
import { reactionOf, type Reaction } from "./simulator-reactions.ts";
import type { Scenario } from "./simulator-scenario.ts";
import { amountText, newUuid, timeText } from "./simulator-values.ts";
import { intentStateOf, objectIn, orderStatusOf, refundViews, transactionView } from "./simulator-views.ts";

/** Somebody who never answers is left in peace in the end; the vendor does not publish when (mercado-pago.md 6). */
const MOST_ATTEMPTS = 8;
/** Those after them come at growing intervals. */
const EVEN_ATTEMPTS = 3;

/** The cloud's own clock. */
export const cloudNow = ({ now }: SimulatorContext, { clockSkewMs }: Scenario): number => now + clockSkewMs;

/** Tells whoever listens that something has come to an end, as often and as badly as the reactions want it. */
export function announced(memory: Memory, payment: Payment, reactions: readonly Reaction[], world: World): Memory {
  const { scenario, context } = world;
  if (scenario.webhookUrl === undefined || payment.isOthers) return memory;
  const { delayMs = 0, times = 1, signature = "right", form = "full" } = reactionOf(reactions, "webhook") ?? {};
  const topic = payment.api === "orders" ? "order" : "point_integration_wh";
  const body = JSON.stringify(topic === "order" ? orderEvent(payment, form, world) : intentEvent(payment, world));
  const delivery: Delivery = { topic, id: payment.id, body, signature, attempt: 0 };
  let after = memory;
  for (let sent = 0; sent < times; sent += 1) {
    const next = counted(after);
    const job: Job = {
      name: `webhook ${next.count}`,
      at: context.now + delayMs,
      work: { kind: "webhook", delivery },
    };
    after = withJob(next.memory, job);
  }
  return after;
}

function orderEvent(payment: Payment, form: "full" | "short", { scenario, context }: World): JsonObject {
  const { status, detail } = orderStatusOf(payment);
  const isRefund = detail === "partially_refunded" || status === "refunded";
  // The vendor's examples of the webhook say otherwise than its table of statuses (mercado-pago.md 4.1).
  const told = { processed: "accredited", action_required: payment.detail }[status] ?? detail;
  const hasTransactions = !isRefund && status !== "action_required";
  const data: JsonObject = {
    id: payment.id,
    external_reference: payment.reference,
    status,
    status_detail: isRefund ? detail : told,
    ...(status === "processed"
      ? { total_paid_amount: amountText(payment.toldPaid ?? payment.paid, scenario.country) }
      : {}),
    type: "point",
    version: payment.version,
    ...(hasTransactions ? { transactions: { payments: [eventTransaction(payment, scenario)] } } : {}),
    ...(isRefund ? { transactions: { refunds: refundViews(payment, scenario) } } : {}),
  };
  return {
    action: `order.${isRefund ? "refunded" : status}`,
    api_version: "v1",
    application_id: scenario.identity.applicationId,
    date_created: timeText(cloudNow(context, scenario)),
    live_mode: scenario.liveMode,
    type: "order",
    user_id: scenario.identity.userId,
    data: form === "short" ? { id: payment.id } : data,
  };
}

function eventTransaction(payment: Payment, scenario: Scenario): JsonObject {
  const { reference_id: reference, ...rest } = transactionView(payment, scenario);
  return reference === undefined ? rest : { ...rest, reference: { id: reference } };
}

/** `YYYY-MM-DD HH:mm:ss` (mercado-pago.md 8). */
function intentEvent(payment: Payment, { scenario, context }: World): JsonObject {
  const { identity } = scenario;
  return {
    amount: payment.asked["amount"] ?? payment.amount,
    caller_id: Number(identity.userId),
    client_id: Number(identity.applicationId),
    created_at: timeText(cloudNow(context, scenario)).slice(0, 19).replace("T", " "),
    id: payment.id,
    state: intentStateOf(payment),
    ...(payment.referenceId === ""
      ? {}
      : {
          payment: {
            id: Number(payment.referenceId),
            state: payment.status === "processed" ? "approved" : "rejected",
            type: payment.method?.type ?? "credit_card",
          },
        }),
    additional_info: objectIn(payment.asked, "additional_info"),
  };
}

/** The effect of a delivery that is due, and the memory in which it is tried again if nothing is heard. */
export function delivered(
  memory: Memory,
  { name }: Job,
  delivery: Delivery,
  world: World,
): { readonly memory: Memory; readonly effects: readonly SimulatorEffect[] } {
  const { scenario, context } = world;
  const { webhookUrl, webhookTimeoutMs } = scenario;
  if (webhookUrl === undefined) return { memory, effects: [] };
  const attempt = delivery.attempt + 1;
  const requestId = newUuid(context.crypto);
  const signature = signatureHeader(delivery, requestId, world);
  const call: SimulatorEffect = {
    kind: "call",
    call: name,
    url: withQuery(webhookUrl, `data.id=${delivery.id}&type=${delivery.topic}`),
    headers: {
      "content-type": "application/json",
      "user-agent": "restclient-node/4.15.3",
      "x-request-id": requestId,
      "x-retry": String(attempt - 1),
      "x-socket-timeout": String(webhookTimeoutMs),
      ...(signature === undefined ? {} : { "x-signature": signature }),
    },
    body: encodeUtf8(delivery.body),
    answerTimeoutMs: webhookTimeoutMs,
  };
  // Its end puts it off or takes it away; this is for a cloud that was killed meanwhile.
  const waiting: Job = {
    name,
    at: context.now + 2 * webhookTimeoutMs,
    work: { kind: "webhook", delivery: { ...delivery, attempt } },
  };
  return { memory: withJob(memory, waiting), effects: [call] };
}

/** How a call ended: it is over, or comes again. */
export function heard(memory: Memory, call: string, status: number | undefined, { scenario, context }: World): Memory {
  const job = memory.jobs.find(({ name }) => name === call);
  if (job?.work.kind !== "webhook") return memory;
  const { attempt } = job.work.delivery;
  const others = { ...memory, jobs: memory.jobs.filter((other) => other !== job) };
  if (status === 200 || status === 201 || attempt >= MOST_ATTEMPTS) return others;
  const growth = 2 ** Math.max(0, attempt - EVEN_ATTEMPTS);
  return withJob(others, { ...job, at: context.now + scenario.webhookRetryMs * growth });
}

function withQuery(url: string, query: string): string {
  return `${url}${url.includes("?") ? "&" : "?"}${query}`;
}

function signatureHeader(
  { id, signature }: Delivery,
  requestId: string,
  { scenario, context }: World,
): string | undefined {
  if (signature === "none") return undefined;
  const { webhookId, webhookSecret } = scenario;
  const named = webhookId === "lowerCase" ? id.toLowerCase() : id;
  const ts = String(cloudNow(context, scenario));
  const secret = signature === "wrong" ? `not ${webhookSecret}` : webhookSecret;
  return `ts=${ts},v1=${signatureOf(named, requestId, ts, secret, context.crypto)}`;
}

/** mercado-pago.md 6.1. */
export function signatureOf(
  id: string,
  requestId: string,
  ts: string,
  secret: string,
  crypto: SimulatorCrypto,
): string {
  const manifest = `id:${id};request-id:${requestId};ts:${ts};`;
  return toHex(crypto.hmacSha256(encodeUtf8(secret), encodeUtf8(manifest))).toLowerCase();
}
