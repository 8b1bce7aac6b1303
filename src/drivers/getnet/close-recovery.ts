import type { JsonObject } from "../../core/json.ts";
import { conversation, type Context, type Conversation, type Doubt, type Input, type Step } from "../driver.ts";
import { acknowledgement, acknowledges, REST_MS, type GetnetEffect } from "./dialogue.ts";
import { lastWordOf } from "./last-word.ts";
import { COMMANDS, request, type GetnetMessage, type Reply } from "./messages.ts";
import { answers, pollOf, silently, type Question } from "./reports.ts";
import type { GetnetSettings } from "./settings.ts";
import { readBaseline } from "./voucher.ts";

type State =
  | { readonly phase: "new" }
  | { readonly phase: "asking"; readonly acks: boolean; readonly question: Question; readonly isAsked: boolean }
  | { readonly phase: "gaveUp"; readonly acks: boolean }
  | { readonly phase: "over" };

type Stepped = Step<State, GetnetMessage>;

/**
 * The end of a batch cannot be looked up (class R0): a person decides, with the totals as evidence. The question is not left
 * behind unanswered, because a doubt about a reconciliation does not keep the terminal from the next sale.
 */
export function closeRecovery(doubt: Doubt, settings: GetnetSettings): Conversation<GetnetMessage> {
  const { identity, baseline } = doubt.dispatched;
  const known = { asked: { kind: "reconciliation" }, settings, identity, baseline: readBaseline(baseline) } as const;
  const wordOf = (reply: Reply) => lastWordOf(known, doubt.cancelRequested, reply, false);

  const step = (state: State, input: Input<GetnetMessage>, context: Context): Stepped => {
    if (input.kind === "linkLost") return [{ phase: "over" }, []];
    if (input.kind === "resumed" && state.phase === "new") {
      const question = silently(COMMANDS.totals, settings);
      const acks = acknowledges(input.link, settings);
      const silence: GetnetEffect = { kind: "arm", timer: "silence", afterMs: settings.answerMs };
      return withEffects([silence], askSoon({ phase: "asking", acks, question, isAsked: false }, REST_MS));
    }
    if (input.kind === "timer" && state.phase === "asking") return ring(state, input.timer, context);
    if (input.kind !== "received" || (state.phase !== "asking" && state.phase !== "gaveUp")) return [state, []];
    const { message } = input;
    if (message.kind === "acknowledgement") return [state, []];
    const acked = acknowledgement(state.acks);
    if (message.kind !== "reply") return [state, acked];
    const word = wordOf(message);
    if (word.kind === "found") {
      const isOwed = state.phase === "asking" && state.isAsked;
      const end: GetnetEffect = isOwed ? { kind: "dropLink", why: "an answer of the terminal is still owed" } : DONE;
      return [{ phase: "over" }, [{ kind: "settle", verdict: word.verdict }, ...acked, end]];
    }
    if (state.phase !== "asking" || !state.isAsked || !answers(message.functionCode, state.question))
      return [state, acked];
    return [{ phase: "gaveUp", acks: state.acks }, [...acked, ...QUIET, { kind: "giveUp", why: whyPerson(message) }]];
  };

  const ring = (state: Extract<State, { phase: "asking" }>, timer: string, { now }: Context): Stepped => {
    const { question } = state;
    switch (timer) {
      case "silence":
        return [{ phase: "over" }, [{ kind: "dropLink", why: "the terminal is silent" }]];
      case "next":
        return [
          { ...state, isAsked: true },
          [
            { kind: "send", message: request(question.command, question.fields, now) },
            { kind: "arm", timer: "reply", afterMs: question.timeoutMs },
          ],
        ];
      default:
        return askSoon({ ...state, question: pollOf(settings), isAsked: false }, settings.askEveryMs);
    }
  };

  return conversation<State, GetnetMessage>(step, { phase: "new" });
}

const DONE: GetnetEffect = { kind: "done" };

const withEffects = (effects: readonly GetnetEffect[], [state, more]: Stepped): Stepped => [
  state,
  [...effects, ...more],
];

const askSoon = (state: State, afterMs: number): Stepped => [state, [{ kind: "arm", timer: "next", afterMs }]];

const QUIET = ["silence", "next", "reply"].map((timer): GetnetEffect => ({ kind: "disarm", timer }));

/** What the totals suggest, in words for the person who decides. */
function whyPerson({ functionCode, responseCode, fields }: Reply): string {
  const told = functionCode === COMMANDS.totals && responseCode === 0 ? totalsIn(fields) : undefined;
  const evidence = told ?? "its totals could not be read";
  return `the terminal cannot tell whether the batch was closed; ${evidence}`;
}

function totalsIn({ TxCount: count, TxTotal: total }: JsonObject): string | undefined {
  if (typeof count !== "number" || typeof total !== "number") return undefined;
  return `its totals now show ${count} transactions, ${total} in all (none: it was probably closed)`;
}
