import type { Verdict } from "../../core/outcome.ts";
import { conversation, type Conversation, type Input, type Order, type Step } from "../driver.ts";
import { commandOf, fieldsOf, type Asked } from "./asked.ts";
import { acknowledgement, acknowledges, type GetnetEffect } from "./dialogue.ts";
import { refusalOf, saysOf } from "./judgement.ts";
import { COMMANDS, RECORDED_FUNCTIONS, request, type GetnetMessage, type Reply } from "./messages.ts";
import type { GetnetSettings } from "./settings.ts";
import { cardOf, readVoucher, referencesOf } from "./voucher.ts";

type Reprint = Extract<Asked, { kind: "duplicateReceipt" }>;

type State =
  | { readonly phase: "new" }
  | { readonly phase: "waiting"; readonly acknowledges: boolean }
  | { readonly phase: "over" };

const OVER: State = { phase: "over" };
const UNANSWERED: Verdict = { kind: "notPerformed", reason: "terminalBusy" };

/** Prints a voucher again. It moves nothing, so no answer of it is ever in doubt. */
export function reprint(order: Order, asked: Reprint, settings: GetnetSettings): Conversation<GetnetMessage> {
  const command = commandOf(asked);
  const step = (state: State, input: Input<GetnetMessage>, { now }: { now: number }): Step<State, GetnetMessage> => {
    if (state.phase === "over") return [state, []];
    if (state.phase === "new") {
      if (input.kind === "linkLost") return ended({ kind: "notPerformed", reason: "notSent" }, false);
      if (input.kind !== "opened") return [state, []];
      const message = request(command, fieldsOf(asked, order.operation, settings), now);
      const effects: GetnetEffect[] = [
        { kind: "send", message },
        { kind: "arm", timer: "reply", afterMs: settings.reportMs },
      ];
      return [{ phase: "waiting", acknowledges: acknowledges(input.link, settings) }, effects];
    }
    const acks = state.acknowledges;
    if (input.kind === "linkLost") return ended(UNANSWERED, false);
    // Its answer may still come, and the next operation must not take it for its own.
    if (input.kind === "timer" || input.kind === "deadline") {
      const why = "the terminal did not answer";
      return [
        OVER,
        [
          { kind: "settle", verdict: UNANSWERED },
          { kind: "dropLink", why },
        ],
      ];
    }
    if (input.kind !== "received") return [state, []];
    const { message } = input;
    if (message.kind === "acknowledgement" && !message.received) {
      return ended({ kind: "notPerformed", reason: "refused" }, false);
    }
    if (message.kind !== "reply") return [state, message.kind === "acknowledgement" ? [] : acknowledgement(acks)];
    const verdict = verdictOf(command, message);
    return verdict === undefined ? [state, acknowledgement(acks)] : ended(verdict, acks);
  };
  return conversation<State, GetnetMessage>(step, { phase: "new" });
}

/** Undefined where the reply is to another command. */
function verdictOf(command: number, reply: Reply): Verdict | undefined {
  const answers = command === COMMANDS.lastVoucher ? RECORDED_FUNCTIONS.has(reply.functionCode) : false;
  if (reply.functionCode === 0) return { kind: "notPerformed", reason: "refused", vendor: saysOf(reply) };
  if (reply.functionCode !== command && !answers) return undefined;
  if (reply.responseCode !== 0) return refusalOf(reply, { by: "operator", wasShown: false });
  const voucher = readVoucher(reply.fields, reply.functionCode, reply.responseCode);
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

function ended(verdict: Verdict, acks: boolean): Step<State, GetnetMessage> {
  return [OVER, [{ kind: "settle", verdict }, ...acknowledgement(acks), { kind: "done" }]];
}
