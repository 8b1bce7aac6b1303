import { readlinkSync, rmSync, symlinkSync } from "node:fs";
import type { Ending } from "../../test/support/ending.ts";
import type { Random } from "../../test/support/random.ts";
import { startTerminal, type SimulatedTerminal } from "../../test/support/simulated-terminal.ts";
import { openWire, type Wire } from "../../test/support/wire.ts";
import { planRules } from "./plan.ts";

/** The patience of what is proved by absence, through the very settings that a shop has. */
export const PATIENCE_MS = 1_000;

/** A customer is quick, and so is a host; the moments of a sale are still apart. */
const PACE = { customerMs: 60, stageMs: 25 };

const GETNET = { quietMs: PATIENCE_MS, askEveryMs: 250 };
/** These simulators keep their memory over a restart, so that an absence of any length suggests no loss of it. */
const POYNT = { askEveryMs: 250, restartSuspicionMs: 60_000, mostRepeats: 100 };

/** What stands at each counter of a shop. */
const KINDS = [
  { id: "tcp", vendor: "getnet", medium: "tcp", settings: GETNET },
  { id: "http", vendor: "poynt", medium: "tcp", settings: POYNT },
  { id: "serial", vendor: "getnet", medium: "pty", settings: GETNET },
] as const;
export const COUNTERS = KINDS.map(({ id }) => id);

/** For the report. */
export const SETTINGS = { getnet: GETNET, poynt: POYNT };

const REFUSALS = {
  getnet: [{ kind: "declines" }, { kind: "operatorCancels" }],
  poynt: [{ kind: "declines" }, { kind: "cancels" }],
};

export type Counter = {
  readonly id: string;
  readonly terminal: SimulatedTerminal;
  /** As in the configuration of the daemon. */
  readonly config: object;
  /** Not where the terminal is at a serial device. */
  readonly wire?: Wire;
  cut(): void;
  mend(): void;
  /** The terminal is switched off, and keeps what it remembers. */
  switchOff(): Promise<void>;
  switchOn(): Promise<void>;
};

export function openCounters(ending: Ending, random: Random): Promise<readonly Counter[]> {
  return Promise.all(
    KINDS.map(async (kind, index) => {
      const { id, vendor, medium, settings } = kind;
      const rules = planRules(random, REFUSALS[vendor]);
      const wire = medium === "tcp" ? await openWire(ending) : undefined;
      const terminal = await startTerminal(ending, {
        vendor,
        medium,
        memory: "survives",
        scenario: { ...PACE, ...(vendor === "getnet" ? { gapMs: 5, ...identity(index) } : {}), rules },
        ...(wire === undefined ? {} : { wire }),
      });
      const switchOff = async () => {
        terminal.program.kill("SIGTERM");
        await terminal.program.ended;
      };
      ending.after(switchOff);
      return {
        id,
        terminal,
        config: { id, vendor, link: terminal.link, settings: { currency: "CLP", ...settings } },
        ...(wire === undefined ? linkOf(terminal) : { wire, cut: wire.cut, mend: wire.mend }),
        // In order, not in the middle of a write: what a terminal moves and what it remembers of it are one thing.
        switchOff,
        switchOn: () => terminal.startAgain(),
      };
    }),
  );
}

function identity(index: number): object {
  return { identity: { terminalId: `7001234${index}`, serialNumber: `SIM000000${index}` } };
}

/** The cable of a serial device: its name leads to it or to nothing. */
function linkOf({ link }: SimulatedTerminal): Pick<Counter, "cut" | "mend"> {
  const { path } = link as { readonly path: string };
  let device: string | undefined;
  return {
    cut: () => {
      device = readlinkSync(path);
      rmSync(path);
    },
    mend: () => {
      if (device !== undefined) symlinkSync(device, path);
      device = undefined;
    },
  };
}
