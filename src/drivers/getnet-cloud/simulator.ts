import { toHex } from "../../codec/hex.ts";
import { parseJson } from "../../codec/json-text.ts";
import { decodeUtf8 } from "../../codec/utf8.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type {
  SimulatedAnswer,
  SimulatedRequest,
  SimulatedTerminal,
  Simulator,
  SimulatorContext,
  SimulatorEffect,
  SimulatorInput,
} from "../simulator.ts";
import { PATHS, type CommandPath } from "./messages.ts";
import { envelope, errorBody, faultyAnswer, jsonAnswer, taskBody } from "./simulator-answers.ts";
import {
  restoredMemory,
  terminalOf,
  withTask,
  withTerminal,
  withToken,
  type Memory,
  type Task,
} from "./simulator-memory.ts";
import { isKnownClient } from "./simulator-access.ts";
import { delayOf, reactionOf, type Reaction } from "./simulator-reactions.ts";
import {
  completeScenario,
  placesOf,
  reactionsTo,
  ScenarioSchema,
  type Place,
  type RequestName,
  type Scenario,
} from "./simulator-scenario.ts";
import { Terminal, type Job } from "./simulator-terminal.ts";

/** A cloud that is not there, with its terminals: the driver's counterpart, with faults on demand. */
export const getnetCloudSimulator: Simulator = {
  scenarioSchema: ScenarioSchema,
  create: (scenario, memory) => new Cloud(completeScenario(scenario), restoredMemory(memory)),
};

/** An answer, made when it leaves: the command may be over by then. */
type Prepared = { readonly task?: Task; make(task: Task | undefined, now: number): SimulatedAnswer };

const MOST_WAITING = 256;
const MOST_JOBS = 256;
const LATE = "late answer ";

class Cloud implements SimulatedTerminal {
  readonly #scenario: Scenario;
  readonly #terminals: readonly Terminal[];
  #memory: Memory;
  #isStarted = false;
  /** Answers that take longer, by the names of their timers. */
  readonly #late = new Map<string, { readonly exchange: string; readonly answer: () => SimulatedAnswer }>();
  #effects: SimulatorEffect[] = [];

  constructor(scenario: Scenario, memory: Memory) {
    this.#scenario = scenario;
    this.#memory = memory;
    this.#terminals = placesOf(scenario).map(
      (place) =>
        new Terminal(place, scenario, {
          memory: () => terminalOf(this.#memory, place.terminalId),
          keep: (kept) => this.#remember(withTerminal(this.#memory, place.terminalId, kept)),
          carriedOut: (job, done) => this.#change(job, (task) => ({ ...task, done })),
          finish: (job, content) => this.#finish(job, content),
          emit: (effect) => this.#effects.push(effect),
        }),
    );
  }

  step(input: SimulatorInput, context: SimulatorContext): readonly SimulatorEffect[] {
    this.#effects = [];
    if (!this.#isStarted) this.#start();
    if (input.kind === "requested") this.#request(input.exchange, input.request, context);
    if (input.kind === "timer") this.#ring(input.timer, context);
    if (input.kind === "left") this.#leave(input.exchange);
    return this.#effects;
  }

  #start(): void {
    this.#isStarted = true;
    const { clientId, clientSecret, country } = this.#scenario;
    this.#log(`the account of ${country} is ${clientId}, its secret ${clientSecret}`);
    for (const { place } of this.#terminals) {
      this.#log(`terminal ${place.terminalId}, branch ${place.branchId}, serial number ${place.serialNumber}`);
    }
  }

  #ring(timer: string, context: SimulatorContext): void {
    const late = this.#late.get(timer);
    if (late !== undefined) {
      this.#late.delete(timer);
      this.#effects.push({ kind: "answer", exchange: late.exchange, answer: late.answer() });
    }
    for (const terminal of this.#terminals) terminal.ring(timer, context);
  }

