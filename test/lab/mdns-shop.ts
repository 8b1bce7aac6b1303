import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { MdnsSighting } from "../../src/discovery/sighting.ts";
import type { ChildProgram } from "../support/child-program.ts";
import type { Ending } from "../support/ending.ts";
import { freshFolder } from "../support/home-folder.ts";
import type { Machine } from "./network-namespaces.ts";

/** What one look tells. */
export type Look = {
  readonly seen: readonly MdnsSighting[];
  readonly troubles: readonly string[];
  /** When each machine was first heard to have a terminal. */
  readonly firstMs: Readonly<Record<string, number>>;
  readonly tookMs: number;
  /** For how long nothing else could run. */
  readonly longestStallMs: number;
  readonly grownMiB: number;
};

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const stranger = fileURLToPath(new URL("./mdns-stranger.ts", import.meta.url));
const looker = fileURLToPath(new URL("./mdns-look.ts", import.meta.url));

const MORE_LOOKS = 4;

/** What `tillbridge discover --json` prints. */
export type Discovered = {
  readonly sightings: readonly { readonly name?: string; readonly address?: string; readonly port?: number }[];
  readonly notes?: readonly string[];
};

/** The service on this machine, and the command that asks it. */
export async function startDaemon(ending: Ending, machine: Machine, interfaces?: readonly string[]) {
  const home = freshFolder(ending);
  const config = { discovery: { usb: false, serial: false, interfaces } };
  writeFileSync(join(home, "config.json"), JSON.stringify(config));
  const daemon = machine.start([process.execPath, main, "daemon", "--home", home, "--port", "0"]);
  assert.match(await daemon.nextLine(), /^ready /);
  const discover = async (seconds = 1): Promise<Discovered> => {
    const command = [process.execPath, main, "discover", "--json", "--home", home, "--seconds", String(seconds)];
    return JSON.parse(await machine.start(command).nextLine()) as Discovered;
  };
  return { home, daemon, discover };
}

/** A look from this machine, with a clock and a network that are real. */
export async function lookFrom(machine: Machine, forMs = 1_500, cards: readonly string[] = []): Promise<Look> {
  const looking = machine.start([process.execPath, looker, String(forMs), ...cards]);
  return JSON.parse(await looking.nextLine()) as Look;
}

/** What is seen from this machine is this: at once, or in one of the looks after it where others have the processor. Answers the last look. */
export async function assertSeenFrom(machine: Machine, expected: readonly string[]): Promise<Look> {
  let look = await lookFrom(machine);
  for (let again = 0; again < MORE_LOOKS && linesOf(look).join() !== expected.join(); again += 1) {
    look = await lookFrom(machine);
  }
  assert.deepEqual(linesOf(look), expected);
  return look;
}

/** `name card address:port` of each, in an order of their own. */
export function linesOf({ seen }: Pick<Look, "seen">): readonly string[] {
  return seen.map(({ name, card, address, port }) => `${name} ${card} ${address}:${port}`).toSorted();
}

/**
 * Somebody who says something in this manner each time that terminals are asked for, and then tells `said COUNT`. Resolves when he listens.
 *
 * @param faces the addresses as which he does, where they are not his own
 */
export async function startStranger(
  machine: Machine,
  manner: string,
  address: string,
  faces: readonly string[] = [],
): Promise<ChildProgram> {
  const saying = machine.start([process.execPath, stranger, manner, address, ...faces]);
  assert.equal(await saying.nextLine(), "listening");
  return saying;
}

/** A simulated Poynt terminal at this address of the machine. Resolves when it is announced. */
export async function startTerminal(machine: Machine, address: string, port = 5_555): Promise<ChildProgram> {
  const command = [process.execPath, main, "simulate", "poynt", "--http", `${address}:${port}`, "--advertise"];
  const terminal = machine.start(command);
  await terminal.said(/it is announced as/);
  return terminal;
}
