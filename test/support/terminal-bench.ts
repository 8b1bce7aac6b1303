import { createHash, randomBytes } from "node:crypto";
import type { Json, JsonObject } from "../../src/core/json.ts";
import type { Crypto } from "../../src/core/ports.ts";
import type { Simulator, SimulatorEffect, SimulatorInput } from "../../src/drivers/driver.ts";

export const nodeCrypto: Crypto = {
  sha256: (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
  randomBytes: (count) => new Uint8Array(randomBytes(count)),
};

/** What a simulated terminal did, and when: milliseconds since it was switched on. */
export type Done =
  | { readonly atMs: number; readonly kind: "wrote"; readonly text: string }
  | { readonly atMs: number; readonly kind: "moved"; readonly movement: JsonObject }
  | { readonly atMs: number; readonly kind: "closed"; readonly how: "end" | "cut" };

/** A simulated terminal on the bench, in virtual time and without promises. */
export interface TerminalBench {
  readonly done: readonly Done[];
  /** What it would find after a restart. */
  readonly memory: () => Json | undefined;
  give(input: SimulatorInput): void;
  send(text: string): void;
  /** Rings what falls due. */
  elapse(durationMs: number): void;
}

const START = Date.UTC(2026, 0, 2, 3, 4, 5);

export function createTerminalBench(simulator: Simulator, scenario: Json, remembered?: Json): TerminalBench {
  const terminal = simulator.create(scenario, remembered);
  const timers = new Map<string, number>();
  const done: Done[] = [];
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
      case "arm":
        timers.set(effect.timer, nowMs + effect.afterMs);
        return;
      case "disarm":
        timers.delete(effect.timer);
        return;
      case "save":
        memory = structuredClone(effect.memory);
        return;
      case "log":
        return;
    }
  };

  const give = (input: SimulatorInput): void => {
    terminal.step(input, { now: START + nowMs, crypto: nodeCrypto }).forEach(perform);
  };

  give({ kind: "connected" });
  return {
    done,
    memory: () => memory,
    give,
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