  #leave(exchange: string): void {
    this.#late.delete(LATE + exchange);
    this.#effects.push({ kind: "disarm", timer: LATE + exchange });
  }

  #request(exchange: string, request: SimulatedRequest, context: SimulatorContext): void {
    if (this.#late.size >= MOST_WAITING) {
      this.#effects.push({ kind: "hangUp", exchange, how: "cut" });
      return;
    }
    const name = nameOf(request);
    const body = bodyOf(request);
    const { reactions, hits } = reactionsTo(this.#scenario.rules, this.#memory.hits, { name, amount: body["amount"] });
    if (hits.some((count, index) => count !== this.#memory.hits[index])) this.#remember({ ...this.#memory, hits });
    if (reactionOf(reactions, "tokenRevoked") !== undefined) this.#remember({ ...this.#memory, tokens: [] });
    const answer = this.#answerTo(name, request, body, reactions, context);
    this.#deliver(exchange, reactions, answer, context);
  }

  /** What is answered when nothing goes wrong with the answer; made when it leaves. */
  #answerTo(
    name: RequestName | undefined,
    request: SimulatedRequest,
    body: JsonObject,
    reactions: readonly Reaction[],
    context: SimulatorContext,
  ): Prepared {
    const fixed = (status: number, value: JsonObject) => ({
      make: (_task: Task | undefined, now: number) => jsonAnswer(status, value, now),
    });
    if (name === undefined) return fixed(404, errorBody(404, "no existe"));
    if (name === "auth") return this.#access(request, reactions, context);
    if (!this.#isAllowed(request, context)) return fixed(401, errorBody(401, "token invalido"));
    if (name === "result") {
      const found = this.#memory.tasks.find(({ idPosTxs }) => `/${idPosTxs}` === request.path);
      if (found === undefined) return fixed(404, errorBody(404, "transaccion no existe"));
      return { task: found, make: (task, now) => jsonAnswer(200, taskBody(task ?? found, reactions), now) };
    }
    const terminal = this.#terminals.find(({ place }) => this.#isNamed(place, body));
    if (terminal === undefined) return fixed(404, errorBody(404, "terminal no existe"));
    if (body["command"] !== PATHS[name]) return fixed(400, errorBody(400, "comando invalido"));
    if (!isTaken(reactions)) return fixed(200, errorBody(3, "no"));
    if (terminal.size >= MOST_JOBS) return fixed(429, errorBody(429, "demasiadas transacciones"));
    const task = this.#take(terminal, name, body, reactions, context);
    return {
      task,
      make: (kept, now) => jsonAnswer(200, taskBody({ ...(kept ?? task), content: null }, reactions), now),
    };
  }

  #access(request: SimulatedRequest, reactions: readonly Reaction[], { crypto, now }: SimulatorContext) {
    const isWrong = reactionOf(reactions, "wrongCredentials") !== undefined;
    if (isWrong || !isKnownClient(request, this.#scenario)) {
      return {
        make: (_: Task | undefined, at: number) => jsonAnswer(401, errorBody(401, "credenciales invalidas"), at),
      };
    }
    const token = `sim.${toHex(crypto.randomBytes(16)).toLowerCase()}`;
    this.#remember(withToken(this.#memory, { token, endsAt: now + this.#scenario.tokenMs }));
    const body = envelope(1, "OK", { token });
    return { make: (_: Task | undefined, at: number) => jsonAnswer(200, body, at) };
  }

  #isAllowed({ headers }: SimulatedRequest, { now }: SimulatorContext): boolean {
    const given = /^Bearer (\S+)$/.exec(headers["authorization"] ?? "")?.[1];
    return this.#memory.tokens.some(({ token, endsAt }) => token === given && now < endsAt);
  }

  /** The branch is a number in Chile and text in Argentina. */
  #isNamed({ terminalId, branchId, serialNumber }: Place, body: JsonObject): boolean {
    const branch: Json = this.#scenario.country === "CL" ? Number(branchId) : branchId;
    return body["idTerminal"] === terminalId && body["idSucursal"] === branch && body["serialNumber"] === serialNumber;
  }

  #take(
    terminal: Terminal,
    path: CommandPath,
    body: JsonObject,
    reactions: readonly Reaction[],
    context: SimulatorContext,
  ): Task {
    const customId = typeof body["customId"] === "string" ? body["customId"].slice(0, 25) : "";
    const isHidden = reactionOf(reactions, "pendingForever") !== undefined;
    const { nextId: idPosTxs } = this.#memory;
    const task: Task = { idPosTxs, customId, command: PATHS[path], content: null, isHidden };
    this.#remember(withTask(this.#memory, task));
    terminal.take({ idPosTxs, path, body, reactions }, context);
    return task;
  }

  #change({ idPosTxs }: Job, change: (task: Task) => Task): void {
    const task = this.#memory.tasks.find((kept) => kept.idPosTxs === idPosTxs);
    if (task?.content === null) this.#remember(withTask(this.#memory, change(task)));
  }

  #finish(job: Job, content: JsonObject): void {
    this.#change(job, (task) => ({ ...task, content }));
    const text = content["ResponseMessage"];
    this.#log(`${job.path} ${job.idPosTxs}: ${typeof text === "string" ? text : "no response"}`);
  }

  #deliver(
    exchange: string,
    reactions: readonly Reaction[],
    { task, make }: Prepared,
    { now }: SimulatorContext,
  ): void {
    const lost = reactionOf(reactions, "answerLost");
    if (lost !== undefined) {
      this.#effects.push({ kind: "hangUp", exchange, how: lost.how ?? "cut" });
      return;
    }
    if (reactionOf(reactions, "silent") !== undefined) return;
    const afterMs = delayOf(reactions, "answer");
    const at = now + afterMs + this.#scenario.clockSkewMs;
    const answer = (): SimulatedAnswer => {
      const kept = this.#memory.tasks.find(({ idPosTxs }) => idPosTxs === task?.idPosTxs);
      const whole = faultyAnswer(reactions, task, at) ?? make(kept, at);
      const isCut = reactionOf(reactions, "truncated") !== undefined;
      return isCut ? shortened(whole) : whole;
    };
    if (afterMs === 0) {
      this.#effects.push({ kind: "answer", exchange, answer: answer() });
      return;
    }
    this.#late.set(LATE + exchange, { exchange, answer });
    this.#effects.push({ kind: "arm", timer: LATE + exchange, afterMs });
  }

  #remember(memory: Memory): void {
    this.#memory = memory;
    this.#effects.push({ kind: "save", memory });
  }

  #log(text: string): void {
    this.#effects.push({ kind: "log", text });
  }
}

