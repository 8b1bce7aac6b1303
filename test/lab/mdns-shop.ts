import { fileURLToPath } from "node:url";
import type { MdnsSighting } from "../../src/discovery/sighting.ts";
import type { ChildProgram } from "../support/child-program.ts";
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

export const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const looker = fileURLToPath(new URL("./mdns-look.ts", import.meta.url));

/** A look from this machine, with a clock and a network that are real. */
export async function lookFrom(machine: Machine, forMs = 1_500, cards: readonly string[] = []): Promise<Look> {
  const looking = machine.start([process.execPath, looker, String(forMs), ...cards]);
  return JSON.parse(await looking.nextLine()) as Look;
}

/** `name card address:port` of each, in an order of their own. */
export function linesOf({ seen }: Pick<Look, "seen">): readonly string[] {
  return seen.map(({ name, card, address, port }) => `${name} ${card} ${address}:${port}`).toSorted();
}

/** A simulated Poynt terminal at this address of the machine. Resolves when it is announced. */
export async function startTerminal(machine: Machine, address: string, port = 5_555): Promise<ChildProgram> {
  const command = [process.execPath, main, "simulate", "poynt", "--http", `${address}:${port}`, "--advertise"];
  const terminal = machine.start(command);
  await terminal.said(/it is announced as/);
  return terminal;
}
