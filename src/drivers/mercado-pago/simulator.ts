import { unreachable } from "../../core/assert.ts";
import type {
  SimulatedRequest,
  SimulatedTerminal,
  Simulator,
  SimulatorContext,
  SimulatorEffect,
  SimulatorInput,
} from "../simulator.ts";
import { answerWith } from "./simulator-answer.ts";
import { advanced, canceledThere, expired, forced } from "./simulator-course.ts";
import { refundedThere } from "./simulator-intents.ts";
import {
  restoredMemory,
  still,
  withoutJobs,
  type Change,
  type Job,
  type Memory,
  type World,
} from "./simulator-memory.ts";
import { revoked } from "./simulator-oauth.ts";
import { withOthersOrder } from "./simulator-orders.ts";
import { delayOf, reactionOf, type Moment, type Reaction } from "./simulator-reactions.ts";
import { refundEnded } from "./simulator-refunds.ts";
import type { Reply } from "./simulator-replies.ts";
import { arrivalFrom, keptFor, subjectOf, type Arrival } from "./simulator-requests.ts";
import { completeScenario, reactionsTo, ScenarioSchema, type Scenario } from "./simulator-scenario.ts";
import { withMode } from "./simulator-terminals.ts";
import { delivered, heard } from "./simulator-webhooks.ts";
import { carryOut, errorReply, refusalOf } from "./simulator-work.ts";

/** A cloud and its terminals that are not there: the driver's counterpart, with faults on demand. */
export const mercadoPagoSimulator: Simulator = {
  scenarioSchema: ScenarioSchema,
  create: (scenario, memory) => {
    const complete = completeScenario(scenario);
    return new Cloud(complete, restoredMemory(memory, complete));
  },
};

/** A request that is not answered yet. */
type Visit = {
  readonly exchange: string;
  readonly arrival: Arrival;
  readonly reactions: readonly Reaction[];
  /** For the rules, and for what happens beside it. */
  readonly terminalId: string | undefined;
  /** Once it is done. */
  reply?: Reply;
  /** Nobody waits for its answer. */
  isGone: boolean;
};

const POWER = "power";
const MAX_VISITS = 256;
const arrivalOf = (exchange: string): string => `arrival of ${exchange}`;
const replyTo = (exchange: string): string => `reply to ${exchange}`;

class Cloud implements SimulatedTerminal {
  readonly #scenario: Scenario;
  #memory: Memory;
  #saved: Memory | undefined;
  /** Jobs whose timers run. */
  #armed: ReadonlyMap<string, Job> = new Map();
  #visits: readonly Visit[] = [];
  #isOff = false;
  #effects: SimulatorEffect[] = [];

  constructor(scenario: Scenario, memory: Memory) {
    this.#scenario = scenario;
    this.#memory = memory;
  }

  step(input: SimulatorInput, context: SimulatorContext): readonly SimulatorEffect[] {
    this.#effects = [];
    if (this.#saved === undefined) this.#start();
    this.#take(input, { scenario: this.#scenario, context });
    this.#keep();
    this.#arm(context);
    return this.#effects;
  }

  #start(): void {
    this.#saved = this.#memory;
    const { terminals, webhookUrl } = this.#scenario;
    const own = terminals.filter(({ owner }) => owner === "own").map(({ id }) => id);
    this.#log(`the account's terminals: ${own.slice(0, 5).join(", ")}${own.length > 5 ? " and more" : ""}`);
    if (webhookUrl !== undefined) this.#log(`notifications go to ${webhookUrl}`);
  }

