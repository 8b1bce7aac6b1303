import type { JsonObject } from "../../core/json.ts";
import { isJsonObject } from "../../core/json.ts";
import type { Context, Input } from "../driver.ts";
import { findAsked, recordsOf, whyNotAbsent, type Finding, type Known } from "../getnet/evidence.ts";
import { RECORDED_FUNCTIONS, type Reply } from "../getnet/messages.ts";
import { movementOf, possibleMovements, readVoucher, type Voucher } from "../getnet/voucher.ts";
import { enquire, stepEnquiry, type CloudEffect, type Enquiry, type EnquiryEnd } from "./enquiry.ts";
import { identityOf, inRecords } from "./identity.ts";
import type { CloudMessage } from "./messages.ts";
import { answers, pollOf, silently, type Question } from "./reports.ts";
import type { CloudSettings } from "./settings.ts";

/** Looks in a row that may fail, or prove nothing, before a person is asked. */
const LOOKS_BEFORE_GIVING_UP = 3;
/** A terminal that has no record of it has to say so this often. */
const ABSENCES_NEEDED = 2;

const QUESTION = "question";
const QUIET = "quiet";
const NEXT = "next";

/** One round of questions. `isDecisive`: begun after the quiet time, so that finding nothing means something. */
type Look = {
  readonly isDecisive: boolean;
  /** The first one is asked, or will be at once. */
  readonly left: readonly Question[];
  readonly last?: Voucher | undefined;
  readonly details?: readonly Voucher[];
};

/** Looks for what was asked in the terminal's own records, where the cloud cannot be asked by name. */
export type Recall = {
  readonly isQuiet: boolean;
  readonly look: Look;
  readonly enquiry: Enquiry | undefined;
  /** The terminal answered all that it was asked in the last look: one that answers the poll alone tells nothing. */
  readonly isAnswering: boolean;
  /** What the last voucher was in the look before this one. */
  readonly lastTold: string | undefined;
  readonly absences: number;
  /** Decisive looks in a row that proved nothing. */
  readonly unclear: number;
};

export type RecallStep =
  | { readonly kind: "goesOn"; readonly recall: Recall; readonly effects: readonly CloudEffect[] }
  | {
      readonly kind: "found";
      readonly finding: Extract<Finding, { kind: "found" }>;
      readonly effects: readonly CloudEffect[];
    }
  | { readonly kind: "person"; readonly why: string; readonly effects: readonly CloudEffect[] };

export type Search = { readonly known: Known; readonly settings: CloudSettings };

/** What is wrong with a record is a question of its merchant alone. */
const forRecords = ({ known }: Search): Known => ({ ...known, identity: inRecords(known.identity) });

export function beginRecall({ settings }: Search): Extract<RecallStep, { kind: "goesOn" }> {
  const recall: Recall = {
    isQuiet: false,
    look: { isDecisive: false, left: [] },
    enquiry: undefined,
    isAnswering: true,
    lastTold: undefined,
    absences: 0,
    unclear: 0,
  };
  return {
    kind: "goesOn",
    recall,
    effects: [
      { kind: "arm", timer: QUIET, afterMs: settings.quietMs },
      { kind: "arm", timer: NEXT, afterMs: settings.lookEveryMs },
    ],
  };
}

/** Nothing of it rings any more, and nothing is asked. */
export function endRecall({ enquiry }: Recall): readonly CloudEffect[] {
  const timers = [QUIET, NEXT, `${QUESTION} look`, `${QUESTION} limit`];
  const abandon: readonly CloudEffect[] = enquiry === undefined ? [] : [{ kind: "abandon", exchange: QUESTION }];
  return [...timers.map((timer): CloudEffect => ({ kind: "disarm", timer })), ...abandon];
}

