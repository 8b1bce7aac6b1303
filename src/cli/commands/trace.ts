import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { once } from "node:events";
import { RECORDING_FORMAT, RECORDING_VERSION, type RecordedEntry, type RecordingHead } from "../../core/recording.ts";
import type { EventOnWire } from "../../protocol/events.ts";
import packageDescription from "../../../package.json" with { type: "json" };
import type { Call, Command } from "../call.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { linesOf } from "../trace/lines.ts";
import { withSession, type DaemonSession } from "../with-session.ts";

/** What goes on between the daemon and the terminals: live until Ctrl-C, or with --out what the flight recorder has kept. */
export const trace: Command = (call) => {
  const terminal = call.text("terminal");
  const about = terminal === undefined ? {} : { terminal };
  const out = call.text("out");
  return withSession(call, (daemon) =>
    out === undefined ? live(call, daemon, about) : keep(call, daemon, about, out),
  );
};

const MOST_UNREAD_BYTES = 1024 * 1024;

type About = { readonly terminal?: string };

async function live(call: Call, { session, ask }: DaemonSession, about: About): Promise<number> {
  const interrupted = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]).then(() => "asked" as const);
  const show = shownTo(call);
  session.listen((event: EventOnWire) => {
    if (event.type === "trace") show(event);
  });
  await ask("diagnostics.trace", { ...about, enable: true });
  call.out.note(`What is said at ${about.terminal ?? "every terminal"}, from now on; Ctrl-C ends it.`);
  const end = await Promise.race([interrupted, session.closed]);
  if (end === "asked") {
    await ask("diagnostics.trace", { ...about, enable: false });
    return EXIT.done;
  }
  throw new CommandFailure(EXIT.unreachable, `The daemon has ended the trace: ${end.why}.`);
}

/** Whoever reads our output may have stopped for a while: what does not fit is counted, and not kept for him. */
function shownTo(call: Call): (event: Readonly<Record<string, unknown>>) => void {
  let count = 0;
  const tell = (entry: RecordedEntry): void => {
    // One of a newer daemon may be of a kind that this command does not know.
    call.out.result(
      entry,
      () => (linesOf(entry) as readonly string[] | undefined)?.join("\n") ?? JSON.stringify(entry),
    );
  };
  return (event) => {
    const entry = event["entry"] as RecordedEntry;
    if (process.stdout.writableLength > MOST_UNREAD_BYTES) {
      count += 1;
      return;
    }
    if (count > 0) tell({ kind: "missed", at: entry.at, terminal: entry.terminal, count });
    count = 0;
    tell(entry);
  };
}

async function keep(call: Call, { ask }: DaemonSession, about: About, file: string): Promise<number> {
  let page = await ask("diagnostics.recording", about);
  const { missing } = page;
  const head: RecordingHead = {
    format: RECORDING_FORMAT,
    version: RECORDING_VERSION,
    at: new Date().toISOString(),
    product: packageDescription.version,
    reason: "asked",
    missing,
    ...about,
  };
  const handle = openNew(file);
  let entries = 0;
  let isWhole = false;
  try {
    writeLines(handle, [head]);
    for (;;) {
      writeLines(handle, page.entries);
      entries += page.entries.length;
      if (page.next === undefined) break;
      page = await ask("diagnostics.recording", { ...about, after: page.next });
    }
    isWhole = true;
  } catch (error) {
    throw notWritten(file, error);
  } finally {
    closeSync(handle);
    if (!isWhole) rmSync(file, { force: true });
  }
  call.out.result({ file, entries, missing }, () => {
    const older = missing === 0 ? "" : ` ${missing} older ones had to make room before.`;
    return `${file}: ${entries} entries.${older}\n\`tillbridge trace replay ${file}\` shows them, and plays them to the drivers.`;
  });
  return EXIT.done;
}

function openNew(file: string): number {
  try {
    return openSync(file, "wx", 0o600);
  } catch (error) {
    throw notWritten(file, error);
  }
}

function writeLines(handle: number, lines: readonly unknown[]): void {
  let rest = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(""), "utf8");
  while (rest.length > 0) rest = rest.subarray(writeSync(handle, rest));
}

function notWritten(file: string, error: unknown): unknown {
  if (!(error instanceof Error && "code" in error) || typeof error.code !== "string") return error;
  const why =
    error.code === "EEXIST" ? "it is there already; name another file" : `it cannot be written (${error.code})`;
  return new CommandFailure(EXIT.refused, `${file}: ${why}. Nothing was recorded there.`);
}
