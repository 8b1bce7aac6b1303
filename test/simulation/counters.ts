import assert from "node:assert/strict";
import { vendors } from "../../src/drivers/registry.ts";
import { oneOf, type Random } from "../support/random.ts";
import { World, type WorldHooks } from "../support/world.ts";
import { getnetCloudWays } from "./getnet-cloud-ways.ts";
import { getnetWays } from "./getnet-ways.ts";
import { mercadoPagoWays } from "./mercado-pago-ways.ts";
import { poyntCloudWays } from "./poynt-cloud-ways.ts";
import { poyntWays } from "./poynt-ways.ts";
import { deviceAt, type Counter, type Ways } from "./ways.ts";

/** A vendor of the registry that has none here fails the suite. */
const WAYS: Readonly<Record<string, Ways>> = {
  getnet: getnetWays,
  poynt: poyntWays,
  "mercado-pago": mercadoPagoWays,
  "poynt-cloud": poyntCloudWays,
  "getnet-cloud": getnetCloudWays,
};

const COUNTERS = 3;

/** At least one terminal of each vendor, and more of some of them. */
export function countersFrom(random: Random): readonly [Counter, ...Counter[]] {
  const more = Array.from({ length: Math.max(0, COUNTERS - vendors.length) }, () => oneOf(random, vendors));
  const [first, ...others] = [...vendors, ...more].map((vendor, index): Counter => {
    const ways = vendor === undefined ? undefined : WAYS[vendor.id];
    assert(vendor !== undefined && ways !== undefined, "test/simulation/counters.ts knows every vendor's ways");
    const settings = ways.settings(random);
    const number = index + 1;
    return { id: `counter-${number}`, vendor, ways, settings, devices: [ways.device(random, number, settings)] };
  });
  assert(first !== undefined, "the registry has a vendor");
  return [first, ...others];
}

export function worldOf(counters: readonly Counter[], hooks: WorldHooks): World {
  const terminals = counters.map((counter) => {
    const { id, vendor, settings } = counter;
    const { scenario, pairing = {}, given = {} } = deviceAt(counter);
    return [id, { vendor, settings, scenario, pairing, secrets: given }] as const;
  });
  return new World({ terminals: Object.fromEntries(terminals), ...hooks });
}
