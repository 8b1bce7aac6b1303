import type { Json, JsonObject } from "../../src/core/json.ts";
import { AssertionFailure } from "../../src/core/assert.ts";
import type { Timer } from "../../src/core/ports.ts";
import type { Medium } from "../../src/daemon/terminal/medium.ts";
import type {
  SimulatedTerminal,
  Simulator,
  SimulatorCrypto,
  SimulatorEffect,
  SimulatorInput,
} from "../../src/drivers/simulator.ts";
import type { Link, LinkListener, Opened } from "../../src/transports/transport.ts";
import { Arrivals } from "./arrivals.ts";
import { Disturbances, type Disturbance } from "./disturbances.ts";
import type { Cut, Happening, SimulatedEnd } from "./simulated-end.ts";
import type { VirtualClock } from "./virtual-clock.ts";

const LATENCY_MS = 1;

type Passage = { readonly bytes: Uint8Array; readonly cut: boolean };

type Connection = { readonly listener: LinkListener; open: boolean };

/**
 * A simulated terminal at the end of a link in memory, under virtual time. Bytes travel for a millisecond; the link can be cut at any
 * byte, refused, or chunked; the ledger is the acquirer's.
 */
export class SimulatedLink implements SimulatedEnd {
  readonly ledger: JsonObject[] = [];
  readonly story: Happening[] = [];
  readonly bytes = { toTerminal: 0, fromTerminal: 0 };
  readonly #simulator: Simulator;
  readonly #clock: VirtualClock;
  readonly #crypto: SimulatorCrypto;
  readonly #arrivals: Arrivals;
  readonly #timers = new Map<string, Timer>();
  #terminal: SimulatedTerminal;
  #memory: Json | undefined;
  readonly #disturbances = new Disturbances();
  #connection: Connection | undefined;
  #cut: Cut | undefined;
  #opened = 0;
  /** Its power is the simulated terminal's own affair: it says nothing meanwhile. */
  readonly isOff = false;
  unreachable = false;
  refuses = false;
  chunkBytes: number | undefined;
  lagMs = 0;

  constructor(simulator: Simulator, scenario: Json, clock: VirtualClock, crypto: SimulatorCrypto) {
    this.#simulator = simulator;
    this.#clock = clock;
    this.#crypto = crypto;
    this.#arrivals = new Arrivals(clock);
    this.#terminal = simulator.create(scenario, undefined);
  }

  get medium(): Medium {
    return { kind: "stream", open: (listener) => this.open(listener) };
  }

  replace(scenario: Json, memory: "remembers" | "forgets"): void {
    this.cutNow();
    if (memory === "forgets") this.story.push({ kind: "replaced" });
    this.#cut = undefined;
    this.#disturbances.clear();
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.#memory = memory === "remembers" ? this.#memory : undefined;
    this.#terminal = this.#simulator.create(scenario, this.#memory);
  }

  cutAfter(cut: Cut): void {
    this.#cut = cut;
  }

  disturb(disturbance: Disturbance): void {
    this.#disturbances.add(disturbance);
  }

  cutNow(how: "failed" | "ended" = "failed"): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#connection = undefined;
    connection.open = false;
    this.#step({ kind: "disconnected" });
    connection.listener.lost({ loss: how, why: how === "ended" ? "the terminal closed the link" : "the link was cut" });
  }

  open(listener: LinkListener): Promise<Opened> {
    if (this.unreachable) return Promise.resolve({ kind: "failed", why: "the terminal cannot be reached" });
    if (this.refuses) return Promise.resolve({ kind: "failed", why: "the connection was refused" });
    if (this.#connection !== undefined) this.cutNow();
    const connection: Connection = { listener, open: true };
    this.#connection = connection;
    this.#opened += 1;
    this.#later(() => {
      if (connection.open) this.#step({ kind: "connected" });
    });
    return Promise.resolve({ kind: "open", link: this.#linkOver(connection, `tcp simulated #${this.#opened}`) });
  }

  #linkOver(connection: Connection, name: string): Link {
    return {
      name,
      get isOpen() {
        return connection.open;
      },
      send: (bytes) => {
        if (!connection.open) return Promise.resolve({ kind: "refused", why: "the link is not open" });
        for (const { bytes: arriving, lateMs } of this.#disturbances.passing("toTerminal", bytes)) {
          const passing = this.#passing("toTerminal", arriving);
          this.#later(() => {
            if (passing.bytes.length > 0) this.#step({ kind: "bytes", bytes: passing.bytes });
            if (passing.cut) this.cutNow();
          }, lateMs);
        }
        return Promise.resolve({ kind: "sent" });
      },
      close: () => {
        if (connection.open) {
          connection.open = false;
          if (this.#connection === connection) this.#connection = undefined;
          this.#later(() => {
            this.#step({ kind: "disconnected" });
          });
        }
        return Promise.resolve();
      },
    };
  }

  #step(input: SimulatorInput): void {
    for (const effect of this.#terminal.step(input, { now: this.#clock.now(), crypto: this.#crypto }))
      this.#perform(effect);
  }

  #perform(effect: SimulatorEffect): void {
    switch (effect.kind) {
      case "write":
        this.#write(effect.bytes);
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
      case "close":
        this.#later(() => {
          this.cutNow(effect.how === "end" ? "ended" : "failed");
        });
        return;
      case "answer":
      case "hangUp":
      case "switchOff":
      case "switchOn":
      case "call":
        throw new AssertionFailure(`a terminal on a byte stream did ${effect.kind}`);
      case "log":
        this.story.push({ kind: "log", text: effect.text });
        return;
    }
  }

  #write(bytes: Uint8Array): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    for (const { bytes: arriving, lateMs } of this.#disturbances.passing("fromTerminal", bytes))
      this.#arrive(connection, this.#passing("fromTerminal", arriving), this.lagMs + lateMs);
  }

  #arrive(connection: Connection, passing: Passage, lateMs: number): void {
    const size = this.chunkBytes ?? Math.max(1, passing.bytes.length);
    for (let start = 0; start < passing.bytes.length; start += size) {
      const chunk = passing.bytes.slice(start, start + size);
      this.#later(() => {
        if (connection.open) connection.listener.received(chunk);
      }, lateMs);
    }
    if (passing.cut) {
      this.#later(() => {
        this.cutNow();
      }, lateMs);
    }
  }

  /** What gets through of these bytes, and whether the link is cut after them. */
  #passing(direction: Cut["direction"], bytes: Uint8Array): Passage {
    this.bytes[direction] += bytes.length;
    const cut = this.#cut;
    if (cut?.direction !== direction) return { bytes, cut: false };
    if (bytes.length <= cut.afterBytes) {
      this.#cut = { ...cut, afterBytes: cut.afterBytes - bytes.length };
      return { bytes, cut: false };
    }
    this.#cut = undefined;
    return { bytes: bytes.slice(0, cut.afterBytes), cut: true };
  }

  #later(work: () => void, lateMs = 0): void {
    this.#arrivals.after(LATENCY_MS + lateMs, work);
  }
}
