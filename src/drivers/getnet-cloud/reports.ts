import type { Json, JsonObject } from "../../core/json.ts";
import type { DeviceReply, DeviceRequest, ReportDescription } from "../driver.ts";
import { RECORDED_FUNCTIONS, type Reply } from "../getnet/messages.ts";
import { command } from "./asked.ts";
import type { EnquiryEnd } from "./enquiry.ts";
import { PATHS, type CloudRequest, type CommandPath } from "./messages.ts";
import type { CloudSettings } from "./settings.ts";

/** A command that moves no money: a probe, a report or a function of the device. */
export type Question = {
  readonly path: CommandPath;
  readonly message: Extract<CloudRequest, { kind: "command" }>;
};

/** Every report only reads, and none changes what the records tell. */
const READS: ReportDescription = { keepsEvidence: true };

export const REPORTS = {
  totals: READS,
  details: READS,
  parameters: READS,
  lastVoucher: READS,
} as const satisfies Readonly<Record<string, ReportDescription>>;

const REPORT_PATHS: ReadonlyMap<string, CommandPath> = new Map([
  ["totals", "totals"],
  ["details", "details"],
  ["parameters", "params"],
  ["lastVoucher", "lastvoucher"],
]);

export const DEVICE_FUNCTIONS = ["print", "setNormalMode"] as const;

const question = (path: CommandPath, fields: JsonObject, settings: CloudSettings): Question => ({
  path,
  message: command(path, fields, "", settings),
});

/** Whether anybody is there. */
export const pollOf = (settings: CloudSettings): Question => question("poll", {}, settings);

/** A question of our own: nothing of it comes out of the printer. */
export const silently = (path: CommandPath, settings: CloudSettings): Question =>
  question(path, { printOnPos: false }, settings);

/** The command for what was asked of the device, or why there is none. */
export function questionOf(asked: DeviceRequest, settings: CloudSettings): Question | string {
  switch (asked.kind) {
    case "probe":
      return pollOf(settings);
    case "pair":
      return "this terminal needs no pairing";
    case "report": {
      const path = REPORT_PATHS.get(asked.report);
      if (path === undefined) return `there is no report ${asked.report}; there are ${Object.keys(REPORTS).join(", ")}`;
      return question(path, { printOnPos: asked.params["print"] === true }, settings);
    }
    case "function":
      if (asked.name === "setNormalMode") return question("normalmode", {}, settings);
      if (asked.name === "print") return printQuestion(asked.params["lines"], settings);
      return `there is no function ${asked.name}; there are ${DEVICE_FUNCTIONS.join(", ")}`;
  }
}

/** So many fit on the paper (getnet.md 6). */
const LONGEST_LINE = 48;
const MOST_LINES = 200;

/** Longer lines are wrapped where they end. */
function printQuestion(lines: Json | undefined, settings: CloudSettings): Question | string {
  if (!Array.isArray(lines) || !lines.every((line): line is string => typeof line === "string")) {
    return "params.lines must be a list of texts";
  }
  if (lines.length === 0 || lines.length > MOST_LINES) return `params.lines must have 1 to ${MOST_LINES} texts`;
  if (lines.some((line) => line.length > 10 * LONGEST_LINE || /\p{Cc}/u.test(line))) {
    return `params.lines must have texts of at most ${10 * LONGEST_LINE} characters, without control characters`;
  }
  const pieces = lines.flatMap(wrapped);
  if (pieces.length > MOST_LINES) return `params.lines come to more than ${MOST_LINES} lines of ${LONGEST_LINE}`;
  const details = pieces.map((data, index) => ({
    printSeq: index + 1,
    type: "text",
    encode: "",
    data,
    align: "left",
  }));
  return question("printservice", { details }, settings);
}

function wrapped(line: string): readonly string[] {
  const count = Math.max(1, Math.ceil(line.length / LONGEST_LINE));
  return Array.from({ length: count }, (_, index) => line.slice(index * LONGEST_LINE, (index + 1) * LONGEST_LINE));
}

/** The last voucher is told with the number of the recorded operation, or with its own where there is none. */
export function answers({ functionCode }: Reply, { path }: Question): boolean {
  return functionCode === PATHS[path] || (path === "lastvoucher" && RECORDED_FUNCTIONS.has(functionCode));
}

/** The report by the names that the same terminal has for it on a cable. */
export function deviceReply(end: EnquiryEnd, asked: Question): DeviceReply {
  if (end.kind !== "finished") return end;
  const { reply } = end;
  if (reply === undefined) return { kind: "noAnswer", why: "the cloud says that it is finished, and not how" };
  if (answers(reply, asked) && reply.responseCode === 0) return { kind: "answered", data: reply.fields };
  const code = reply.responseCode === undefined ? "" : ` (code ${reply.responseCode})`;
  return { kind: "refused", why: `the terminal answered: ${reply.text}${code}` };
}