  #take(input: SimulatorInput, world: World): void {
    switch (input.kind) {
      case "connected":
      case "disconnected":
        return;
      case "bytes":
        this.#log(`${input.bytes.length} bytes are no request`);
        return;
      case "requested":
        this.#request(input.exchange, input.request, world);
        return;
      case "left":
        this.#leave(input.exchange);
        return;
      case "callEnded":
        this.#memory = heard(this.#memory, input.call, input.status, world);
        this.#log(`${input.call}: ${input.status ?? "no answer"}`);
        return;
      case "timer":
        this.#ring(input.timer, world);
        return;
      default:
        unreachable(input);
    }
  }

  #ring(timer: string, world: World): void {
    if (timer === POWER) {
      this.#isOff = false;
      this.#effects.push({ kind: "switchOn" });
      return;
    }
    const visit = this.#visits.find(({ exchange }) => arrivalOf(exchange) === timer || replyTo(exchange) === timer);
    if (visit !== undefined) {
      if (visit.reply === undefined) this.#handle(visit, world);
      else this.#reply(visit, visit.reply, world);
      return;
    }
    const job = this.#armed.get(timer);
    if (job === undefined) return;
    this.#armed = new Map([...this.#armed].filter(([name]) => name !== timer));
    this.#memory = withoutJobs(this.#memory, [timer]);
    this.#work(job, world);
  }

  #work(job: Job, world: World): void {
    const { work } = job;
    if (work.kind !== "webhook") {
      this.#change(doneBy(work, this.#memory, world));
      return;
    }
    const { memory, effects } = delivered(this.#memory, job, work.delivery, world);
    this.#memory = memory;
    this.#effects.push(...effects);
  }

  /** The ledger has it first, then the memory, and then somebody may be told. */
  #change({ memory, movements }: Change): void {
    for (const movement of movements) this.#effects.push({ kind: "ledger", movement });
    this.#memory = memory;
    this.#keep();
  }

  #request(exchange: string, request: SimulatedRequest, world: World): void {
    if (this.#isOff || this.#visits.length >= MAX_VISITS) {
      this.#effects.push({ kind: "hangUp", exchange, how: "cut" });
      return;
    }
    const arrival = arrivalFrom(request);
    const { amount, terminalId } = subjectOf(arrival, this.#memory, this.#scenario);
    const isRepeat =
      keptFor(this.#memory, arrival.key, world.context.now) !== undefined ||
      (arrival.key !== "" && this.#keysAtWork().includes(arrival.key));
    const { reactions, hits } = reactionsTo(this.#scenario.rules, this.#memory.hits, {
      command: arrival.route?.command,
      amount,
      terminalId,
      isRepeat,
    });
    this.#memory = { ...this.#memory, hits };
    const visit: Visit = { exchange, arrival, reactions, terminalId, isGone: false };
    this.#visits = [...this.#visits, visit];
    if (this.#interrupt(visit, "request", world) === "stops") {
      this.#forget(visit);
      return;
    }
    if (isUnheard(reactions)) return;
    const afterMs = delayOf(reactions, "arrival");
    if (afterMs > 0) this.#effects.push({ kind: "arm", timer: arrivalOf(exchange), afterMs });
    else this.#handle(visit, world);
  }

  #handle(visit: Visit, world: World): void {
    const { arrival, reactions, exchange, terminalId } = visit;
    const other = reactionOf(reactions, "otherOrder");
    if (other !== undefined) this.#memory = withOthersOrder(this.#memory, other, terminalId, world);
    const refusal = refusalOf(reactions);
    const keys = this.#keysAtWork(visit);
    const answered =
      refusal === undefined
        ? carryOut(arrival, reactions, keys, this.#memory, world)
        : { ...still(this.#memory), reply: refusal };
    this.#change(answered);
    const error = reactionOf(reactions, "error");
    const reply = error?.moved === true ? errorReply(error) : answered.reply;
    visit.reply = reply;
    this.#log(`${arrival.route?.command ?? arrival.request.path}: ${reply.status}`);
    this.#interrupt(visit, "done", world);
    if (isSilent(reactions) && !visit.isGone) return;
    const afterMs = delayOf(reactions, "reply");
    if (afterMs > 0) this.#effects.push({ kind: "arm", timer: replyTo(exchange), afterMs });
    else this.#reply(visit, reply, world);
  }

  #reply(visit: Visit, reply: Reply, world: World): void {
    const { exchange, reactions } = visit;
    this.#forget(visit);
    if (visit.isGone) return;
    const answer = answerWith(reply, reactions, world);
    const isTorn = reactions.some((reaction) => "at" in reaction && reaction.at === "midReply");
    const body = isTorn ? answer.body.subarray(0, answer.body.length / 2) : answer.body;
    this.#effects.push({ kind: "answer", exchange, answer: { ...answer, body } });
    this.#interrupt(visit, isTorn ? "midReply" : "afterReply", world);
  }

  /** What breaks off or changes at this moment. */
  #interrupt(visit: Visit, moment: Moment, world: World): "goesOn" | "stops" {
    let command: "goesOn" | "stops" = "goesOn";
    for (const reaction of visit.reactions) {
      if (!("at" in reaction) || reaction.at !== moment) continue;
      switch (reaction.kind) {
        case "linkCut":
          this.#effects.push({ kind: "hangUp", exchange: visit.exchange, how: reaction.how ?? "cut" });
          if (reaction.command === "stops") command = "stops";
          visit.isGone = true;
          break;
        case "outage":
          this.#switchOff(reaction.ms);
          if (moment === "request") command = "stops";
          break;
        case "revokesToken":
          this.#memory = revoked(this.#memory, visit.arrival, reaction.refresh ?? false);
          break;
        case "standalone": {
          const id = reaction.terminalId ?? visit.terminalId ?? this.#scenario.terminals[0]?.id ?? "";
          this.#memory = withMode(this.#memory, id, "STANDALONE", world);
          break;
        }
        default:
          break; // What a customer does at this moment.
      }
    }
    return command;
  }

  /** Nobody is answered any more; what was begun goes on. */
  #switchOff(ms: number): void {
    for (const visit of this.#visits) this.#leave(visit.exchange);
    this.#isOff = true;
    this.#effects.push({ kind: "switchOff" }, { kind: "arm", timer: POWER, afterMs: ms });
    this.#log(`not to be reached for ${ms} ms`);
  }

  #leave(exchange: string): void {
    const visit = this.#visits.find((candidate) => candidate.exchange === exchange);
    if (visit === undefined) return;
    this.#log(`whoever asked for ${visit.arrival.route?.command ?? visit.arrival.request.path} has gone`);
    visit.isGone = true;
    // A request that is on its way is carried out all the same.
    if (visit.reply !== undefined || isSilent(visit.reactions)) this.#forget(visit);
  }

  #forget(visit: Visit): void {
    this.#visits = this.#visits.filter((other) => other !== visit);
    this.#effects.push({ kind: "disarm", timer: replyTo(visit.exchange) });
  }

  /** Of requests that are not done yet. */
  #keysAtWork(but?: Visit): readonly string[] {
    return this.#visits
      .filter((visit) => visit !== but && visit.reply === undefined && !isUnheard(visit.reactions))
      .map(({ arrival }) => arrival.key);
  }

  #keep(): void {
    if (this.#memory === this.#saved) return;
    this.#saved = this.#memory;
    this.#effects.push({ kind: "save", memory: this.#memory });
  }

  /** The timers of what falls due by itself, as it is after this step. */
  #arm({ now }: SimulatorContext): void {
    const jobs = new Map(this.#memory.jobs.map((job) => [job.name, job] as const));
    for (const name of this.#armed.keys()) if (!jobs.has(name)) this.#effects.push({ kind: "disarm", timer: name });
    for (const [name, job] of jobs) {
      if (this.#armed.get(name) === job) continue;
      this.#effects.push({ kind: "arm", timer: name, afterMs: Math.max(0, job.at - now) });
    }
    this.#armed = jobs;
  }

  #log(text: string): void {
    this.#effects.push({ kind: "log", text });
  }
}

const isSilent = (reactions: readonly Reaction[]): boolean => reactionOf(reactions, "silent") !== undefined;

/** Never answered, and nothing done. */
function isUnheard(reactions: readonly Reaction[]): boolean {
  const silent = reactionOf(reactions, "silent");
  return silent !== undefined && silent.from !== "done";
}

/** What fell due. */
function doneBy(work: Exclude<Job["work"], { readonly kind: "webhook" }>, memory: Memory, world: World): Change {
  switch (work.kind) {
    case "course":
      return advanced(memory, work.id, world);
    case "expire":
      return expired(memory, work.id, world);
    case "cancel":
      return canceledThere(memory, work.id, work.losesRace, world);
    case "force":
      return forced(memory, work.id, work.status, work.story, world);
    case "refund":
      return refundEnded(memory, work.id, work.refundId, work.ends, world);
    case "refundIntent":
      return refundedThere(memory, work.id, world);
  }
}