/** Half of the body, and it says that this is all. */
function shortened(answer: SimulatedAnswer): SimulatedAnswer {
  const body = answer.body.subarray(0, answer.body.length / 2);
  const headers = answer.headers.map(([name, value]) =>
    name === "Content-Length" ? ([name, String(body.length)] as const) : ([name, value] as const),
  );
  return { ...answer, headers, body };
}

function nameOf({ method, path }: SimulatedRequest): RequestName | undefined {
  const name = path.slice(1);
  if (method === "GET") return /^\d{1,16}$/.test(name) ? "result" : undefined;
  if (method !== "POST") return undefined;
  return name === "auth" || Object.hasOwn(PATHS, name) ? (name as RequestName) : undefined;
}

function bodyOf({ body }: SimulatedRequest): JsonObject {
  const value = parseJson(decodeUtf8(body) ?? "", 8);
  return isJsonObject(value) ? value : {};
}

/** Whether the command is carried out, whatever becomes of its answer. */
function isTaken(reactions: readonly Reaction[]): boolean {
  const isLost = (kind: "answerLost" | "silent"): boolean => reactionOf(reactions, kind)?.taken === false;
  const isRefused = (kind: "httpError" | "html" | "unnamed"): boolean => {
    const reaction = reactionOf(reactions, kind);
    return reaction !== undefined && reaction.taken !== true;
  };
  return !isLost("answerLost") && !isLost("silent") && !(["httpError", "html", "unnamed"] as const).some(isRefused);
}
