import { networkInterfaces } from "node:os";
import type { Clock } from "../../core/ports.ts";
import { cardsOf } from "../../discovery/cards.ts";
import { mdnsScanner } from "../../discovery/mdns-scanner.ts";
import type { Scanner } from "../../discovery/scanner.ts";
import type { Vendor } from "../../drivers/driver.ts";
import type { Config } from "../../home/config-schema.ts";

/** What looks on the network, as configured; undefined where it is switched off. */
export function scannerOf(
  { mdns, interfaces }: Config["discovery"],
  vendors: ReadonlyMap<string, Vendor>,
  clock: Clock,
): Scanner | undefined {
  if (!mdns) return undefined;
  return mdnsScanner({
    vendors: Array.from(vendors.values(), ({ id, fingerprints = [] }) => ({ id, fingerprints })),
    cards: () => cardsOf(networkInterfaces(), interfaces),
    clock,
  });
}
