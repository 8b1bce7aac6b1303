import type { Callbacks } from "../../src/daemon/account/callbacks.ts";
import type { SimulatorEffect } from "../../src/drivers/simulator.ts";
import type { Call } from "../../src/transports/callback-call.ts";
import type { ProcessLife } from "./process-life.ts";
import type { VirtualClock } from "./virtual-clock.ts";

const LATENCY_MS = 1;
const ORIGIN = "https://callbacks.test";

export type SimulatedCall = Extract<SimulatorEffect, { readonly kind: "call" }>;

/** Carries a call of a simulated cloud; `ended` hears once how it ended, as `callEnded` has it. */
export type CarryCall = (call: SimulatedCall, ended: (status: number | undefined) => void) => void;

type House = { readonly life: ProcessLife; readonly called: Map<string, (call: Call) => void> };

/** Where simulated clouds call the daemon, in memory and under virtual time. Who has called a process that dies hears nothing more of it. */
export class SimulatedCallbacks {
  readonly #clock: VirtualClock;
  #house: House | undefined;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** For the process of this life: what one before it registered is forgotten. */
  within(life: ProcessLife): Callbacks {
    const called = new Map<string, (call: Call) => void>();
    this.#house = { life, called };
    return {
      register: (path, hear) => {
        called.set(path, hear);
        return {
          url: `${ORIGIN}${path}`,
          [Symbol.dispose]: () => {
            if (called.get(path) === hear) called.delete(path);
          },
        };
      },
    };
  }

  readonly carry: CarryCall = (call, ended) => {
    let isOver = false;
    const end = (status: number | undefined): void => {
      if (isOver) return;
      isOver = true;
      patience.cancel();
      ended(status);
    };
    const patience = this.#clock.after(call.answerTimeoutMs, () => end(undefined));
    this.#clock.after(LATENCY_MS, () => {
      if (!isOver) this.#arrive(call, end);
    });
  };

  #arrive({ url: text, headers, body }: SimulatedCall, end: (status: number | undefined) => void): void {
    const house = this.#house;
    if (house === undefined || house.life.isOver) return end(undefined);
    void house.life.over.then(() => end(undefined));
    const url = URL.parse(text);
    const hear = url?.origin === ORIGIN ? house.called.get(url.pathname) : undefined;
    if (url === null || hear === undefined) return this.#later(() => end(404));
    let isAnswered = false;
    hear({
      method: "POST",
      query: url.search.slice(1),
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
      body,
      remoteAddress: "203.0.113.7",
      respond: (status) => {
        if (isAnswered) return { kind: "refused", why: "it was answered already" };
        house.life.boundary();
        if (house.life.isOver) return { kind: "refused", why: "the process is over" };
        isAnswered = true;
        this.#later(() => end(status));
        return { kind: "given" };
      },
    });
  }

  #later(work: () => void): void {
    this.#clock.after(LATENCY_MS, work);
  }
}
