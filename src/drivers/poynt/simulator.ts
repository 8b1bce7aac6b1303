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
import { isMoneyCommand, wantsCard, type CommandName } from "./simulator-commands.ts";
import { arrivalFrom, judge, type Arrival } from "./simulator-judgement.ts";
import { restoredMemory, resultOf, withResult, type Memory } from "./simulator-memory.ts";
import { amountIn, paymentIn, type Carried } from "./simulator-order.ts";
import { codeIn, otherClient } from "./simulator-pairing.ts";
import { arrivalOf, courseOf, replyOf, type Act, type PlannedAct } from "./simulator-plan.ts";
import { reactionOf, type Reaction } from "./simulator-reactions.ts";
import { errorResult, summaryOf, type Result } from "./simulator-results.ts";
import { completeScenario, reactionsTo, ScenarioSchema, type Scenario } from "./simulator-scenario.ts";
import { carryOut, dismissed, errorOf, type Task } from "./simulator-work.ts";

/** A terminal that is not there: the driver's counterpart, with faults on demand. */
export const poyntSimulator: Simulator = {
  scenarioSchema: ScenarioSchema,
  create: (scenario, memory) => {
    const complete = completeScenario(scenario);
    return new Terminal(complete, restoredMemory(memory, complete.pairedWith));
  },
};

/** A client that waits for an answer. */
type Visit = {
  readonly exchange: string;
  readonly command: CommandName | undefined;
  readonly reactions: readonly Reaction[];
};

/** Something that the terminal is about: a request, or the reply to one of those who wait for its result. */
type Work = {
  /** Also the name of its timer. */
  readonly name: string;
  readonly arrival: Arrival;
  readonly reactions: readonly Reaction[];
  visits: readonly Visit[];
  steps: readonly PlannedAct[];
  /** What it is from the moment that it is found right. */
  task?: Task;
  result?: Result;
  /** On the payment screen, or waiting for it, until it is carried out. */
  screen: "none" | "has" | "waits";
  /** Until it has gone to the host. */
  isDismissable: boolean;
};

const POWER = "power";
const OTHER_CLIENT = "another client";
const MAX_VISITS = 64;

const timeoutOf = (exchange: string): string => `timeout of ${exchange}`;

class Terminal implements SimulatedTerminal {
  readonly #scenario: Scenario;
  #memory: Memory;
  #isStarted = false;
  #isOff = false;
  #count = 0;
  #works: readonly Work[] = [];
  #effects: SimulatorEffect[] = [];

  constructor(scenario: Scenario, memory: Memory) {
    this.#scenario = scenario;
    this.#memory = memory;
  }

  step(input: SimulatorInput, context: SimulatorContext): readonly SimulatorEffect[] {
    this.#effects = [];
    if (!this.#isStarted) this.#start();
    this.#take(input, context);
    return this.#effects;
  }

  #start(): void {
    this.#isStarted = true;
    const { pairingCode, otherClientPairsMs } = this.#scenario;
    const { pairing } = this.#memory;
    this.#log(`the pairing code is ${pairingCode}${pairing === null ? "" : "; a client is paired already"}`);
    if (otherClientPairsMs !== undefined) this.#arm(OTHER_CLIENT, otherClientPairsMs);
  }

