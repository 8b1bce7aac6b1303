import { once } from "node:events";
import { shellWord } from "../../core/shell-word.ts";
import type { AnswerOf } from "../../client/calls.ts";
import type { Call, Command } from "../call.ts";
import { EXIT } from "../exit.ts";
import { homeWords } from "../home-option.ts";
import { styled } from "../output.ts";
import { table, whole } from "../table.ts";
import { whileWaiting } from "../progress/waiting.ts";
import { readWholeBetween } from "../typed-values.ts";
import { withSession } from "../with-session.ts";

type Discovered = AnswerOf<"discovery.scan">;
type Sighting = Discovered["sightings"][number];

/** Beyond the time for which it looks. */
const ANSWER_LIMIT_MS = 30_000;
const USUAL_SECONDS = 3;

/** What looks like a terminal, and the command that adds it; with --watch again and again until Ctrl-C. */
export const discover: Command = (call) =>
  withSession(call, async ({ ask }) => {
    const seconds = readWholeBetween(call, "seconds", 1, 300);
    const limitMs = (seconds ?? USUAL_SECONDS) * 1_000 + ANSWER_LIMIT_MS;
    const look = () => ask("discovery.scan", seconds === undefined ? {} : { seconds }, limitMs);
    const lookingMs = (seconds ?? USUAL_SECONDS) * 1_000;
    const first = await whileWaiting(call.out, "asking the network, the ports and the accounts", lookingMs, look);
    show(first, call);
    if (call.flag("watch")) await watch(first, look, call);
    return EXIT.done;
  });

async function watch(first: Discovered, look: () => Promise<Discovered>, call: Call): Promise<void> {
  const interrupted = once(process, "SIGINT").then(() => undefined);
  for (let before: Discovered | undefined = first; before !== undefined;) {
    const looking = look();
    // An answer that comes after Ctrl-C is nobody's.
    looking.catch(() => undefined);
    const now: Discovered | undefined = await Promise.race([looking, interrupted]);
    if (now !== undefined) showChanges(before, now, call);
    before = now;
  }
}

function show(discovered: Discovered, call: Call): void {
  call.out.result(discovered, () =>
    discovered.sightings.length === 0
      ? "Nothing looks like a terminal here. `tillbridge help terminals add` tells how to add one by its address."
      : sightingTable(discovered.sightings, call),
  );
  for (const note of discovered.notes ?? []) call.out.note(note);
  const missing = new Set(discovered.sightings.flatMap((sighting) => sighting.missing ?? []));
  for (const name of missing) call.out.note(`Write the ${name} of the terminal in place of ${name.toUpperCase()}.`);
}

/** As JSON each look is told, to people what is different. */
function showChanges(before: Discovered, now: Discovered, call: Call): void {
  const changes = [
    ...missingIn(before, now).map((sighting) => `${styled("warning", "vanished")}  ${inWords(sighting)}`),
    ...missingIn(now, before).map((sighting) => `${styled("good", "appeared")}  ${inWords(sighting, call)}`),
  ];
  if (call.out.json || changes.length > 0) call.out.result(now, () => changes.join("\n"));
}

/** What the one look saw and the other did not. */
function missingIn(one: Discovered, other: Discovered): readonly Sighting[] {
  const seen = new Set(other.sightings.map(keyOf));
  return one.sightings.filter((sighting) => !seen.has(keyOf(sighting)));
}

function keyOf({ vendor, name, ...place }: Sighting): string {
  return JSON.stringify([vendor, name, placeOf(place), place.vendorId, place.productId, place.serialNumber]);
}

function sightingTable(sightings: readonly Sighting[], call: Call): string {
  const rows = sightings.map((sighting) => [
    sighting.name ?? "",
    sighting.vendor ?? "-",
    placeOf(sighting),
    becauseOf(sighting),
    wayIn(sighting, call),
  ]);
  return table(["NAME", "VENDOR", "WHERE", "BECAUSE", whole("ADD IT WITH")], rows);
}

function becauseOf({ why, state, reachable }: Sighting): string {
  const told = [why, state, reachable === false ? "nobody listens there" : undefined];
  return told.filter((what) => what !== undefined).join("; ");
}

function inWords(sighting: Sighting, call?: Call): string {
  const { name, vendor = "-", state } = sighting;
  const seen = [name, vendor, placeOf(sighting), ...(state === undefined ? [] : [state])];
  // A name may hold a line break, and begins no line.
  return [...seen, ...(call === undefined ? [] : [wayIn(sighting, call)])].join("  ").replaceAll("\n", "\\n");
}

function placeOf({ address, port, path, device: inCloud, vendorId, productId, serialNumber }: Sighting): string {
  if (inCloud !== undefined) return `cloud ${inCloud}`;
  if (address !== undefined) return `${address}:${port ?? ""}`;
  const device = [productId ?? "", ...(serialNumber === undefined ? [] : [serialNumber])].join(":");
  const usb = vendorId === undefined ? [] : [`usb ${vendorId}:${device}`];
  return [...(path === undefined ? [] : [path]), ...usb].join(" ");
}

function wayIn(sighting: Sighting, { homeOption }: Call): string {
  const { terminal, command, path } = sighting;
  if (terminal !== undefined) return `is ${terminal} already`;
  // Anything can be behind a bare port: whose terminal it is, only the person knows.
  const way =
    command ??
    (path === undefined ? undefined : `tillbridge terminals add ID --vendor VENDOR --serial ${wordOf(path)}`);
  return way === undefined ? "" : `${way}${homeWords(homeOption)}`;
}

function wordOf(text: string): string {
  return shellWord(text, process.platform === "win32" ? "windows" : "posix");
}
