import assert from "node:assert/strict";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Target } from "../../scripts/fuzz/target.ts";
import { linksOver } from "../../src/daemon/links.ts";
import { terminalCheck } from "../../src/daemon/terminal-check.ts";
import { vendors } from "../../src/drivers/registry.ts";
import { readConfig, withField } from "../../src/home/config.ts";
import { readInstallation } from "../../src/home/installation.ts";
import { openPosRegistry } from "../../src/home/pos-registry.ts";
import { HomeFailure } from "../../src/home/store.ts";
import { readWitness } from "../../src/home/witness.ts";
import { SAMPLES } from "../conformance/samples.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";
import { bytesOf, textOf } from "./inputs.ts";

const LINKS = [
  { type: "serial", path: "/dev/ttyACM0", baudRate: 115_200 },
  { type: "tcp", host: "192.168.1.20", port: 7_000 },
  { type: "http", mdns: "PoyntPOSConnector" },
  { type: "usb", vendorId: "0x1234", productId: "5678", speaks: "bulk" },
  { type: "cloud", baseUrl: "https://api.example.com" },
];
const LONGEST_LIST_OF_FAULTS = 200_000;

/** The files of the home folder, as a person, a full disk or another program may have left them. */
export function files(): Target {
  const check = terminalCheck(new Map(vendors.map((vendor) => [vendor.id, vendor])), linksOver(createVirtualClock()));
  // A thread is ended in the middle of its work, so this one is emptied by the next.
  const folder = fileURLToPath(new URL("../../.cache/fuzz/home", import.meta.url));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const terminals = vendors.map(({ id }, index) => ({
    id: `counter-${index}`,
    vendor: id,
    link: LINKS[index % LINKS.length],
    settings: SAMPLES[id]?.settings ?? {},
  }));
  return {
    seeds: [
      JSON.stringify({ terminals }),
      ...LINKS.map((link) =>
        JSON.stringify({ terminals: [{ id: "a", vendor: "getnet", link, settings: { currency: "CLP" } }] }),
      ),
      JSON.stringify({
        server: { port: 1, allowedOrigins: ["https://pos.example.com"], limits: { sockets: 2 } },
        logging: { level: "debug" },
      }),
      JSON.stringify({
        pos: [
          {
            pos: "till-1",
            scopes: ["pay"],
            shared: false,
            createdAt: "2026-01-02T03:04:05Z",
            tokenHash: "0".repeat(64),
          },
        ],
      }),
      JSON.stringify({ journal: "J1", at: "2026-01-02T03:04:05Z", told: { "till-1": 3 } }),
      JSON.stringify({ instance: "I1", journal: "J1" }),
      "",
      "\ufeff{}",
    ].map(bytesOf),
    run: async (input) => {
      const text = textOf(input);
      const read = readConfig(text, (terminal) => {
        const checked = check(terminal);
        return checked.kind === "faulty" ? checked.faults : [];
      });
      if (read.kind === "valid") {
        withField(read.document, "terminals.0.settings.currency", "EUR");
        const again = readConfig(JSON.stringify(read.document), () => []);
        assert.equal(again.kind, "valid", "what was read cannot be written and read again");
      } else assert(read.faults.join("\n").length < LONGEST_LIST_OF_FAULTS, "too much is said about it");
      await readAsFiles(folder, input);
    },
  };
}

async function readAsFiles(folder: string, input: Uint8Array): Promise<void> {
  const path = join(folder, "file.json");
  for (const open of [openPosRegistry, readWitness, readInstallation]) {
    writeFileSync(path, input);
    try {
      await open(path);
    } catch (error) {
      if (!(error instanceof HomeFailure)) throw error;
    }
  }
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
}
