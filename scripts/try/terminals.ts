// The simulated terminals of the try-out: started, found by discovery, added and paired, as a technician would.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { ask, start } from "./programs.ts";

/** A simulated terminal and the payment that is taken at it. */
export type Demo = {
  readonly id: string;
  readonly vendor: string;
  readonly name: string;
  /** The option of `simulate`, and of `terminals add`. */
  readonly medium: "tcp" | "http";
  readonly amount: { readonly value: number; readonly currency: string };
  /** Whether it wants to be paired before it takes a payment. */
  readonly isPaired: boolean;
};

export const DEMOS: readonly Demo[] = [
  {
    id: "counter-1",
    vendor: "getnet",
    name: "Simulated Getnet terminal",
    medium: "tcp",
    amount: { value: 12_990, currency: "CLP" },
    isPaired: false,
  },
  {
    id: "counter-2",
    vendor: "poynt",
    name: "Simulated Poynt terminal",
    medium: "http",
    amount: { value: 1_850, currency: "USD" },
    isPaired: true,
  },
];

type Sighting = { readonly vendor?: string; readonly port?: number; readonly name?: string; readonly why?: string };
type Say = (text: string) => void;

const FIRST_LOOK_SECONDS = 2;
const LOOKS = 3;

/** A home folder in which nothing is configured but where to look, on this machine alone, and which page may pay. */
export function prepareHome(home: string, pageOrigin: string): void {
  const file = join(home, "config.json");
  if (existsSync(file)) return;
  const cards = Object.entries(networkInterfaces()).filter(([, addresses]) =>
    addresses?.some(({ internal, family }) => internal && family === "IPv4"),
  );
  const discovery = { interfaces: cards.map(([name]) => name) };
  const server = { allowedOrigins: [pageOrigin] };
  writeFileSync(file, `${JSON.stringify({ discovery, server }, undefined, 2)}\n`);
}

/** The port of the page that a home folder of an earlier run knows; 0 where there is none. */
export function pagePortBefore(home: string): number {
  const file = join(home, "config.json");
  if (!existsSync(file)) return 0;
  const { server } = JSON.parse(readFileSync(file, "utf8")) as {
    readonly server?: { readonly allowedOrigins?: readonly string[] };
  };
  const [origin] = server?.allowedOrigins ?? [];
  return origin === undefined ? 0 : Number(new URL(origin).port);
}

export const ledgerOf = (home: string, { id }: Demo) => join(home, `ledger-of-${id}.jsonl`);

/** Starts a terminal that announces itself; answers its port, and what it shows on its screen. */
export async function startTerminal(home: string, demo: Demo) {
  const program = start([
    ...["simulate", demo.vendor, `--${demo.medium}`, String(portBefore(home, demo) ?? 0), "--advertise", "--json"],
    ...["--ledger", ledgerOf(home, demo), "--memory", join(home, `memory-of-${demo.id}.json`)],
  ]);
  const { port } = JSON.parse(await program.firstLine) as { readonly port: number };
  return { port, screen: () => program.notes() };
}

/** A home folder that was here before has its terminals on ports already. */
function portBefore(home: string, { id }: Demo): number | undefined {
  const { terminals = [] } = JSON.parse(readFileSync(join(home, "config.json"), "utf8")) as {
    readonly terminals?: readonly { readonly id: string; readonly link: { readonly port?: number } }[];
  };
  return terminals.find((terminal) => terminal.id === id)?.link.port;
}

export type Waiting = { readonly demo: Demo; readonly port: number; readonly screen: () => string };

/** Finds the terminals that are not configured yet, adds them, and pairs what wants to be paired. */
export async function addTerminals(home: string, waiting: readonly Waiting[], say: Say): Promise<void> {
  const on = ["--home", home];
  const missing = waiting.filter(({ demo }) => portBefore(home, demo) === undefined);
  const seen = missing.length === 0 ? [] : await discover(missing, on);
  for (const { demo, port, screen } of missing) {
    const sighting = seen.find((one) => one.vendor === demo.vendor && one.port === port);
    say(
      sighting === undefined
        ? `service does not hear ${demo.name} announce itself on this machine; it is added by its address`
        : `service found "${sighting.name ?? ""}" in the network, because ${sighting.why ?? ""}`,
    );
    const settings = ["--setting", `currency=${demo.amount.currency}`, "--name", demo.name];
    const link = [`--${demo.medium}`, `127.0.0.1:${port}`];
    await ask(["terminals", "add", demo.id, "--vendor", demo.vendor, ...link, ...settings, ...on]);
    if (!demo.isPaired) continue;
    const [, code = ""] = /pairing code is (\w+)/.exec(screen()) ?? [];
    await ask(["terminals", "pair", demo.id, "--code", code, ...on]);
    say(`service paired with ${demo.id}, whose screen shows the code ${code}`);
  }
}

async function discover(missing: readonly Waiting[], on: readonly string[]): Promise<readonly Sighting[]> {
  const isSeen = (seen: readonly Sighting[]) =>
    missing.every(({ demo, port }) => seen.some((one) => one.vendor === demo.vendor && one.port === port));
  for (let look = 1; ; look += 1) {
    const seconds = String(FIRST_LOOK_SECONDS * look);
    const { sightings } = await ask<{ readonly sightings: readonly Sighting[] }>([
      ...["discover", "--seconds", seconds],
      ...on,
    ]);
    if (isSeen(sightings) || look === LOOKS) return sightings;
  }
}
