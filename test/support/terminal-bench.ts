import { simulatorCrypto } from "../../src/cli/simulate/crypto.ts";
import type { Json, JsonObject } from "../../src/core/json.ts";
import type {
  SimulatedAnswer,
  SimulatedRequest,
  Simulator,
  SimulatorEffect,
  SimulatorInput,
} from "../../src/drivers/simulator.ts";

export { simulatorCrypto as nodeCrypto } from "../../src/cli/simulate/crypto.ts";

/** What a simulated terminal did, and when: milliseconds since it was switched on. */
export type Done =
  | { readonly atMs: number; readonly kind: "wrote"; readonly text: string }
  | { readonly atMs: number; readonly kind: "moved"; readonly movement: JsonObject }
  | { readonly atMs: number; readonly kind: "closed"; readonly how: "end" | "cut" }
  | { readonly atMs: number; readonly kind: "answered"; readonly exchange: string; readonly answer: SimulatedAnswer }
  | { readonly atMs: number; readonly kind: "hungUp"; readonly exchange: string; readonly how: "end" | "cut" }
  | { readonly atMs: number; readonly kind: "switched"; readonly to: "on" | "off" };

/** A simulated terminal on the bench, in virtual time and without promises. */
export interface TerminalBench {
  readonly done: readonly Done[];
  /** What it would tell the person who runs it. */
  readonly log: readonly string[];
  /** What it would find after a restart. */
  readonly memory: () => Json | undefined;
  give(input: SimulatorInput): void;
  send(text: string): void;
  /** Answers the name of the exchange. */
  request(request: SimulatedRequest): string;
  /** Rings what falls due. */
  elapse(durationMs: number): void;
}

const START = Date.UTC(2026, 0, 2, 3, 4, 5);

export function createTerminalBench(simulator: Simulator, scenario: Json, remembered?: Json): TerminalBench {
  const terminal = simulator.create(scenario, remembered);
  const timers = new Map<string, number>();
  const done: Done[] = [];
  const log: string[] = [];
  let requests = 0;
  const decoder = new TextDecoder();
  let nowMs = 0;
  let memory = remembered;

  const perform = (effect: SimulatorEffect): void => {
    switch (effect.kind) {
      case "write":
        done.push({ atMs: nowMs, kind: "wrote", text: decoder.decode(effect.bytes) });
        return;
      case "ledger":
        done.push({ atMs: nowMs, kind: "moved", movement: effect.movement });
        return;
      case "close":
        done.push({ atMs: nowMs, kind: "closed", how: effect.how });
        return;
      case "answer":
        done.push({ atMs: nowMs, kind: "answered", exchange: effect.exchange, answer: effect.answer });
        return;
      case "hangUp":
        done.push({ atMs: nowMs, kind: "hungUp", exchange: effect.exchange, how: effect.how });
        return;
      case "switchOff":
      case "switchOn":
        done.push({ atMs: nowMs, kind: "switched", to: effect.kind === "switchOn" ? "on" : "off" });
        return;
      case "arm":
        timers.set(effect.timer, nowMs + effect.afterMs);
        return;
      case "disarm":
        timers.delete(effect.timer);
        return;
      case "save":
        memory = effect.memory;
        return;
      case "call":
        log.push(`it calls ${effect.url}`);
        return;
      case "log":
        log.push(effect.text);
        return;
    }
  };

  const give = (input: SimulatorInput): void => {
    terminal.step(input, { now: START + nowMs, crypto: simulatorCrypto }).forEach(perform);
  };

  give({ kind: "connected" });
  return {
    done,
    log,
    memory: () => structuredClone(memory),
    give,
    request: (request) => {
      requests += 1;
      const exchange = `request ${requests}`;
      give({ kind: "requested", exchange, request });
      return exchange;
    },
    send: (text) => give({ kind: "bytes", bytes: new TextEncoder().encode(text) }),
    elapse: (durationMs) => {
      const endMs = nowMs + durationMs;
      for (;;) {
        const [next] = [...timers].sort((one, other) => one[1] - other[1]).filter(([, dueMs]) => dueMs <= endMs);
        if (next === undefined) break;
        timers.delete(next[0]);
        nowMs = next[1];
        give({ kind: "timer", timer: next[0] });
      }
      nowMs = endMs;
    },
  };
}