/** Undefined where the input is about something else. */
export function stepRecall(
  search: Search,
  recall: Recall,
  input: Input<CloudMessage>,
  context: Context,
): RecallStep | undefined {
  if (input.kind === "timer" && input.timer === QUIET) {
    return { kind: "goesOn", recall: { ...recall, isQuiet: true }, effects: [] };
  }
  if (input.kind === "timer" && input.timer === NEXT) {
    return recall.enquiry === undefined ? askNext(search, { ...recall, look: newLook(search, recall) }, []) : undefined;
  }
  if (input.kind === "claims") return conclude(search, recall, new Set(input.claimed));
  if (recall.enquiry === undefined) return undefined;
  const next = stepEnquiry(recall.enquiry, input, search.settings, context);
  if (next === undefined) return undefined;
  if (next.kind === "goesOn") {
    return { kind: "goesOn", recall: { ...recall, enquiry: next.enquiry }, effects: next.effects };
  }
  return withEffects(next.effects, told(search, { ...recall, enquiry: undefined }, next.end));
}

const withEffects = (before: readonly CloudEffect[], step: RecallStep): RecallStep => ({
  ...step,
  effects: [...before, ...step.effects],
});

/** A poll first: a terminal that does not answer it has nothing to tell. */
function newLook({ settings, known }: Search, { isQuiet }: Recall): Look {
  if (known.asked.kind === "reconciliation") return { isDecisive: true, left: [silently("totals", settings)] };
  return { isDecisive: isQuiet, left: [pollOf(settings), silently("lastvoucher", settings)] };
}

function askNext({ settings }: Search, recall: Recall, before: readonly CloudEffect[]): RecallStep {
  const [question] = recall.look.left;
  if (question === undefined) return { kind: "goesOn", recall, effects: before };
  const { enquiry, effects } = enquire(QUESTION, question.message, settings);
  return { kind: "goesOn", recall: { ...recall, enquiry }, effects: [...before, ...effects] };
}

function told(search: Search, recall: Recall, end: EnquiryEnd): RecallStep {
  const [question, ...left] = recall.look.left;
  const next: Recall = { ...recall, look: { ...recall.look, left } };
  const reply = end.kind === "finished" ? end.reply : undefined;
  const why = end.kind === "finished" ? "the terminal answers something else than it is asked" : end.why;
  if (question === undefined || reply?.responseCode === undefined || !answers(reply, question)) {
    return unanswered(search, next, why);
  }
  if (question.path === "lastvoucher") return lastVoucherTold(search, next, reply);
  if (question.path === "details") return detailsTold(search, next, reply);
  if (question.path === "totals") return { kind: "person", why: whyBatch(reply), effects: [] };
  return reply.responseCode === 0
    ? askNext(search, next, [])
    : inconclusive(search, next, `the terminal answers the poll: ${reply.text}`);
}

/** A code other than 0 may mean that there is no voucher: no evidence of anything (the table of codes is not public). */
function lastVoucherTold(search: Search, recall: Recall, reply: Reply): RecallStep {
  const { settings, known } = search;
  const { functionCode, responseCode, fields } = reply;
  const recorded = RECORDED_FUNCTIONS.has(functionCode) ? functionCode : undefined;
  const last = responseCode === 0 ? readVoucher(fields, recorded, responseCode) : undefined;
  const movement = last === undefined ? undefined : movementOf(last);
  const isNews = movement === undefined || movement !== recall.lastTold;
  const needsDetails = recall.look.isDecisive || isNews || known.asked.kind === "refund";
  const left = needsDetails ? [silently("details", settings)] : [];
  const next: Recall = { ...recall, lastTold: movement, look: { ...recall.look, last, left } };
  // It answers under the name that the cloud asked it by, and its record names the merchant.
  const seen: CloudEffect = { kind: "identified", identity: identityOf(settings, last) };
  return withEffects([seen], found(search, next));
}

function detailsTold(search: Search, recall: Recall, reply: Reply): RecallStep {
  const records = reply.responseCode === 0 ? recordsIn(reply.fields) : undefined;
  if (records === undefined) return inconclusive(search, recall, "the terminal does not list its vouchers");
  const details = records.map((fields) => readVoucher(fields, undefined));
  return found(search, { ...recall, look: { ...recall.look, details } });
}

