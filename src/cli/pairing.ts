import { setTimeout as after } from "node:timers/promises";
import type { TerminalOnWire } from "../protocol/terminal.ts";
import type { Call } from "./call.ts";
import { confirmed } from "./confirm.ts";
import { EXIT } from "./exit.ts";
import type { Output } from "./output.ts";
import { inOneLine } from "./readable.ts";
import type { DaemonSession } from "./with-session.ts";
import { terminalFacts, timeOfDay } from "./words.ts";

/** A terminal may take its time to be paired: somebody types a code on it. */
const PAIR_LIMIT_MS = 180_000;
/** For a terminal that was just added to come up, or not. */
const LOOK_EVERY_MS = 200;
const MOST_LOOKS = 25;

/** The vendor's own pairing: what it wants shown is shown. */
export async function pairWith(
  { ask, session }: DaemonSession,
  terminal: string,
  code: string | undefined,
  out: Output,
): Promise<number> {
  session.listen((event) => {
    if (event.type !== "terminal.pairing" || event.terminal !== terminal) return;
    // Of a terminal or a vendor: it begins no line of ours.
    if (event.text !== undefined) out.note(inOneLine(event.text));
    if (event.code !== undefined) out.note(`\n    ${inOneLine(event.code)}\n`);
    if (event.expiresAt !== undefined) out.note(`It waits until ${timeOfDay(event.expiresAt)}.`);
  });
  const answer = await ask("terminals.pair", { terminal, ...(code === undefined ? {} : { code }) }, PAIR_LIMIT_MS);
  out.result(answer, () => terminalFacts(answer.terminal));
  return EXIT.done;
}

/** Shows what was added, once it is known what became of it, and pairs it where that is needed and wanted. */
export async function makeReady(daemon: DaemonSession, added: TerminalOnWire, call: Call): Promise<number> {
  const terminal = await firstState(daemon, added);
  if (terminal.state === "unpaired" && (await isToBePaired(terminal, call))) {
    call.out.note(`${terminal.id} is configured.`);
    return pairWith(daemon, terminal.id, undefined, call.out);
  }
  call.out.result({ terminal }, () => terminalFacts(terminal));
  if (terminal.state === "unpaired") call.out.note(howToPair(terminal.id));
  if (terminal.state === "connecting") call.out.note(whatNext(terminal.id));
  if (!call.flag("pair") || terminal.state === "ready" || terminal.state === "busy") return EXIT.done;
  call.out.note(`It could not be paired, because it is ${terminal.state}. ${howToPair(terminal.id)}`);
  return EXIT.refused;
}

function whatNext(terminal: string): string {
  return `It is still being connected. \`tillbridge terminals show ${terminal}\` tells what becomes of it; where it has to be paired, \`tillbridge terminals pair ${terminal}\` does it.`;
}

async function firstState({ ask }: DaemonSession, added: TerminalOnWire): Promise<TerminalOnWire> {
  let terminal = added;
  for (let looks = 0; looks < MOST_LOOKS && terminal.state === "connecting"; looks += 1) {
    await after(LOOK_EVERY_MS);
    ({ terminal } = await ask("terminals.get", { terminal: added.id }));
  }
  return terminal;
}

async function isToBePaired({ detail }: TerminalOnWire, call: Call): Promise<boolean> {
  if (call.flag("pair")) return true;
  // A script that answers every question beforehand was not asked this one.
  if (call.yes || !process.stdin.isTTY) return false;
  const why = detail === undefined ? "" : `: ${inOneLine(detail)}`;
  return confirmed(call, `It is not ready${why}. Pair it now?`, "It is configured, and not paired.");
}

function howToPair(terminal: string): string {
  return `Where a pairing is what it lacks: \`tillbridge terminals pair ${terminal}\`.`;
}
