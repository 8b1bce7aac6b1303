import type { Verdict } from "../../core/outcome.ts";
import { conversation, type Context, type Conversation, type Input, type Step } from "../driver.ts";
import { commandOf as numberOf, type Asked } from "../getnet/asked.ts";
import { refusalOf, saysOf } from "../getnet/judgement.ts";
import { RECORDED_FUNCTIONS, type Reply } from "../getnet/messages.ts";
import { cardOf, readVoucher, referencesOf } from "../getnet/voucher.ts";
import { command } from "./asked.ts";
import { enquire, stepEnquiry, type Enquiry, type EnquiryEnd } from "./enquiry.ts";
import type { CloudMessage } from "./messages.ts";
import type { CloudSettings } from "./settings.ts";

type Reprint = Extract<Asked, { kind: "duplicateReceipt" }>;

type State =
  { readonly phase: "new" } | { readonly phase: "waiting"; readonly enquiry: Enquiry } | { readonly phase: "over" };

const UNANSWERED: Verdict = { kind: "notPerformed", reason: "terminalBusy" };

const ended = (verdict: Verdict): Step<State, CloudMessage> => [
  { phase: "over" },
  [{ kind: "settle", verdict }, { kind: "done" }],
];

/** Prints a voucher again. It moves nothing, so no answer of it is ever in doubt. */
export function reprint(asked: Reprint, settings: CloudSettings): Conversation<CloudMessage> {
  const message =
    asked.operationId === undefined
      ? command("lastvoucher", { printOnPos: true }, "", settings)
      : command("duplicate", { operationId: asked.operationId, printOnPos: true }, "", settings);

  const step = (state: State, input: Input<CloudMessage>, context: Context): Step<State, CloudMessage> => {
    switch (state.phase) {
      case "new": {
        if (input.kind === "linkLost") return ended({ kind: "notPerformed", reason: "notSent" });
        if (input.kind !== "opened") return [state, []];
        const { enquiry, effects } = enquire("question", message, settings);
        return [{ phase: "waiting", enquiry }, effects];
      }
      case "waiting": {
        if (input.kind === "linkLost" || input.kind === "deadline") return ended(UNANSWERED);
        const next = stepEnquiry(state.enquiry, input, settings, context);
        if (next === undefined) return [state, []];
        if (next.kind === "goesOn") return [{ phase: "waiting", enquiry: next.enquiry }, next.effects];
        const [over, effects] = ended(verdictOf(asked, next.end));
        return [over, [...next.effects, ...effects]];
      }
      case "over":
        return [state, []];
    }
  };
  return conversation<State, CloudMessage>(step, { phase: "new" });
}

function verdictOf(asked: Reprint, end: EnquiryEnd): Verdict {
  if (end.kind === "refused") return { kind: "notPerformed", reason: "refused", vendor: { code: "", text: end.why } };
  return end.kind === "noAnswer" || end.reply === undefined ? UNANSWERED : printed(asked, end.reply);
}

function printed(asked: Reprint, reply: Reply): Verdict {
  const { functionCode, responseCode } = reply;
  const isRecord = asked.operationId === undefined && RECORDED_FUNCTIONS.has(functionCode);
  if (functionCode !== numberOf(asked) && !isRecord) {
    return { kind: "notPerformed", reason: "refused", vendor: saysOf(reply) };
  }
  if (responseCode !== 0) return refusalOf(reply, { by: "operator", wasShown: false });
  const voucher = readVoucher(reply.fields, functionCode, responseCode);
  const card = cardOf(voucher);
  return {
    kind: "approved",
    partial: false,
    captured: true,
    final: true,
    vendor: saysOf(reply),
    terminalReferences: referencesOf(voucher),
    ...(card === undefined ? {} : { card }),
  };
}
