import type { Json, JsonObject } from "../../src/core/json.ts";
import type { Timer } from "../../src/core/ports.ts";
import type { HttpRequest } from "../../src/core/http.ts";
import type {
  SimulatedAnswer,
  SimulatedTerminal,
  Simulator,
  SimulatorCrypto,
  SimulatorEffect,
  SimulatorInput,
} from "../../src/drivers/simulator.ts";
import type { Medium } from "../../src/daemon/terminal/medium.ts";
import type {
  ExchangeConnection,
  ExchangeLimits,
  ExchangeListener,
  OpenedExchange,
} from "../../src/transports/exchange.ts";
import { Disturbances, type Disturbance } from "./disturbances.ts";
import type { CarryCall, SimulatedCall } from "./simulated-callbacks.ts";
import type { Cut, Happening, SimulatedEnd } from "./simulated-end.ts";
import type { VirtualClock } from "./virtual-clock.ts";

const LATENCY_MS = 1;
/** The terminal has a clock of its own, which nobody sets. */
const TERMINAL_CLOCK_MS = Date.UTC(2026, 0, 2, 3, 4, 7);

type Call = {
  readonly name: string;
  readonly listener: ExchangeListener;
  state: "open" | "asked" | "over";
  /** Which run of the terminal's program accepted it: what is handed over arrives there or never. */
  readonly run: number;
  /** The answer is under way, whatever becomes of the terminal. */
  isAnswered: boolean;
  /** Of the answer's body. */
  readonly maxAnswerBytes: number;
};

/**
 * A simulated terminal that is asked by HTTP, in memory and under virtual time. Each exchange is a connection of its own; the bytes
 * of all of them are counted together, and a cut is of all that is open.
 */
export class SimulatedHttp implements SimulatedEnd {
  readonly ledger: JsonObject[] = [];
  readonly bytes = { toTerminal: 0, fromTerminal: 0 };
  readonly story: Happening[] = [];
  readonly #simulator: Simulator;
  readonly #clock: VirtualClock;
  readonly #crypto: SimulatorCrypto;
  readonly #carry: CarryCall;
  readonly #timers = new Map<string, Timer>();
  readonly #calls = new Map<string, Call>();
  #terminal: SimulatedTerminal;
  #memory: Json | undefined;
  readonly #disturbances = new Disturbances();
  #cut: Cut | undefined;
  #opened = 0;
  #run = 0;
  #isOff = false;
  unreachable = false;
  refuses = false;
  chunkBytes: number | undefined;
  lagMs = 0;

  constructor(simulator: Simulator, scenario: Json, clock: VirtualClock, crypto: SimulatorCrypto, carry: CarryCall) {
    this.#simulator = simulator;
    this.#clock = clock;
    this.#crypto = crypto;
    this.#carry = carry;
    this.#terminal = simulator.create(scenario, undefined);
  }

  get isOff(): boolean {
    return this.#isOff;
  }

  get medium(): Medium {
    return { kind: "http", open: (listener, limits) => this.open(listener, limits) };
  }

  replace(scenario: Json, memory: "remembers" | "forgets"): void {
    this.#endRun();
    if (memory === "forgets") this.story.push({ kind: "replaced" });
    this.#cut = undefined;
    this.#disturbances.clear();
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.#isOff = false;
    this.#memory = memory === "remembers" ? this.#memory : undefined;
    this.#terminal = this.#simulator.create(scenario, this.#memory);
  }

  cutAfter(cut: Cut): void {
    this.#cut = cut;
  }

  disturb(disturbance: Disturbance): void {
    this.#disturbances.add(disturbance);
  }

  /** What the daemon handed over before arrives all the same; no answer comes back. */
  cutNow(): void {
    for (const call of [...this.#calls.values()]) this.#lose(call, "the connection was cut");
  }

  #endRun(): void {
    this.#run += 1;
    for (const call of [...this.#calls.values()]) if (!call.isAnswered) this.#lose(call, "the connection was cut");
  }

  open(listener: ExchangeListener, { maxAnswerBytes }: ExchangeLimits): Promise<OpenedExchange> {
    if (this.unreachable) return Promise.resolve({ kind: "failed", why: "the terminal cannot be reached" });
    if (this.#isOff || this.refuses)
      return Promise.resolve({ kind: "failed", why: "the connection was refused", nobodyListens: true });
    this.#opened += 1;
    const name = `http simulated #${this.#opened}`;
    const call: Call = { name, listener, state: "open", run: this.#run, isAnswered: false, maxAnswerBytes };
    this.#calls.set(call.name, call);
    return Promise.resolve({ kind: "open", connection: this.#connectionOf(call) });
  }

  #connectionOf(call: Call): ExchangeConnection {
    return {
      name: call.name,
      get isOpen() {
        return call.state === "open";
      },
      send: (request) => {
        if (call.state !== "open") return Promise.resolve({ kind: "refused", why: "the connection is not open" });
        call.state = "asked";
        const cut = this.#isCut("toTerminal", lengthOf(request));
        const passing = this.#disturbances.passing("toTerminal", request.body);
        for (const [index, { bytes: body, lateMs }] of passing.entries())
          this.#clock.after(LATENCY_MS + lateMs, () => {
            if (cut) this.#lose(call, "the connection was cut");
            else if (call.run === this.#run) this.#arrive(index === 0 ? call : strayOf(call), { ...request, body });
          });
        return Promise.resolve({ kind: "sent" });
      },
      close: () => {
        if (call.state === "over") return Promise.resolve();
        const wasAsked = call.state === "asked";
        this.#end(call);
        if (wasAsked)
          this.#later(() => {
            this.#step({ kind: "left", exchange: call.name });
          });
        return Promise.resolve();
      },
    };
  }

  #arrive(call: Call, request: HttpRequest): void {
    const headers = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
    this.story.push({ kind: "request", path: request.path, body: new TextDecoder().decode(request.body) });
    this.#step({
      kind: "requested",
      exchange: call.name,
      request: { ...request, headers: Object.fromEntries(headers) },
    });
    if (call.state === "over") this.#step({ kind: "left", exchange: call.name });
  }