function recordsIn(fields: JsonObject): readonly JsonObject[] | undefined {
  const records = fields["SaleDetails"];
  return Array.isArray(records) && records.every(isJsonObject) ? records : undefined;
}

/** What names itself settles at once; twins are told apart at the end of the look. */
function found(search: Search, recall: Recall): RecallStep {
  const { asked } = search.known;
  if (asked.kind !== "refund") {
    const finding = findAsked(forRecords(search), memoryOf(recall.look), new Set());
    const end = endBy(finding);
    if (end !== undefined) return end;
  }
  if (recall.look.left.length > 0) return askNext(search, recall, []);
  const movements = recordsOf(memoryOf(recall.look)).flatMap(possibleMovements);
  const needsClaims = recall.look.isDecisive || asked.kind === "refund";
  if (!needsClaims || movements.length === 0) return conclude(search, recall, new Set());
  return { kind: "goesOn", recall, effects: [{ kind: "askClaims", movements }] };
}

const memoryOf = ({ last, details = [] }: Look) => ({ last, details });

function endBy(finding: Finding): RecallStep | undefined {
  if (finding.kind === "found") return { kind: "found", finding, effects: [] };
  return finding.kind === "unclear" ? { kind: "person", why: finding.why, effects: [] } : undefined;
}

/** The end of a look. */
function conclude(search: Search, before: Recall, claimed: ReadonlySet<string>): RecallStep {
  const { known, settings } = search;
  const { look } = before;
  if (before.enquiry !== undefined || look.left.length > 0) return { kind: "goesOn", recall: before, effects: [] };
  const recall: Recall = { ...before, isAnswering: true };
  const memory = memoryOf(look);
  const end = endBy(findAsked(forRecords(search), memory, claimed));
  if (end !== undefined) return end;
  if (!look.isDecisive) return pause(search, recall);
  const why = whyNotAbsent(known, memory, claimed, identityOf(settings, look.last));
  if (why !== undefined) return inconclusive(search, recall, why);
  const absences = recall.absences + 1;
  if (absences < ABSENCES_NEEDED) return pause(search, { ...recall, absences, unclear: 0 });
  const finding = {
    kind: "found",
    verdict: { kind: "notPerformed", reason: "noRecord" },
    movement: undefined,
  } as const;
  return { kind: "found", finding, effects: [] };
}

/** What waited for the terminal while it did not answer may reach it when it does: the quiet time begins anew. */
function unanswered(search: Search, recall: Recall, why: string): RecallStep {
  const quiet: CloudEffect = { kind: "arm", timer: QUIET, afterMs: search.settings.quietMs };
  return withEffects([quiet], inconclusive(search, { ...recall, isQuiet: false, isAnswering: false }, why));
}

function inconclusive(search: Search, recall: Recall, why: string): RecallStep {
  const unclear = recall.look.isDecisive ? recall.unclear + 1 : 0;
  if (unclear >= LOOKS_BEFORE_GIVING_UP) return { kind: "person", why, effects: [] };
  return pause(search, { ...recall, absences: 0, unclear });
}

function pause({ settings }: Search, recall: Recall): RecallStep {
  const next: Recall = { ...recall, enquiry: undefined, look: { isDecisive: false, left: [] } };
  return { kind: "goesOn", recall: next, effects: [{ kind: "arm", timer: NEXT, afterMs: settings.askEveryMs }] };
}

/** What the totals suggest, in words for the person who decides. */
function whyBatch({ responseCode, fields }: Reply): string {
  const { TxCount: count, TxTotal: total } = fields;
  const isTold = responseCode === 0 && typeof count === "number" && typeof total === "number";
  const evidence = isTold
    ? `its totals now show ${count} transactions, ${total} in all (none: it was probably closed)`
    : "its totals could not be read";
  return `the terminal cannot tell whether the batch was closed; ${evidence}`;
}
