import { failure, legacyFailure, type Reply } from "./simulator-replies.ts";
import { needsKey, type Route } from "./simulator-commands.ts";
import { withAnswer, type Answered, type Memory, type World } from "./simulator-memory.ts";
import {
  cancelIntent,
  cancelRefundIntent,
  createIntent,
  getIntent,
  getPayment,
  getRefundIntent,
  intentEvents,
  listIntentEvents,
  refundIntent,
} from "./simulator-intents.ts";
import { issueToken, strangerIn } from "./simulator-oauth.ts";
import {
  cancelOrder,
  createOrder,
  getOrder,
  queuedReply,
  refundOrder,
  refused,
  simulateEvent,
} from "./simulator-orders.ts";
import { reactionOf, type Reaction } from "./simulator-reactions.ts";
import { keptFor, printOf, type Arrival } from "./simulator-requests.ts";
import { isJsonObject } from "../../core/json.ts";
import { searchOrders } from "./simulator-search.ts";
import {
  cancelAction,
  createAction,
  getAction,
  listDevices,
  listTerminals,
  setDevice,
  setupTerminal,
} from "./simulator-terminals.ts";
import { orderView } from "./simulator-views.ts";

/** What is told in place of doing it; undefined where it is done. */
export function refusalOf(reactions: readonly Reaction[]): Reply | undefined {
  const limited = reactionOf(reactions, "rateLimited");
  if (limited !== undefined)
    return { ...failure(429, "too_many_requests", "Too many requests"), retryAfterS: limited.retryAfterS ?? 1 };
  if (reactionOf(reactions, "locked") !== undefined)
    return failure(423, "resource_locked", "The idempotency key is being processed");
  const queued = reactionOf(reactions, "queued");
  if (queued !== undefined) return queuedReply(queued.code ?? "already_queued_order_for_terminal");
  if (reactionOf(reactions, "unauthorized") !== undefined)
    return { status: 401, body: { code: "unauthorized", message: "user not found" } };
  const error = reactionOf(reactions, "error");
  if (error !== undefined && error.moved !== true) return errorReply(error);
  const portal = reactionOf(reactions, "portal");
  return portal === undefined || portal.moved === true ? undefined : { status: 200, body: null };
}

export function errorReply({
  status = 500,
  code = "internal_error",
  text = "The request failed",
  retryAfterS,
}: Extract<Reaction, { readonly kind: "error" }>): Reply {
  const reply = failure(status, code, text);
  return retryAfterS === undefined ? reply : { ...reply, retryAfterS };
}

/** Does what a request asks for. `keysAtWork`: of requests that came before it and are not done. */
export function carryOut(
  arrival: Arrival,
  reactions: readonly Reaction[],
  keysAtWork: readonly string[],
  memory: Memory,
  world: World,
): Answered {
  const { found, route, isLegacy, key } = arrival;
  if (route === undefined) {
    const [status, code, message] =
      found === "otherMethod" ? ([405, "method_not_allowed", "No such method"] as const) : NO_SUCH_PATH;
    return refused(memory, isLegacy ? legacyFailure(status, code, message) : failure(status, code, message));
  }
  // Whoever asks for a token has none yet.
  const stranger = route.command === "token" ? undefined : strangerIn(arrival, memory, world);
  if (stranger !== undefined) return refused(memory, stranger);
  if (!needsKey(route.command)) return perform(route, arrival, reactions, memory, world);
  if (key === "") return refused(memory, failure(400, "empty_required_header", "X-Idempotency-Key is required"));
  if (keysAtWork.includes(key))
    return refused(memory, failure(423, "resource_locked", "The idempotency key is being processed"));
  return once(route, arrival, reactions, memory, world);
}

const NO_SUCH_PATH = [404, "not_found", "No such resource"] as const;

/** The same key and the same request: the answer of then. Only what was done is kept; that is assumed. */
function once(route: Route, arrival: Arrival, reactions: readonly Reaction[], memory: Memory, world: World): Answered {
  const { context, scenario } = world;
  const print = printOf(arrival.request, context);
  const kept = keptFor(memory, arrival.key, context.now);
  if (kept !== undefined) {
    if (kept.print !== print)
      return refused(memory, failure(409, "idempotency_key_already_used", "The key was used for another request"));
    return refused(memory, scenario.repeat === "currentState" ? asItIsNow(kept.reply, memory, world) : kept.reply);
  }
  const answered = perform(route, arrival, reactions, memory, world);
  if (answered.reply.status >= 300) return answered;
  const answer = { key: arrival.key, print, at: context.now, reply: answered.reply };
  return { ...answered, memory: withAnswer(answered.memory, answer) };
}

function asItIsNow(reply: Reply, { payments }: Memory, { scenario }: World): Reply {
  const id = isJsonObject(reply.body) ? reply.body["id"] : undefined;
  const order = payments.find((payment) => payment.id === id);
  return order === undefined ? reply : { ...reply, body: orderView(order, scenario) };
}

function perform(
  { command, id, device, query }: Route,
  arrival: Arrival,
  reactions: readonly Reaction[],
  memory: Memory,
  world: World,
): Answered {
  switch (command) {
    case "createOrder":
      return createOrder(arrival, reactions, memory, world);
    case "searchOrders":
      return searchOrders(query, memory, world);
    case "getOrder":
      return getOrder(id, memory, world);
    case "cancelOrder":
      return cancelOrder(id, arrival, reactions, memory, world);
    case "refundOrder":
      return refundOrder(id, arrival, reactions, memory, world);
    case "simulateEvent":
      return simulateEvent(id, arrival, memory, world);
    case "getPayment":
      return getPayment(id, memory, world);
    case "listTerminals":
      return listTerminals(query, memory, world);
    case "setupTerminal":
      return setupTerminal(arrival, memory, world);
    case "createAction":
      return createAction(arrival, memory, world);
    case "getAction":
      return getAction(id, memory, world);
    case "cancelAction":
      return cancelAction(id, memory, world);
    case "token":
      return issueToken(arrival, memory, world);
    case "listDevices":
      return listDevices(query, memory, world);
    case "setDevice":
      return setDevice(device, arrival, memory, world);
    case "createIntent":
      return createIntent(device, arrival, reactions, memory, world);
    case "cancelIntent":
      return cancelIntent(device, id, memory, world);
    case "listIntentEvents":
      return listIntentEvents(query, memory);
    case "getIntent":
      return getIntent(id, memory);
    case "intentEvents":
      return intentEvents(id, memory);
    case "refundIntent":
      return refundIntent(device, arrival, memory, world);
    case "getRefundIntent":
      return getRefundIntent(id, memory);
    case "cancelRefundIntent":
      return cancelRefundIntent(device, id, memory);
  }
}
