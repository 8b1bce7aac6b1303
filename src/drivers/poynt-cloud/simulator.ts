import { toHex } from "../../codec/hex.ts";
import { encodeUtf8 } from "../../codec/utf8.ts";
import { unreachable } from "../../core/assert.ts";
import { isJsonObject } from "../../core/json.ts";
import type {
  SimulatedRequest,
  SimulatedTerminal,
  Simulator,
  SimulatorContext,
  SimulatorEffect,
  SimulatorInput,
} from "../simulator.ts";
import { answerWith, isAnsweredOtherwise } from "./simulator-answer.ts";
import { changeTask } from "./simulator-changes.ts";
import { businessJson, devicesOf, storeJson } from "./simulator-devices.ts";
import { refusal, summaryOf, type Result } from "./simulator-errors.ts";
import { restoredMemory, transactionsJson, withAnswer, type Memory } from "./simulator-memory.ts";
import { envelopeOf } from "./simulator-messages.ts";
import { carryOut, type Done, type Task } from "./simulator-money.ts";
import { delayOf, reactionOf, type Reaction } from "./simulator-reactions.ts";
import { occasionOf, routeOf, type Route } from "./simulator-routes.ts";
import { completeScenario, reactionsTo, ScenarioSchema, type Scenario } from "./simulator-scenario.ts";
import { searchResult, transactionResult } from "./simulator-search.ts";
import type { Stage } from "./simulator-stage.ts";
import { Terminals } from "./simulator-terminals.ts";
import { isAuthorized, tokenAnswer } from "./simulator-token.ts";

/** A cloud and its terminals that are not there: the driver's counterpart, with faults on demand. */
export const poyntCloudSimulator: Simulator = {
  scenarioSchema: ScenarioSchema,
  create: (scenario, memory) => new Cloud(completeScenario(scenario), restoredMemory(memory)),
};

/** Somebody who waits for an answer. */
type Visit = {
  readonly exchange: string;
  readonly request: SimulatedRequest;
  readonly reactions: readonly Reaction[];
  /** The client's Poynt-Request-Id, in lower case; empty where it has none. */
  readonly requestId: string;
};

type ChangeRoute = Extract<Route, { readonly kind: "change" }>;

const MAX_VISITS = 64;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

class Cloud implements SimulatedTerminal, Stage {
  readonly scenario: Scenario;
  readonly #terminals: Terminals;
  /** What is due when a timer rings. */
  readonly #due = new Map<string, (context: SimulatorContext) => void>();
  readonly #waiting = new Set<string>();
  /** Changes that are being carried out: what was asked, by the Poynt-Request-Id. */
  readonly #running = new Map<string, string>();
  #memory: Memory;
  #isStarted = false;
  #timers = 0;
  #effects: SimulatorEffect[] = [];

  constructor(scenario: Scenario, memory: Memory) {
    this.scenario = scenario;
    this.#memory = memory;
    this.#terminals = new Terminals(this, devicesOf(scenario));
  }

  get memory(): Memory {
    return this.#memory;
  }

  step(input: SimulatorInput, world: SimulatorContext): readonly SimulatorEffect[] {
    const context = { ...world, now: world.now + this.scenario.clockSkewMs };
    this.#effects = [];
    if (!this.#isStarted) {
      this.#isStarted = true;
      this.#terminals.start(context.now);
    }
    this.#take(input, context);
    return this.#effects;
  }