  #step(input: SimulatorInput): void {
    for (const effect of this.#terminal.step(input, {
      now: TERMINAL_CLOCK_MS + this.#clock.monotonicMs(),
      crypto: this.#crypto,
    }))
      this.#perform(effect);
  }

  #perform(effect: SimulatorEffect): void {
    switch (effect.kind) {
      case "answer":
        this.#answer(this.#calls.get(effect.exchange), effect.answer);
        return;
      case "hangUp": {
        const call = this.#calls.get(effect.exchange);
        // Behind an answer, which is then all that there is.
        if (call?.isAnswered === false) this.#later(() => this.#lose(call, "the terminal closed the connection"));
        return;
      }
      case "switchOff":
        this.#isOff = true;
        this.#endRun();
        return;
      case "switchOn":
        this.#isOff = false;
        return;
      case "arm":
        this.#timers.get(effect.timer)?.cancel();
        this.#timers.set(
          effect.timer,
          this.#clock.after(effect.afterMs, () => {
            this.#timers.delete(effect.timer);
            this.#step({ kind: "timer", timer: effect.timer });
          }),
        );
        return;
      case "disarm":
        this.#timers.get(effect.timer)?.cancel();
        this.#timers.delete(effect.timer);
        return;
      case "ledger":
        this.ledger.push(effect.movement);
        return;
      case "save":
        this.#memory = effect.memory;
        return;
      case "call":
        this.#callOut(effect);
        return;
      case "write":
      case "close":
        throw new Error(`a terminal that is asked by HTTP did ${effect.kind}`);
      case "log":
        this.story.push({ kind: "log", text: effect.text });
        return;
    }
  }

  /** Where the daemon cannot reach it, it does not reach the daemon. */
  #callOut(effect: SimulatedCall): void {
    const terminal = this.#terminal;
    const { call, answerTimeoutMs } = effect;
    this.story.push({ kind: "log", text: `calls the house: ${call}` });
    const ended = (status: number | undefined): void => {
      if (this.#terminal === terminal) this.#step({ kind: "callEnded", call, status });
    };
    if (this.unreachable) this.#clock.after(answerTimeoutMs, () => ended(undefined));
    else this.#carry(effect, ended);
  }

  #answer(call: Call | undefined, answer: SimulatedAnswer): void {
    if (call?.state !== "asked") return;
    const headers = answer.headers.map(([name, value]) => [name.toLowerCase(), value] as const);
    const headBytes = answer.headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 20);
    const cut = this.#isCut("fromTerminal", headBytes + answer.body.length);
    call.isAnswered = true;
    // Of a doubled answer only the first is read.
    const [passing] = this.#disturbances.passing("fromTerminal", answer.body);
    if (passing === undefined) return;
    const { bytes: body, lateMs } = passing;
    this.#clock.after(LATENCY_MS + this.lagMs + lateMs, () => {
      if (cut) this.#lose(call, "the connection was cut in the middle of the answer");
      else if (answer.body.length > call.maxAnswerBytes) this.#lose(call, "the answer is too long");
      else if (call.state === "asked") {
        this.#end(call);
        call.listener.answered({ status: answer.status, headers: Object.fromEntries(headers), body });
      }
    });
  }

  #lose(call: Call, why: string): void {
    if (call.state === "over") return;
    const wasAsked = call.state === "asked";
    this.#end(call);
    call.listener.lost(why);
    if (wasAsked) this.#step({ kind: "left", exchange: call.name });
  }

  #end(call: Call): void {
    call.state = "over";
    this.#calls.delete(call.name);
  }

  /** Whether a cut comes before so many more bytes have got through. */
  #isCut(direction: Cut["direction"], bytes: number): boolean {
    this.bytes[direction] += bytes;
    const cut = this.#cut;
    if (cut?.direction !== direction) return false;
    if (bytes <= cut.afterBytes) {
      this.#cut = { ...cut, afterBytes: cut.afterBytes - bytes };
      return false;
    }
    this.#cut = undefined;
    return true;
  }

  #later(work: () => void): void {
    this.#clock.after(LATENCY_MS, work);
  }
}

function lengthOf({ method, path, headers, body }: HttpRequest): number {
  const lines = Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
  return method.length + path.length + 12 + lines + 2 + body.length;
}

/** The same request a second time, by somebody on the way who tries again: nobody waits for its answer. */
function strayOf(call: Call): Call {
  return { ...call, name: `${call.name} again`, state: "over" };
}
