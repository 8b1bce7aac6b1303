import { encodeUtf8 } from "../../codec/utf8.ts";
import { unreachable } from "../../core/assert.ts";
import type { JsonObject } from "../../core/json.ts";
import type { SimulatedTerminal, Simulator, SimulatorContext, SimulatorEffect, SimulatorInput } from "../simulator.ts";
import type { Framer } from "../wire.ts";
import { getnetWire } from "./codec.ts";
import { COMMANDS, type Request } from "./messages.ts";
import { emptyMemory, restoredMemory, type Memory } from "./simulator-memory.ts";
import { misreadingOf, planOf, refusalOf, replyOf, twistOf, type Act, type PlannedAct } from "./simulator-plan.ts";
import { carryOut, CODES, errorContent, isWellFormed, replyContent, TEXTS, type Content } from "./simulator-replies.ts";
import {
  completeScenario,
  reactionOf,
  reactionsTo,
  ScenarioSchema,
  type Reaction,
  type Scenario,
} from "./simulator-scenario.ts";
import { acknowledgementBytes, joined, piecesOf, readFrame, signedBytes } from "./simulator-wire.ts";

/** A terminal that is not there: the driver's counterpart, with faults on demand. */
export const getnetSimulator: Simulator = {
  scenarioSchema: ScenarioSchema,
  create: (scenario, memory) => new Terminal(completeScenario(scenario), restoredMemory(memory)),
};

/** One request that is being worked on. */
type Work = {
  /** Also the name of its timer. */
  readonly name: string;
  readonly request: Request;
  readonly reactions: readonly Reaction[];
  /** The connection that the request came over, counted from 1. */
  readonly connection: number;
  steps: readonly PlannedAct[];
  /** What the reply says. */
  content: Content;
  /** Not yet carried out: it keeps the terminal from other commands. */
  isBusy: boolean;
  isCancelable: boolean;
  /** What waits to be glued together. */
  held: readonly Uint8Array[];
};

const NO_REQUEST: Request = { kind: "request", command: 0, fields: {} };
const POWER = "power";
const MAX_WORKS = 64;

class Terminal implements SimulatedTerminal {
  readonly #scenario: Scenario;
  #memory: Memory;
  #framer: Framer = getnetWire.createFramer();
  #connection = 0;
  #isConnected = false;
  #isOff = false;
  #requests = 0;
  #works: readonly Work[] = [];
  #effects: SimulatorEffect[] = [];

  constructor(scenario: Scenario, memory: Memory) {
    this.#scenario = scenario;
    this.#memory = memory;
  }

  step(input: SimulatorInput, context: SimulatorContext): readonly SimulatorEffect[] {
    this.#effects = [];
    this.#take(input, context);
    return this.#effects;
  }

  #take(input: SimulatorInput, context: SimulatorContext): void {
    switch (input.kind) {
      case "connected":
        this.#framer = getnetWire.createFramer();
        this.#connection += 1;
        this.#isConnected = true;
        // In order, because a cut serial device would come back at once and be cut again.
        if (this.#isOff) this.#effects.push({ kind: "close", how: "end" });
        return;
      case "disconnected":
        this.#isConnected = false;
        return;
      case "bytes":
        this.#receive(input.bytes, context);
        return;
      case "timer":
        if (input.timer === POWER) this.#isOff = false;
        for (const work of this.#works) if (work.name === input.timer) this.#next(work, context);
        return;
      case "requested":
      case "left":
      case "callEnded":
        this.#log("this terminal knows no HTTP");
        return;
      default:
        unreachable(input);
    }
  }

  #receive(bytes: Uint8Array, context: SimulatorContext): void {
    if (this.#isOff) return;
    for (const piece of this.#framer.push(bytes)) {
      if (piece.kind === "discarded") {
        this.#log(`${piece.bytes.length} bytes are no message: ${piece.why}`);
        continue;
      }
      const frame = readFrame(piece.bytes, context.crypto);
      if (frame.kind === "content") this.#request(frame.content, context);
      else if (frame.kind === "unreadable") {
        this.#log(`a message that cannot be believed: ${frame.why}`);
        this.#refuse(this.#scenario.badSign, TEXTS.malformed, context);
      }
    }
  }

  #request({ Command: command, ...fields }: JsonObject, context: SimulatorContext): void {
    if (this.#works.length >= MAX_WORKS) {
      this.#log("too many requests at once: one is dropped");
      return;
    }
    const request: Request = { kind: "request", command: typeof command === "number" ? command : 0, fields };
    if (!isWellFormed(request)) {
      this.#log("a malformed request");
      this.#refuse(this.#scenario.malformed, TEXTS.malformed, context);
      return;
    }
    const { reactions, hits } = reactionsTo(this.#scenario.rules, this.#memory.hits, request);
    if (hits.length > 0) this.#remember({ ...this.#memory, hits });
    const running = this.#works.find((work) => work.isBusy);
    if (running !== undefined && request.command === COMMANDS.cancelSale) {
      this.#cancel(request, reactions, running, context);
    } else if (running !== undefined && request.command !== COMMANDS.poll) {
      this.#log(`command ${request.command} came while command ${running.request.command} was running`);
      if (this.#scenario.whileBusy !== "silent") this.#refuse(this.#scenario.whileBusy, TEXTS.failed, context);
    } else {
      const work = this.#begin(request, reactions, planOf(request, reactions, this.#scenario));
      work.isBusy = request.command !== COMMANDS.poll;
      work.isCancelable = request.command === COMMANDS.sale;
      this.#run(work, context);
    }
  }

  #begin(request: Request, reactions: readonly Reaction[], steps: readonly PlannedAct[]): Work {
    this.#requests += 1;
    const work: Work = {
      name: `request ${this.#requests}`,
      request,
      reactions,
      connection: this.#connection,
      steps,
      content: errorContent(TEXTS.failed),
      isBusy: false,
      isCancelable: false,
      held: [],
    };
    this.#works = [...this.#works, work];
    return work;
  }

  #refuse(how: "receivedFalse" | "error", text: string, context: SimulatorContext): void {
    this.#run(this.#begin(NO_REQUEST, [], refusalOf(how, text, this.#scenario)), context);
  }

