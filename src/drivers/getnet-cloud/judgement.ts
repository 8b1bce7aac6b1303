import type { AlarmCode } from "../../core/alarm-code.ts";
import type { CanceledBy, UnknownCause, Verdict } from "../../core/outcome.ts";
import { commandOf as numberOf, type Committing } from "../getnet/asked.ts";
import { approvalOf, isMalformedText, namesAsked, refusalOf, saysOf } from "../getnet/judgement.ts";
import type { Reply } from "../getnet/messages.ts";
import { readVoucher, type Voucher } from "../getnet/voucher.ts";
import { DATE } from "./asked.ts";
import { recordSettings, type CloudSettings } from "./settings.ts";

/** The code of a result that cannot be believed, for the alarm. */
const ALARM = "resultNotBelieved";

/** "Tiempo de espera excedido": the terminal did not take it in time (getnet.md 6). */
const TIMED_OUT = 1006;

export type Judgement =
  | { readonly kind: "settles"; readonly verdict: Verdict; readonly movement: string | undefined }
  | {
      readonly kind: "unclear";
      readonly since: UnknownCause;
      readonly why: string;
      readonly alarm?: AlarmCode;
      /** The terminal's own records may tell. Otherwise they were asked already, or would only say the same. */
      readonly isForRecords: boolean;
    };

const contradiction = (why: string, alarm?: AlarmCode): Judgement => ({
  kind: "unclear",
  since: "contradiction",
  why,
  isForRecords: false,
  ...(alarm === undefined ? {} : { alarm }),
});
const untold = (why: string): Judgement => ({ kind: "unclear", since: "terminal", why, isForRecords: true });

/**
 * What the result of the very command amounts to: it is asked for by the command's own id, so it is about nothing else. Approved only if
 * FunctionCode is the command's and ResponseCode 0 (getnet.md 4.1).
 */
export function judgeResult(
  asked: Committing,
  idPosTxs: string | undefined,
  reply: Reply | undefined,
  canceledBy: CanceledBy,
  settings: CloudSettings,
): Judgement {
  if (reply === undefined) return untold("the cloud says that it is finished, and not how");
  if (reply.functionCode === 0) return judgeError(reply);
  if (reply.functionCode !== numberOf(asked)) {
    return contradiction(`the result is of command ${reply.functionCode}, which was not asked`);
  }
  if (reply.responseCode === undefined) return contradiction("the result has no ResponseCode");
  const voucher = readVoucher(reply.fields, reply.functionCode, reply.responseCode);
  const named = isAboutTicket(asked, settings) ? namesAsked(asked, voucher, recordSettings(settings)) : "notTold";
  if (named === "another") return contradiction("the result is about another operation", ALARM);
  if (reply.responseCode === 0) return judgeApproval(asked, idPosTxs, reply, named === "notTold", voucher, settings);
  if (reply.responseCode === TIMED_OUT && !settings.timeoutIsFinal) {
    return untold(`the terminal did not take it in time: ${reply.text}`);
  }
  const verdict = refusalOf(reply, { by: canceledBy, wasShown: false });
  return { kind: "settles", verdict, movement: undefined };
}

const isAboutTicket = (asked: Committing, { ticketEchoed }: CloudSettings): boolean =>
  asked.kind !== "sale" || ticketEchoed;

/** `FunctionCode: 0` is an error, never an approval, whatever its ResponseCode (getnet.md 4.1, "Trap"). */
function judgeError(reply: Reply): Judgement {
  if (!isMalformedText(reply.text)) return untold(`the terminal failed while it worked on the request: ${reply.text}`);
  const verdict: Verdict = { kind: "notPerformed", reason: "refused", vendor: saysOf(reply) };
  return { kind: "settles", verdict, movement: undefined };
}

function judgeApproval(
  asked: Committing,
  idPosTxs: string | undefined,
  reply: Reply,
  isUnnamed: boolean,
  voucher: Voucher,
  settings: CloudSettings,
): Judgement {
  const own = recordSettings(settings);
  // Its id says already which operation it is about, where a record on its own would have to.
  const isTicketless = asked.kind === "sale" && !settings.ticketEchoed;
  const told = isTicketless ? { ...voucher, ticket: asked.ticket } : voucher;
  const rules = asked.kind !== "sale" && isUnnamed ? { ...own, referencesEchoed: false } : own;
  const approval = approvalOf(asked, told, saysOf(reply), rules);
  if (approval.kind === "notBelieved") return contradiction(approval.why, ALARM);
  const references = { ...approval.verdict.terminalReferences, ...moreReferences(idPosTxs, reply) };
  const verdict: Verdict = { ...approval.verdict, terminalReferences: references };
  return { kind: "settles", verdict, movement: approval.movement };
}

/** `2026-01-02 03:04:05`; a refund in Argentina names the day. */
const DAY_AND_TIME = /^(\d{4}-\d{2}-\d{2})(?:[ T]|$)/;

function dayOf(reply: Reply): string | undefined {
  for (const name of ["RealDate", "AccountingDate"]) {
    const value = reply.fields[name];
    const day = typeof value === "string" ? DAY_AND_TIME.exec(value)?.[1] : undefined;
    if (day !== undefined) return day;
  }
  return undefined;
}

function moreReferences(idPosTxs: string | undefined, reply: Reply): Readonly<Record<string, string>> {
  const day = dayOf(reply);
  return { ...(idPosTxs === undefined ? {} : { idPosTxs }), ...(day === undefined ? {} : { [DATE]: day }) };
}
