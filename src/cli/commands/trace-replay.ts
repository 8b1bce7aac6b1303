import { hash } from "node:crypto";
import type { RecordedEntry } from "../../core/recording.ts";
import { vendors } from "../../drivers/registry.ts";
import type { Call, Command } from "../call.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { linesOf } from "../trace/lines.ts";
import { readRecording } from "../trace/recording-file.ts";
import { Replay, type Replayed, type Tally } from "../trace/replay.ts";

/** Where a recording and the drivers of this version come apart, or why a conversation was not played. */
type Finding = { readonly terminal: string; readonly conversation?: number; readonly what: string };

type Replaying = {
  readonly replay: Replay;
  readonly differences: Finding[];
  readonly notReplayed: Finding[];
};

const MOST_FINDINGS = 200;

/**
 * Plays a recording to the drivers of this version, above their codecs, and shows it. Ends with 0 where they want the same done as they did
 * then, with 1 where not, and with 2 where the file is no recording, or holds nothing that can be played.
 */
export const traceReplay: Command = async (call) => {
  const [file = ""] = call.arguments;
  const replay = new Replay(new Map(vendors.map((vendor) => [vendor.id, vendor])), (bytes) =>
    hash("sha256", bytes, "buffer"),
  );
  const replaying: Replaying = { replay, differences: [], notReplayed: [] };
  for await (const line of readRecording(file)) {
    if (line.kind === "wrong") throw refused(file, `this is no recording that can be played: ${line.why}.`);
    if (line.kind === "cut")
      call.out.note(`${file} is cut: its last line is not whole. What stands before it was played.`);
    if (line.kind === "entry") play(call, replaying, line.entry);
  }
  const { differences, notReplayed } = replaying;
  const { tally } = replay;
  if (tally.same + tally.differing === 0) throw refused(file, "there is nothing in this recording that can be played.");
  const isSame = tally.differing === 0;
  if (call.out.json) call.out.result({ isSame, tally, differences, notReplayed }, () => "");
  else call.out.result({}, () => inWords(tally));
  return isSame ? EXIT.done : EXIT.refused;
};

function play(call: Call, { replay, differences, notReplayed }: Replaying, entry: RecordedEntry): void {
  const came = replay.take(entry);
  const what = wordsOf(came);
  if (!call.out.json) {
    const lines = [...linesOf(entry), ...(what === undefined ? [] : [`    ==> ${what}`])];
    call.out.result({}, () => lines.join("\n"));
  }
  if (what === undefined) return;
  const conversation = "conversation" in entry ? entry.conversation : undefined;
  const findings = came.kind === "differs" ? differences : notReplayed;
  if (findings.length < MOST_FINDINGS)
    findings.push({ terminal: entry.terminal, what, ...(conversation === undefined ? {} : { conversation }) });
}

function wordsOf(came: Replayed): string | undefined {
  switch (came.kind) {
    case "shown":
    case "same":
      return undefined;
    case "differs": {
      const { path, recorded, now } = came.difference;
      return `differs at ${path}: recorded was ${recorded}, and now it is ${now}`.replaceAll("\n", " ");
    }
    case "notReplayed":
      return `not played from here on: ${came.why}`.replaceAll("\n", " ");
  }
}

function inWords({ same, differing, notReplayed, steps }: Tally): string {
  const left = notReplayed === 0 ? "" : ` ${notReplayed} could not be played.`;
  if (differing === 0) return `The same: ${same} conversations with ${steps} steps.${left}`;
  return `Different: ${differing} of ${same + differing} conversations.${left} "==>" stands where they come apart.`;
}

function refused(file: string, why: string): CommandFailure {
  return new CommandFailure(EXIT.usage, `${file}: ${why}`);
}
