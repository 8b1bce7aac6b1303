// Simulated terminals in a process of their own, which keep the moments of their bytes. Arguments: the vendor, how many, and the
// scenario. Says their ports first, and the moments whenever it is asked.
import { simulatorCrypto } from "../../src/cli/simulate/crypto.ts";
import type { Listen } from "../../src/cli/simulate/outlet.ts";
import { runSimulator } from "../../src/cli/simulate/runner.ts";
import type { Json } from "../../src/core/json.ts";
import type { Clock, Log } from "../../src/core/ports.ts";
import type { Simulator } from "../../src/drivers/simulator.ts";
import { vendors } from "../../src/drivers/registry.ts";
import { momentMs } from "./moments.ts";
import type { Moments } from "./terminals.ts";

const [vendorId = "", count = "1", scenario = "{}"] = process.argv.slice(2);
const vendor = vendors.find(({ id }) => id === vendorId);
if (vendor === undefined) throw new Error(`There is no vendor ${vendorId}.`);

const clock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, ring) => {
    const timer = setTimeout(ring, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};
const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const place = { host: "127.0.0.1", port: 0 };
const listen: Listen =
  vendor.wire.kind === "http" ? { kind: "http", ...place } : { kind: "tcp", ...place, secondClient: "replaces" };

const moments: Moments[] = [];
const ports: number[] = [];
for (let index = 0; index < Number(count); index += 1) {
  const heard: number[] = [];
  const said: number[] = [];
  moments.push({ heardMs: heard, saidMs: said });
  const { address } = await runSimulator({
    vendor: { id: vendor.id, simulator: watched(vendor.simulator, heard, said) },
    scenario: JSON.parse(scenario) as Json,
    listen,
    clock,
    crypto: simulatorCrypto,
    log: silent,
  });
  if (address.type !== "serial") ports.push(address.port);
}
for (const end of ["SIGTERM", "disconnect"]) process.on(end, () => process.exit());
process.on("message", () => process.send?.(moments));
process.send?.(ports);

/** The same simulator; the moments are those at which bytes came in, and at which bytes were about to go out. */
function watched(simulator: Simulator, heard: number[], said: number[]): Simulator {
  return {
    scenarioSchema: simulator.scenarioSchema,
    create: (chosen, memory) => {
      const terminal = simulator.create(chosen, memory);
      return {
        step: (input, context) => {
          if (input.kind === "bytes" || input.kind === "requested") heard.push(momentMs());
          const effects = terminal.step(input, context);
          if (effects.some(({ kind }) => kind === "write" || kind === "answer")) said.push(momentMs());
          return effects;
        },
      };
    },
  };
}
