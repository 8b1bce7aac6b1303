/** Runs in the guest: a shop whose terminal is on a USB bus. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startProgram } from "../../support/child-program.ts";
import type { Ending } from "../../support/ending.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { openShop, TERMINAL, type Shop } from "../../support/shop.ts";
import type { Movement } from "../../support/simulated-terminal.ts";
import { portOf, untilGone } from "./devices.ts";
import { makeSerialGadget } from "./gadget.ts";

const MAIN = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));
const SERIAL_NUMBER = "PAX-42";

export type UsbShop = Shop & {
  /** Pulls the terminal's cable. Resolves when the terminal is ready to be plugged in again. */
  unplug(): Promise<void>;
  plug(): void;
  /** Where it is now. */
  path(): Promise<string>;
  ledger(): readonly Movement[];
  /** Runs the command `tillbridge` to its end and answers what it printed. */
  command(...words: readonly string[]): Promise<{ readonly printed: string; readonly code: number | null }>;
};

/** A simulated terminal at the far end of a CDC-ACM device, and the daemon that is told of it. */
export async function openUsbShop(ending: Ending, scenario: object, link: object): Promise<UsbShop> {
  const cable = makeSerialGadget(ending, {
    vendorId: "0x2fb8",
    productId: "0x2001",
    manufacturer: "PAX",
    product: "A terminal",
    serialNumber: SERIAL_NUMBER,
  });
  const folder = freshFolder(ending);
  const [scenarioFile, ledgerFile] = [join(folder, "scenario.json"), join(folder, "ledger.jsonl")];
  writeFileSync(scenarioFile, JSON.stringify({ gapMs: 0, customerMs: 0, stageMs: 0, ...scenario }));
  writeFileSync(ledgerFile, "");
  const terminal = ["simulate", "getnet", "--serial", cable.farEnd, "--scenario", scenarioFile, "--ledger", ledgerFile];
  const simulator = startProgram(ending, [MAIN, ...terminal, "--json"]);
  cable.plug();
  await portOf(SERIAL_NUMBER);
  const settings = { currency: "CLP", quietMs: 300, askEveryMs: 500 };
  // Both at once: a program takes long to start under emulation.
  const opening = openShop(ending, {
    terminals: {},
    // The links come back as they do in a shop.
    config: { links: {}, terminals: [{ id: TERMINAL, vendor: "getnet", link, settings }] },
  });
  const [shop] = await Promise.all([opening, simulator.nextLine()]);
  await shop.till.terminalIs("ready", TERMINAL);
  return Object.assign(shop, {
    unplug: async () => {
      cable.unplug();
      await untilGone(SERIAL_NUMBER);
      await simulator.said(/ is open again/);
    },
    plug: cable.plug,
    path: () => portOf(SERIAL_NUMBER),
    ledger: () =>
      readFileSync(ledgerFile, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Movement),
    command: async (...words: readonly string[]) => {
      const program = startProgram(ending, [MAIN, ...words, "--home", shop.home]);
      const printed = await program.nextLine();
      return { printed, code: (await program.ended).code };
    },
  });
}
