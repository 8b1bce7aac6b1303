import { hash } from "node:crypto";
import { appendFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Clock, Log, Timer } from "../../core/ports.ts";
import { schemaFaults, withDefaults } from "../../core/schema.ts";
import type { Simulator, SimulatorCrypto, SimulatorEffect, SimulatorInput } from "../../drivers/simulator.ts";
import { createCaller } from "./caller.ts";
import { SimulatorFailure } from "./failure.ts";
import { openOutlet, type Listen } from "./outlet.ts";
import type { PortAddress } from "./port.ts";

export type SimulatorOptions = {
  readonly vendor: { readonly id: string; readonly simulator: Simulator };
  /** What it does wrong; `{}` behaves well. */
  readonly scenario: Json;
  readonly listen: Listen;
  /** Gets one JSON line for each movement of money, before the reply leaves. */
  readonly ledgerFile?: string;
  /** What the terminal remembers when this process is killed. */
  readonly memoryFile?: string;
  readonly clock: Clock;
  readonly crypto: SimulatorCrypto;
  readonly log: Log;
};

export interface RunningSimulator extends AsyncDisposable {
  /** The `link` of a terminal in a configuration; on a pseudo-terminal it can change when the scenario unplugs it. */
  readonly address: PortAddress;
  close(): Promise<void>;
}

/**
 * Runs one simulated terminal until it is closed; any number can run in one process.
 *
 * @throws SimulatorFailure, with a message for people: a wrong scenario, an unreadable memory, a port that cannot be opened.
 */
export async function runSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const { vendor, clock, crypto, log } = options;
  checkScenario(vendor.simulator, options.scenario);
  checkWritable(options);
  const memory = readMemory(options.memoryFile);
  const timers = new Map<string, Timer>();
  const waiting: SimulatorInput[] = [];
  let running = false;
  let closed = false;
  const tell = (text: string): void => log.info("simulator.said", text, { simulator: vendor.id });

  /** Effects can cause inputs (a cut link is a lost connection): those wait for their turn. */
  const feed = (input: SimulatorInput): void => {
    waiting.push(input);
    if (running) return;
    running = true;
    for (let next = waiting.shift(); next !== undefined && !closed; next = waiting.shift()) {
      for (const effect of terminal.step(next, { now: clock.now(), crypto })) perform(effect);
    }
    running = false;
  };

  const perform = (effect: SimulatorEffect): void => {
    switch (effect.kind) {
      case "arm":
        timers.get(effect.timer)?.cancel();
        timers.set(
          effect.timer,
          clock.after(effect.afterMs, () => {
            timers.delete(effect.timer);
            feed({ kind: "timer", timer: effect.timer });
          }),
        );
        return;
      case "disarm":
        timers.get(effect.timer)?.cancel();
        timers.delete(effect.timer);
        return;
      case "ledger":
        if (options.ledgerFile !== undefined)
          appendFileSync(options.ledgerFile, `${JSON.stringify(effect.movement)}\n`);
        return;
      case "save":
        if (options.memoryFile !== undefined) writeMemory(options.memoryFile, effect.memory);
        return;
      case "call":
        caller.call(effect);
        return;
      case "log":
        tell(effect.text);
        return;
      case "write":
      case "close":
      case "answer":
      case "hangUp":
      case "switchOff":
      case "switchOn":
        outlet.perform(effect);
        return;
    }
  };

  const ended = (call: string, status: number | undefined): void => feed({ kind: "callEnded", call, status });
  const caller = createCaller({ ended, log: tell }, clock);
  const outlet = await openOutlet(options.listen, { heard: feed, log: tell }, clock);
  // Nobody can have been heard before this turn is over.
  const terminal = vendor.simulator.create(withSerialNumber(options.scenario, outlet.address), memory);
  // A cable is plugged in from the beginning, and on HTTP nobody is connected: there it says that the terminal is on.
  if (outlet.address.type !== "tcp") feed({ kind: "connected" });

  const close = async (): Promise<void> => {
    closed = true;
    for (const timer of timers.values()) timer.cancel();
    caller.close();
    await outlet.close();
  };
  return {
    get address() {
      return outlet.address;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Two of them at one daemon are two devices, and one that is started again at its place is the same. */
function withSerialNumber(scenario: Json, address: PortAddress): Json {
  const { identity = {} } = isJsonObject(scenario) ? scenario : {};
  if (!isJsonObject(scenario) || !isJsonObject(identity) || identity["serialNumber"] !== undefined) return scenario;
  const place = address.type === "serial" ? hash("sha256", address.path, "hex").slice(0, 8) : String(address.port);
  return { ...scenario, identity: { ...identity, serialNumber: `SIM-${place}` } };
}

function checkScenario(simulator: Simulator, scenario: Json): void {
  const [fault] = schemaFaults(simulator.scenarioSchema, withDefaults(simulator.scenarioSchema, scenario));
  if (fault === undefined) return;
  throw new SimulatorFailure(`The scenario is wrong: ${fault.field === "" ? "it" : fault.field} ${fault.why}.`);
}

/** A ledger that cannot be written is said at once, and not when money has moved. */
function checkWritable({ ledgerFile, memoryFile }: SimulatorOptions): void {
  const files = [ledgerFile, memoryFile === undefined ? undefined : freshOf(memoryFile)];
  for (const file of files) {
    if (file === undefined) continue;
    try {
      appendFileSync(file, "");
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new SimulatorFailure(`The simulated terminal cannot write ${file}: ${why}.`);
    }
  }
}

/** What is written of it until it is whole. */
function freshOf(memoryFile: string): string {
  return `${memoryFile}.new`;
}

function readMemory(file: string | undefined): Json | undefined {
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new SimulatorFailure(`The memory file ${file} cannot be read.`);
  }
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    throw new SimulatorFailure(
      `The memory file ${file} is not JSON. Remove it to start a terminal that remembers nothing.`,
    );
  }
}

/** Whole or not at all, also when the process is killed in between. */
function writeMemory(file: string, memory: Json): void {
  const fresh = freshOf(file);
  writeFileSync(fresh, JSON.stringify(memory));
  renameSync(fresh, file);
}