  #take(input: SimulatorInput, context: SimulatorContext): void {
    switch (input.kind) {
      case "connected":
      case "disconnected":
        return;
      case "bytes":
        this.#log(`${input.bytes.length} bytes are no request`);
        return;
      case "requested":
        this.#request(input.exchange, input.request, context);
        return;
      case "left":
        this.#leave(input.exchange);
        return;
      case "timer":
        this.#ring(input.timer, context);
        return;
      case "callEnded":
        // This terminal calls nobody.
        return;
      default:
        unreachable(input);
    }
  }

  #ring(timer: string, context: SimulatorContext): void {
    if (timer === POWER) {
      this.#isOff = false;
      this.#effects.push({ kind: "switchOn" });
    }
    if (timer === OTHER_CLIENT) this.#changePairing("otherClient", context);
    for (const work of this.#works) {
      if (work.name === timer) this.#next(work, context);
      const late = work.visits.find(({ exchange }) => timeoutOf(exchange) === timer);
      if (late !== undefined) this.#timeOut(work, late, context);
    }
  }

  #request(exchange: string, request: SimulatedRequest, context: SimulatorContext): void {
    if (this.#isOff || this.#works.reduce((sum, { visits }) => sum + visits.length, 0) >= MAX_VISITS) {
      this.#effects.push({ kind: "hangUp", exchange, how: "cut" });
      return;
    }
    const arrival = arrivalFrom(request);
    const { id, command, body } = arrival;
    const { rules, retentionMs } = this.#scenario;
    const isKept = resultOf(this.#memory, id, context.now, retentionMs) !== undefined;
    const isRepeat = id !== "" && (isKept || this.#runningIds().includes(id));
    const amount = paymentIn(body)["amount"];
    const { reactions, hits } = reactionsTo(rules, this.#memory.hits, { command, amount, isRepeat });
    if (hits.some((count, index) => count !== this.#memory.hits[index])) this.#remember({ ...this.#memory, hits });
    const visit: Visit = { exchange, command, reactions };
    this.#run(this.#begin(arrival, reactions, [visit], arrivalOf(reactions)), context);
  }

  #begin(
    arrival: Arrival,
    reactions: readonly Reaction[],
    visits: readonly Visit[],
    steps: readonly PlannedAct[],
  ): Work {
    this.#count += 1;
    const name = `work ${this.#count}`;
    const work: Work = { name, arrival, reactions, visits, steps, screen: "none", isDismissable: false };
    this.#works = [...this.#works, work];
    return work;
  }

  /** Does all that is due, and sets a timer for the rest. */
  #run(work: Work, context: SimulatorContext): void {
    for (let [step] = work.steps; step !== undefined && work.screen !== "waits"; [step] = work.steps) {
      if (step.afterMs > 0) {
        this.#arm(work.name, step.afterMs);
        return;
      }
      work.steps = work.steps.slice(1);
      this.#perform(work, step.act, context);
    }
    if (work.screen === "waits") return;
    this.#works = this.#works.filter((other) => other !== work);
    this.#leaveScreen(work, context);
  }

  /** Its timer rang. */
  #next(work: Work, context: SimulatorContext): void {
    const [step, ...rest] = work.steps;
    if (step !== undefined) work.steps = [{ ...step, afterMs: 0 }, ...rest];
    this.#run(work, context);
  }

  #perform(work: Work, act: Act, context: SimulatorContext): void {
    switch (act.kind) {
      case "judge":
        this.#judge(work, context);
        return;
      case "wait":
        return;
      case "contactHost":
        work.isDismissable = false;
        return;
      case "carryOut":
        this.#carryOut(work, context);
        return;
      case "deliver":
        this.#deliver(work, context);
        return;
      case "reply":
        for (const visit of work.visits) this.#reply(work, visit, act.part, context);
        return;
      case "hangUp":
        for (const { exchange } of work.visits) {
          this.#disarm(timeoutOf(exchange));
          this.#effects.push({ kind: "hangUp", exchange, how: act.how });
        }
        work.visits = [];
        return;
      case "restart":
        this.#restart(act.memory, act.offMs);
        return;
      case "changePairing":
        this.#changePairing(act.to, context);
        return;
      case "stop":
        work.steps = [];
        return;
      default:
        unreachable(act);
    }
  }

  #judge(work: Work, context: SimulatorContext): void {
    const { arrival, reactions } = work;
    const situation = {
      memory: this.#memory,
      runningIds: this.#runningIds(),
      isConfirming: this.#works.some(({ task }) => task?.command === "pairWithKey"),
      scenario: this.#scenario,
    };
    const verdict = judge(arrival, reactions, situation, context);
    switch (verdict.kind) {
      case "answered":
        work.result = verdict.result;
        work.steps = replyOf(reactions, this.#scenario);
        this.#log(`${arrival.command ?? arrival.request.path}: ${summaryOf(verdict.result)}`);
        return;
      case "ignored":
        work.steps = [];
        return;
      case "joins": {
        const running = this.#works.find(({ screen, arrival: { id } }) => screen !== "none" && id === arrival.id);
        if (running !== undefined) running.visits = [...running.visits, ...work.visits];
        this.#limit(work);
        work.visits = [];
        return;
      }
      case "waits":
      case "runs": {
        const { command, body } = verdict;
        const { client } = arrival;
        work.task = { command, body, client, isBusy: situation.runningIds.length > 0 };
        work.steps = courseOf(command, reactions, this.#scenario);
        work.isDismissable = wantsCard(command);
        if (isMoneyCommand(command)) work.screen = verdict.kind === "waits" ? "waits" : "has";
        this.#limit(work);
        if (command === "pairWithKey") this.#log(`${client} wants to pair: ${codeIn(body)}`);
        return;
      }
      default:
        unreachable(verdict);
    }
  }

  /** The time that the client gives the terminal. */
  #limit({ arrival, visits }: Work): void {
    const limitMs = amountIn(arrival.body ?? {}, "timeout") ?? 0;
    if (limitMs > 0) for (const { exchange } of visits) this.#arm(timeoutOf(exchange), limitMs);
  }

  #timeOut(work: Work, late: Visit, context: SimulatorContext): void {
    work.visits = work.visits.filter((visit) => visit !== late);
    const reply = this.#begin(work.arrival, late.reactions, [late], replyOf(late.reactions, this.#scenario));
    reply.result = errorResult("timedOut", this.#scenario);
    this.#run(reply, context);
    const { task } = work;
    if (this.#scenario.afterTimeout === "goesOn" || !work.isDismissable || task === undefined) return;
    this.#disarm(work.name);
    this.#finish(work, dismissed(task, this.#memory, this.#scenario), context);
    work.steps = [{ afterMs: 0, act: { kind: "deliver" } }];
    if (work.screen === "waits") work.screen = "none";
    this.#run(work, context);
  }

  #carryOut(work: Work, context: SimulatorContext): void {
    const { task, reactions } = work;
    if (task === undefined) return;
    this.#finish(work, carryOut(task, reactions, this.#memory, this.#scenario, context), context);
  }

  /** The ledger and the memory have it before anybody is told. */
  #finish(work: Work, { memory, movements, result }: Carried, context: SimulatorContext): void {
    const { arrival } = work;
    for (const movement of movements) this.#effects.push({ kind: "ledger", movement });
    const isKept = work.screen !== "none" && result.body?.["error"] === undefined;
    const after = isKept ? withResult(memory, arrival.id, context.now, result) : memory;
    if (after !== this.#memory) this.#remember(after);
    work.result = result;
    if (arrival.command !== "ping") this.#log(`${arrival.command ?? ""}: ${summaryOf(result)}`);
  }

  /** The next one has its turn, if one waits. */
  #leaveScreen(work: Work, context: SimulatorContext): void {
    const had = work.screen;
    work.screen = "none";
    if (had !== "has") return;
    const next = this.#works.find(({ screen }) => screen === "waits");
    if (next === undefined) return;
    next.screen = "has";
    this.#run(next, context);
  }

  #deliver(work: Work, context: SimulatorContext): void {
    const replies = work.visits.map((visit) => {
      this.#disarm(timeoutOf(visit.exchange));
      const reply = this.#begin(work.arrival, visit.reactions, [visit], replyOf(visit.reactions, this.#scenario));
      reply.result = this.#toldTo(visit, work);
      return reply;
    });
    work.visits = [];
    // One of them may restart the terminal.
    for (const reply of replies) if (this.#works.includes(reply)) this.#run(reply, context);
  }

  /** An error in place of what was done all the same. */
  #toldTo({ command, reactions }: Visit, { result }: Work): Result {
    const error = reactionOf(reactions, "error");
    const isTold = error?.moved === true && command !== undefined;
    return isTold ? errorOf(error, command, this.#scenario) : (result ?? errorResult("failed", this.#scenario));
  }

  #reply(work: Work, { exchange, reactions }: Visit, part: "whole" | "firstHalf", context: SimulatorContext): void {
    const result = work.result ?? errorResult("failed", this.#scenario);
    const { pairingCode } = this.#scenario;
    // Whoever asks to pair knows no other key.
    const secret = work.arrival.command === "pair" ? pairingCode : (this.#memory.pairing?.secret ?? pairingCode);
    const answer = answerWith(result, reactions, secret, this.#scenario, context);
    const body = part === "whole" ? answer.body : answer.body.subarray(0, answer.body.length / 2);
    this.#effects.push({ kind: "answer", exchange, answer: { ...answer, body } });
  }

  #leave(exchange: string): void {
    this.#disarm(timeoutOf(exchange));
    for (const work of this.#works) {
      if (work.visits.some((visit) => visit.exchange === exchange)) {
        work.visits = work.visits.filter((visit) => visit.exchange !== exchange);
        this.#log(`whoever asked for ${work.arrival.command ?? work.arrival.request.path} has gone`);
      }
    }
  }

  #changePairing(to: "otherClient" | "nobody", { crypto }: SimulatorContext): void {
    const pairing = to === "nobody" ? null : otherClient(crypto);
    this.#remember({ ...this.#memory, pairing });
    this.#log(to === "nobody" ? "the pairing was ended at the terminal" : "another client has paired");
  }

  #restart(keeps: "remembers" | "forgets", offMs: number): void {
    for (const work of this.#works) {
      this.#disarm(work.name);
      for (const { exchange } of work.visits) this.#disarm(timeoutOf(exchange));
      work.steps = [];
      work.visits = [];
      work.screen = "none";
    }
    this.#works = [];
    if (keeps === "forgets") this.#remember({ ...this.#memory, results: [] });
    this.#effects.push({ kind: "switchOff" });
    this.#isOff = offMs > 0;
    if (offMs > 0) this.#arm(POWER, offMs);
    else this.#effects.push({ kind: "switchOn" });
    this.#log(keeps === "forgets" ? "restart without memory" : "restart");
  }

  #runningIds(): readonly string[] {
    return this.#works.flatMap(({ screen, arrival }) => (screen === "none" ? [] : [arrival.id]));
  }

  #arm(timer: string, afterMs: number): void {
    this.#effects.push({ kind: "arm", timer, afterMs });
  }

  #disarm(timer: string): void {
    this.#effects.push({ kind: "disarm", timer });
  }

  #remember(memory: Memory): void {
    this.#memory = memory;
    this.#effects.push({ kind: "save", memory });
  }

  #log(text: string): void {
    this.#effects.push({ kind: "log", text });
  }
}