  #take(input: SimulatorInput, context: SimulatorContext): void {
    switch (input.kind) {
      case "connected":
      case "disconnected":
        return;
      case "bytes":
        this.log(`${input.bytes.length} bytes are no request`);
        return;
      case "requested":
        this.#request(input.exchange, input.request, context);
        return;
      case "callEnded":
        this.#terminals.callEnded(input.call, input.status, context);
        return;
      case "left":
        this.#waiting.delete(input.exchange);
        return;
      case "timer": {
        const run = this.#due.get(input.timer);
        this.#due.delete(input.timer);
        run?.(context);
        return;
      }
      default:
        unreachable(input);
    }
  }

  #request(exchange: string, request: SimulatedRequest, context: SimulatorContext): void {
    if (this.#waiting.size >= MAX_VISITS) {
      this.effect({ kind: "hangUp", exchange, how: "cut" });
      return;
    }
    this.#waiting.add(exchange);
    const route = routeOf(request);
    const { command, amount } = occasionOf(route);
    const { reactions, hits } = reactionsTo(this.scenario.rules, this.#memory.hits, command, amount);
    if (hits.some((count, index) => count !== this.#memory.hits[index])) this.remember({ ...this.#memory, hits });
    const requestId = request.headers["poynt-request-id"]?.toLowerCase() ?? "";
    const visit: Visit = { exchange, request, reactions, requestId };
    const cut = reactionOf(reactions, "linkCut");
    const silent = reactionOf(reactions, "silent");
    if (cut?.at === "request") this.#hangUp(visit);
    else if (silent === undefined || silent.from === "money") this.#handle(route, visit, context);
  }

  #handle(route: Route, visit: Visit, context: SimulatorContext): void {
    if (isAnsweredOtherwise(visit.reactions, false)) {
      this.#reply(visit, { status: 500 }, context);
      return;
    }
    const refused = this.#refusalOf(route, visit, context);
    if (refused !== undefined) this.#reply(visit, refused, context);
    else if (route.kind === "change") this.#change(route, visit, context);
    else this.#reply(visit, this.#resultOf(route, visit, context), context);
  }

  /** Whoever asks may not, or asks about somebody else. */
  #refusalOf(route: Route, { request, requestId }: Visit, { now }: SimulatorContext): Result | undefined {
    if (route.kind === "token") return undefined;
    if (!isAuthorized(request, this.#memory, this.scenario, now))
      return refusal("INVALID_ACCESS_TOKEN", "There is no access token that is good");
    if (requestId !== "" && !UUID.test(requestId)) return refusal("INVALID_PARAMETER", "Poynt-Request-Id is no UUID");
    const isForeign = "businessId" in route && route.businessId.toLowerCase() !== this.scenario.identity.businessId;
    return isForeign ? refusal("BUSINESS_NOT_FOUND", "There is no such business") : undefined;
  }

  #resultOf(route: Exclude<Route, ChangeRoute>, visit: Visit, context: SimulatorContext): Result {
    const { now } = context;
    switch (route.kind) {
      case "token": {
        const { memory, result } = tokenAnswer(visit.request, route.form, this.#memory, this.scenario, context);
        if (memory !== this.#memory) this.remember(memory);
        return result;
      }
      case "message":
        return this.#message(route, visit, context);
      case "business": {
        const store = storeJson(this.scenario, this.#terminals.seen(now));
        if (route.storeId === undefined) return { status: 200, body: businessJson(this.scenario, store) };
        const isKnown = route.storeId.toLowerCase() === this.scenario.identity.storeId;
        return isKnown ? { status: 200, body: store } : refusal("RESOURCE_NOT_FOUND", "There is no such store");
      }
      case "search":
        return searchResult(route.path, route.query, this.#memory, this.scenario, now);
      case "transaction":
        return transactionResult(route.transactionId, this.#memory, this.scenario, now);
      case "unknown":
        return refusal("RESOURCE_NOT_FOUND", `${route.why} is not known`);
      default:
        return unreachable(route);
    }
  }

  #message(
    { envelope: asked, payload }: Extract<Route, { readonly kind: "message" }>,
    { reactions }: Visit,
    context: SimulatorContext,
  ): Result {
    if (!this.scenario.mayMessage)
      return refusal("UNAUTHORIZED_ACCESS", "The application may not send cloud messages for this merchant");
    const envelope = envelopeOf(asked, this.scenario);
    if ("status" in envelope) return envelope;
    if (this.#terminals.isFull) return refusal("SERVICE_UNAVAILABLE", "Too many messages wait");
    this.#terminals.take(envelope, payload, reactions, context);
    return { status: 202 };
  }

  /** The same Poynt-Request-Id gets the same answer (poynt.md 2.6); that errors are not kept is assumed. */
  #change(route: ChangeRoute, visit: Visit, context: SimulatorContext): void {
    const { request, requestId, reactions } = visit;
    const { method, path, body } = request;
    const asked = [...encodeUtf8(`${method} ${path}\n`), ...body];
    const fingerprint = toHex(context.crypto.sha256(Uint8Array.from(asked)));
    const kept = this.#memory.answers.find(({ id }) => id === requestId);
    const running = this.#running.get(requestId);
    const known = requestId === "" ? undefined : (kept?.fingerprint ?? running);
    if (known !== undefined) {
      const otherwise = refusal("REQUEST_ID_DUPLICATE", "Another request had this Poynt-Request-Id");
      const repeated = kept?.result ?? refusal("REQUEST_IN_PROGRESS", "It is being carried out");
      this.#reply(visit, known === fingerprint ? repeated : otherwise, context);
      return;
    }
    const task = changeTask(route, requestId, this.#memory, this.scenario);
    if ("status" in task) {
      this.#reply(visit, task, context);
      return;
    }
    if (requestId !== "") this.#running.set(requestId, fingerprint);
    this.later(this.scenario.stageMs + delayOf(reactions, "customer"), context, (then) => {
      this.#running.delete(requestId);
      const result = this.#carryOut(route, task, reactions, then);
      if (requestId !== "" && result.status < 300)
        this.remember(withAnswer(this.#memory, { id: requestId, fingerprint, result }));
      this.#reply(visit, result, then);
    });
  }

  #carryOut(
    route: ChangeRoute,
    { requestId }: Task,
    reactions: readonly Reaction[],
    context: SimulatorContext,
  ): Result {
    const { createdStatus } = this.scenario;
    if (reactionOf(reactions, "declines") !== undefined)
      return refusal("PROCESSOR_DECLINED", reactionOf(reactions, "declines")?.text ?? "Do not honor");
    // Something may have become of the transaction meanwhile.
    const task = changeTask(route, requestId, this.#memory, this.scenario);
    if ("status" in task) return task;
    const done = carryOut(task, reactions, this.#memory, this.scenario, context);
    if (done.subject === undefined) return refusal("UNSUPPORTED_OPERATION", "The transaction does not allow that");
    this.book(done);
    const [body] = transactionsJson([done.subject], this.#memory, this.scenario);
    const isNew = task.command === "refund" || task.command === "completion";
    return { status: isNew ? createdStatus : 200, ...(isJsonObject(body) ? { body } : {}) };
  }

  #reply(visit: Visit, result: Result, context: SimulatorContext): void {
    const { exchange, request, reactions, requestId } = visit;
    const cut = reactionOf(reactions, "linkCut");
    this.log(`${request.method} ${request.path.split("?", 1)[0] ?? ""}: ${summaryOf(result)}`);
    if (reactionOf(reactions, "silent") !== undefined) return;
    this.later(delayOf(reactions, "reply"), context, ({ now }) => {
      if (cut?.at === "afterMoney") {
        this.#hangUp(visit);
        return;
      }
      if (!this.#waiting.has(exchange)) return;
      const answer = answerWith(result, reactions, requestId, now);
      const body = cut === undefined ? answer.body : answer.body.subarray(0, answer.body.length / 2);
      this.effect({ kind: "answer", exchange, answer: { ...answer, body } });
      if (cut === undefined) this.#waiting.delete(exchange);
      else this.#hangUp(visit);
    });
  }

  #hangUp({ exchange, reactions }: Visit): void {
    this.#waiting.delete(exchange);
    this.effect({ kind: "hangUp", exchange, how: reactionOf(reactions, "linkCut")?.how ?? "cut" });
  }

  book({ memory, movements }: Done): void {
    for (const movement of movements) this.effect({ kind: "ledger", movement });
    this.remember(memory);
  }

  later(afterMs: number, context: SimulatorContext, run: (context: SimulatorContext) => void): void {
    if (afterMs <= 0) {
      run(context);
      return;
    }
    this.#timers += 1;
    const timer = `timer ${this.#timers}`;
    this.#due.set(timer, run);
    this.effect({ kind: "arm", timer, afterMs });
  }

  remember(memory: Memory): void {
    this.#memory = memory;
    this.effect({ kind: "save", memory });
  }

  log(text: string): void {
    this.effect({ kind: "log", text });
  }

  effect(effect: SimulatorEffect): void {
    this.#effects.push(effect);
  }
}
