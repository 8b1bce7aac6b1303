import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { DeviceRequest, ReportDescription } from "../driver.ts";
import { employeeOf, saleTypeOf } from "./asked.ts";
import { COMMANDS, RECORDED_FUNCTIONS } from "./messages.ts";
import type { GetnetSettings } from "./settings.ts";

/** A command that moves no money: a probe, a report or a function of the device. */
export type Question = {
  readonly command: number;
  readonly fields: JsonObject;
  readonly timeoutMs: number;
};

/** Every report only reads, and none changes what LastVoucher and Details tell. */
const READS: ReportDescription = { keepsEvidence: true };

export const REPORTS = {
  totals: READS,
  details: READS,
  salesBySeller: READS,
  tips: READS,
  parameters: READS,
  sim: READS,
  lastVoucher: READS,
} as const satisfies Readonly<Record<string, ReportDescription>>;

const REPORT_COMMANDS: ReadonlyMap<string, number> = new Map([
  ["totals", COMMANDS.totals],
  ["details", COMMANDS.details],
  ["salesBySeller", COMMANDS.salesBySeller],
  ["tips", COMMANDS.tips],
  ["parameters", COMMANDS.parameters],
  ["sim", COMMANDS.sim],
  ["lastVoucher", COMMANDS.lastVoucher],
]);
const BY_SELLER: ReadonlySet<number> = new Set([COMMANDS.salesBySeller, COMMANDS.tips]);

export const DEVICE_FUNCTIONS = ["setNormalMode", "defaultSaleType"] as const;

/** Asks for a sign of life; every 3 s is harmless on a real terminal (getnet.md 4.1). */
export const pollOf = (settings: GetnetSettings): Question => ({
  command: COMMANDS.poll,
  fields: {},
  timeoutMs: settings.replyMs,
});

/** A question of our own: nothing of it comes out of the printer. */
export const silently = (command: number, settings: GetnetSettings): Question => ({
  command,
  fields: { PrintOnPos: false },
  timeoutMs: settings.reportMs,
});

/** The command for what was asked of the device, or why there is none. */
export function questionOf(asked: DeviceRequest, settings: GetnetSettings): Question | string {
  switch (asked.kind) {
    case "probe":
      return pollOf(settings);
    case "pair":
      return "this terminal needs no pairing";
    case "report":
      return reportQuestion(asked.report, asked.params, settings);
    case "function":
      return functionQuestion(asked.name, asked.params, settings);
  }
}

/** Params: `print` (false), and for the reports of one seller `employee`. */
function reportQuestion(report: string, params: JsonObject, settings: GetnetSettings): Question | string {
  const command = REPORT_COMMANDS.get(report);
  if (command === undefined) return `there is no report ${report}; there are ${Object.keys(REPORTS).join(", ")}`;
  const seller = BY_SELLER.has(command) ? employeeIn(params["employee"], settings) : undefined;
  if (BY_SELLER.has(command) && seller === undefined) return "params.employee must be a number of digits";
  return {
    command,
    fields: { ...(seller === undefined ? {} : { EmployeeId: seller }), PrintOnPos: params["print"] === true },
    timeoutMs: settings.reportMs,
  };
}

function employeeIn(named: Json | undefined, settings: GetnetSettings): number | undefined {
  if (named === undefined) return settings.employee;
  return typeof named === "string" || typeof named === "number" ? employeeOf(String(named)) : undefined;
}

function functionQuestion(name: string, params: JsonObject, settings: GetnetSettings): Question | string {
  if (name === "setNormalMode") return { command: COMMANDS.setNormalMode, fields: {}, timeoutMs: settings.replyMs };
  if (name !== "defaultSaleType") return `there is no function ${name}; there are ${DEVICE_FUNCTIONS.join(", ")}`;
  const named = params["saleType"];
  const saleType = typeof named === "string" || typeof named === "number" ? saleTypeOf(String(named)) : undefined;
  if (saleType === undefined) return "params.saleType must be one of the terminal's sale types, by name or 0 to 6";
  return { command: COMMANDS.defaultSaleType, fields: { SaleType: saleType }, timeoutMs: settings.replyMs };
}

/** LastVoucher is answered with the number of the recorded operation, or with its own where there is none. */
export function answers(functionCode: number, question: Question): boolean {
  if (functionCode === question.command) return true;
  return question.command === COMMANDS.lastVoucher && RECORDED_FUNCTIONS.has(functionCode);
}

/** The records of a Details reply; undefined where it holds no list of them. */
export function recordsIn(fields: JsonObject): readonly JsonObject[] | undefined {
  const records = fields["SaleDetails"];
  return Array.isArray(records) && records.every(isJsonObject) ? records : undefined;
}
