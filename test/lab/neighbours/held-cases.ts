/** Runs in the guest: a terminal that is plugged in again while another program takes its port first. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Transaction } from "../../../src/client/index.ts";
import { startNeighbour } from "../../support/port-neighbour.ts";
import { assertSquare } from "../../support/reckoning.ts";
import { TERMINAL } from "../../support/shop.ts";
import { until } from "../../support/until.ts";
import { msSince, within, type Cases, type Given } from "../usb-guest/guest.ts";
import { openUsbShop, type UsbShop } from "../usb-guest/usb-shop.ts";

const WAIT_MS = 90_000;
const HELD_MS = 5_000;
/** The longest pause between two attempts is 10 s. */
const BACK_LIMIT_MS = 15_000;
const LINK = { type: "usb", vendorId: "0x2fb8", productId: "0x2001", serialNumber: "PAX-42" };
const MALFORMED = "\r\nERROR\r\n";

/** After every request comes what a terminal says that was spoken to as a modem. */
const scenario = { rules: [{ when: {}, then: [{ kind: "garbage", text: MALFORMED, at: "before" }] }] };

async function heldAndLetGo(given: Given): Promise<void> {
  const shop = await openUsbShop(given, scenario, LINK);
  const ended: Transaction[] = [await within(WAIT_MS, shop.till.sale(1_000).ended, "a sale before")];
  await within(WAIT_MS, shop.unplug(), "unplugging");

  // The daemon stands still until the other program has the port.
  shop.daemon.kill("SIGSTOP");
  shop.plug();
  const path = await shop.path();
  const neighbour = await startNeighbour(given, "ModemManager", path, "probes");
  shop.daemon.kill("SIGCONT");

  const from = performance.now();
  given.note(
    await within(WAIT_MS, saidOf(shop, `ModemManager (process ${neighbour.pid}) has ${path} open`), "who it is"),
  );
  await until(() => msSince(from) >= HELD_MS);
  await neighbour.letGo();
  const free = performance.now();
  await within(WAIT_MS, shop.till.terminalIs("ready", TERMINAL), "the terminal to be ready");
  given.note(`ready ${msSince(free)} ms after the port was let go`);
  assert.ok(msSince(free) < BACK_LIMIT_MS);

  const discarded = discardedIn(shop);
  assert.ok(discarded > 0, "what the terminal said that is no message was counted");
  given.note(`${discarded} bytes that are no message were discarded`);
  ended.push(await within(WAIT_MS, shop.till.sale(1_300).ended, "the next sale"));
  assert.deepEqual(
    ended.map(({ outcome }) => outcome?.kind),
    ["approved", "approved"],
  );
  assertSquare(shop.ledger(), ended);
}

/** Resolves with what the POS is told of the terminal, once it holds this. */
async function saidOf({ till }: UsbShop, text: string): Promise<string> {
  const event = await till.heard(
    (heard) => heard.type === "terminal.state" && heard.terminal.detail?.includes(text) === true,
  );
  assert.equal(event.type, "terminal.state");
  return event.terminal.detail ?? "";
}

/** Of the link that the daemon has now, by its log. */
function discardedIn({ home }: UsbShop): number {
  const lines = readFileSync(join(home, "logs", "tillbridge.log"), "utf8")
    .trimEnd()
    .split("\n");
  const link = lines.findLastIndex((line) => line.includes("link open"));
  return lines
    .slice(link)
    .filter((line) => line.includes("bytes that are no message were discarded"))
    .reduce((sum, line) => sum + (JSON.parse(line) as { readonly count: number }).count, 0);
}

export const heldCases: Cases = {
  "another program opens the port first and writes to it: that is said, and sales are possible when it lets go":
    heldAndLetGo,
};