  /** A cancel while something runs: a sale that has not gone to the host yet ends with the operator's text (assumed). */
  #cancel(request: Request, reactions: readonly Reaction[], running: Work, context: SimulatorContext): void {
    const { gapMs, cancelReply } = this.#scenario;
    const isHeard = reactions.every(({ kind }) => kind !== "silent" && kind !== "receivedFalse" && kind !== "declines");
    const cancels = isHeard && running.isCancelable;
    const plan = planOf(request, reactions, this.#scenario);
    const isAnswered = cancelReply || !cancels;
    const work = this.#begin(request, reactions, isAnswered ? plan : plan.filter(({ act }) => act.kind !== "reply"));
    if (cancels) {
      work.content = replyContent(request.command, CODES.approved, TEXTS.approved);
      this.#disarm(running);
      running.isCancelable = false;
      running.content = replyContent(running.request.command, CODES.canceled, TEXTS.canceled);
      running.steps = replyOf(running.reactions, this.#scenario, cancelReply ? 2 * gapMs : gapMs);
    } else {
      work.content = replyContent(request.command, CODES.notAllowed, "No se puede cancelar");
    }
    work.steps = work.steps.filter(({ act }) => act.kind !== "carryOut");
    this.#run(work, context);
    if (cancels) this.#run(running, context);
  }

  /** Does all that is due, and sets a timer for the rest. */
  #run(work: Work, context: SimulatorContext): void {
    for (let [step] = work.steps; step !== undefined; [step] = work.steps) {
      if (step.afterMs > 0) {
        this.#effects.push({ kind: "arm", timer: work.name, afterMs: step.afterMs });
        return;
      }
      work.steps = work.steps.slice(1);
      this.#perform(work, step.act, context);
    }
    this.#end(work);
  }

