import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Ending } from "./ending.ts";
import { startProgram, type ChildProgram } from "./child-program.ts";
import { freshFolder } from "./home-folder.ts";
import type { Wire } from "./wire.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

type VendorId = "getnet" | "poynt";

/** What a paired terminal and its daemon know of each other. */
const PAIRING_SECRET = "the secret of the pairing";

/** A terminal whose customer and host take no time, so that a test takes the time that its scenario gives. */
const AT_ONCE: Readonly<Record<VendorId, object>> = {
  getnet: { gapMs: 0, customerMs: 0, stageMs: 0 },
  poynt: { customerMs: 0, stageMs: 0, currency: "CLP", pairedWith: PAIRING_SECRET },
};

export type Movement = {
  readonly kind: string;
  readonly ticket: string;
  readonly amount: number;
};

/** A simulated terminal in a process of its own. */
export type SimulatedTerminal = {
  readonly vendor: VendorId;
  /** What the daemon keeps of a pairing that was made before, by the names of its files. */
  readonly secret?: string;
  /** The process that runs, or that ran last. */
  readonly program: ChildProgram;
  /** As in the configuration of the daemon. */
  readonly link: object;
  /** What moved, by every process that it had. */
  ledger(): readonly Movement[];
  /** Resolves when the money of a sale has moved, or the host has said no. */
  decided(): Promise<void>;
  /** Runs it once more at the same address, after it was killed. */
  startAgain(): Promise<void>;
};

export type TerminalOptions = {
  readonly vendor?: VendorId;
  readonly scenario?: object;
  readonly medium?: "tcp" | "pty";
  /** `survives`: what it keeps is there after it was killed, as in a terminal with a battery. */
  readonly memory?: "survives" | "dies";
  /** What the daemon connects to in its place. */
  readonly wire?: Wire;
};

export async function startTerminal(ending: Ending, options: TerminalOptions = {}): Promise<SimulatedTerminal> {
  const { vendor = "getnet", scenario = {}, medium = "tcp", memory = "dies", wire } = options;
  const folder = freshFolder(ending);
  const [scenarioFile, ledgerFile] = [join(folder, "scenario.json"), join(folder, "ledger.jsonl")];
  writeFileSync(scenarioFile, JSON.stringify({ ...AT_ONCE[vendor], ...scenario }));
  writeFileSync(ledgerFile, "");
  const run = async (place: readonly string[]) => {
    const kept = memory === "survives" ? ["--memory", join(folder, "memory.json")] : [];
    const files = ["--scenario", scenarioFile, "--ledger", ledgerFile, ...kept];
    const program = startProgram(ending, [main, "simulate", vendor, ...place, ...files, "--json"]);
    return { program, address: JSON.parse(await program.nextLine()) as { readonly port?: number } };
  };
  const device = join(folder, "device");
  const listens = vendor === "poynt" ? "--http" : "--tcp";
  const first = await run(medium === "pty" ? ["--pty", device] : [listens, "0"]);
  const port = first.address.port ?? 0;
  let program = first.program;
  if (wire !== undefined) wire.leadsTo(port);
  const network = { type: vendor === "poynt" ? "http" : "tcp", host: "127.0.0.1", port: wire?.port ?? port };
  const paired = { pairing: { version: "paired before", about: {}, value: PAIRING_SECRET } };
  return {
    vendor,
    ...(vendor === "poynt" ? { secret: JSON.stringify(paired) } : {}),
    get program() {
      return program;
    },
    link: medium === "pty" ? { type: "serial", path: device } : network,
    ledger: () =>
      readFileSync(ledgerFile, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Movement),
    decided: () => program.said(vendor === "poynt" ? /sale: / : /command 100: /),
    startAgain: async () => {
      ({ program } = await run(medium === "pty" ? ["--pty", device] : [listens, String(port)]));
    },
  };
}
