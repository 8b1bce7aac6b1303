import { Type } from "../../../src/core/schema.ts";
import type { TerminalView } from "../../../src/daemon/api.ts";
import type { MdnsSighting } from "../../../src/discovery/sighting.ts";
import type { Vendor } from "../../../src/drivers/driver.ts";
import { getnet } from "../../../src/drivers/getnet/vendor.ts";
import { COUNTER } from "../../support/fake-till.ts";

/** A vendor as far as discovery knows one. */
const acme: Vendor = {
  ...getnet,
  id: "acme",
  links: ["http", "tcp"],
  linkDefaults: { http: { port: 7000 } },
  settingsSchema: Type.Object({ currency: Type.String(), print: Type.Boolean({ default: true }) }),
};
export const VENDORS: ReadonlyMap<string, Vendor> = new Map([[acme.id, acme]]);

export function sighting(changes: Partial<MdnsSighting> = {}): MdnsSighting {
  const { address = "192.168.1.40", port = 7000 } = changes;
  return {
    kind: "mdns",
    vendor: "acme",
    name: "AcmeConnector",
    address,
    port,
    host: "acme.local",
    card: "eth0",
    why: "its name",
    score: 90,
    simulated: false,
    isOnLink: true,
    link: { type: "http", host: address, port },
    ...changes,
  };
}

export function terminal(id: string, link: TerminalView["link"]): TerminalView {
  return { ...COUNTER, id, vendor: "acme", link };
}