  /** Its timer rang. */
  #next(work: Work, context: SimulatorContext): void {
    const [step, ...rest] = work.steps;
    if (step !== undefined) work.steps = [{ ...step, afterMs: 0 }, ...rest];
    this.#run(work, context);
  }

  #end(work: Work): void {
    this.#flush(work);
    this.#works = this.#works.filter((other) => other !== work);
  }

  #perform(work: Work, act: Act, context: SimulatorContext): void {
    switch (act.kind) {
      case "wait":
        return;
      case "acknowledge":
        this.#send(work, acknowledgementBytes(act.received));
        return;
      case "babble":
        this.#send(work, encodeUtf8(act.text));
        return;
      case "write":
        this.#write(work, act.bytes);
        return;
      case "tellStage": {
        const content = { MessageCode: act.code, MessageText: act.text };
        const withFunction = { FunctionCode: COMMANDS.intermediate, ...content };
        const told = this.#scenario.stages === "with112" ? withFunction : content;
        this.#send(work, signedBytes(told, [], context.crypto));
        return;
      }
      case "contactHost":
        work.isCancelable = false;
        return;
      case "carryOut":
        this.#carryOut(work, context);
        return;
      case "say":
        this.#send(work, signedBytes(act.content, [], context.crypto));
        return;
      case "reply":
        this.#reply(work, act.part, context);
        return;
      case "hangUp":
        this.#hangUp(work, act.how);
        return;
      case "restart":
        this.#restart(act.memory, act.offMs);
        return;
      case "stop":
        work.steps = [];
        return;
      default:
        unreachable(act);
    }
  }

  /** Decides what the reply says; where it is carried out, the ledger and the memory have it before the reply leaves. */
  #carryOut(work: Work, context: SimulatorContext): void {
    const { request, reactions } = work;
    work.isBusy = false;
    const declined = reactionOf(reactions, "declines");
    const error = reactionOf(reactions, "functionCode0");
    if (declined !== undefined) {
      work.content = replyContent(request.command, declined.code ?? CODES.declined, declined.text ?? TEXTS.declined);
    } else if (reactionOf(reactions, "operatorCancels") !== undefined) {
      work.content = replyContent(request.command, CODES.canceled, TEXTS.canceled);
    } else if (error !== undefined && error.moved !== true) {
      work.content = errorContent(error.text ?? TEXTS.failed);
    } else {
      const done = carryOut(this.#memory, request, this.#scenario, twistOf(reactions), context.now);
      if (done.movement !== undefined) this.#effects.push({ kind: "ledger", movement: done.movement });
      if (done.memory !== this.#memory) this.#remember(done.memory);
      work.content = error === undefined ? done.content : errorContent(error.text ?? TEXTS.failed);
    }
    this.#log(`command ${request.command}: ${JSON.stringify(work.content["ResponseMessage"])}`);
  }

  #reply(work: Work, part: "whole" | "firstHalf", context: SimulatorContext): void {
    const { reactions } = work;
    const other = reactionOf(reactions, "otherReply");
    if (other !== undefined) {
      const command = COMMANDS[other.command];
      const wrong = replyContent(
        command,
        CODES.approved,
        TEXTS.approved,
        command === COMMANDS.poll ? { Connected: true } : {},
      );
      this.#send(work, signedBytes(wrong, [], context.crypto));
      if (other.instead === true) return;
    }
    const bytes = signedBytes({ ...work.content, ...misreadingOf(reactions, work.content) }, reactions, context.crypto);
    this.#send(work, part === "whole" ? bytes : bytes.subarray(0, bytes.length / 2));
  }

  #restart(keeps: "remembers" | "forgets", offMs: number): void {
    for (const work of this.#works) {
      this.#disarm(work);
      work.steps = [];
      work.held = [];
    }
    this.#works = [];
    this.#framer = getnetWire.createFramer();
    if (keeps === "forgets") this.#remember(emptyMemory(this.#memory.hits));
    if (offMs > 0) {
      this.#isOff = true;
      this.#effects.push({ kind: "arm", timer: POWER, afterMs: offMs });
    }
    this.#isConnected = false;
    this.#effects.push({ kind: "close", how: "cut" });
    this.#log("restart");
  }

  /** One message, in pieces where the scenario wants it so. */
  #send(work: Work, bytes: Uint8Array): void {
    const split = reactionOf(work.reactions, "split");
    if (split === undefined) {
      this.#write(work, bytes);
      return;
    }
    const pieces = piecesOf(bytes, split.bytes);
    const afterMs = split.gapMs ?? 0;
    work.steps = [
      ...pieces.map((piece) => ({ afterMs, act: { kind: "write", bytes: piece } }) as const),
      ...work.steps,
    ];
  }

  #write(work: Work, bytes: Uint8Array): void {
    const isReachable = work.connection === this.#connection || this.#scenario.repliesAfterReconnect;
    if (!this.#isConnected || !isReachable) this.#log(`${bytes.length} bytes were not sent: the connection is gone`);
    else if (reactionOf(work.reactions, "glued") !== undefined) work.held = [...work.held, bytes];
    else this.#effects.push({ kind: "write", bytes });
  }

  #hangUp(work: Work, how: "end" | "cut"): void {
    this.#flush(work);
    if (how === "cut") this.#isConnected = false;
    this.#effects.push({ kind: "close", how });
  }

  #flush(work: Work): void {
    if (work.held.length > 0) this.#effects.push({ kind: "write", bytes: joined(work.held) });
    work.held = [];
  }

  #disarm(work: Work): void {
    this.#effects.push({ kind: "disarm", timer: work.name });
  }

  #remember(memory: Memory): void {
    this.#memory = memory;
    this.#effects.push({ kind: "save", memory });
  }

  #log(text: string): void {
    this.#effects.push({ kind: "log", text });
  }
}
