import { unreachable } from "../../core/assert.ts";
import { decimalsOf, type Money } from "../../core/money.ts";
import type { TransactionOnWire } from "../../protocol/transaction.ts";
import { amountIn, type Language } from "./language.ts";
import { totalOf, type Order } from "./order.ts";
import { isFree, mayBegin, type PayState } from "./state.ts";
import { wordsIn } from "./wording.ts";
import { REFUSALS, type Words } from "./words.ts";

type Tone = "busy" | "good" | "bad" | "doubt";

/** What is on the screen, word for word. */
export type View = {
  readonly button: { readonly label: string; readonly enabled: boolean };
  /** Absent while there is nothing to say. */
  readonly status?: { readonly tone: Tone; readonly title: string; readonly lines: readonly string[] };
  readonly cancel?: { readonly label: string; readonly enabled: boolean };
};

type Told = Pick<View, "status" | "cancel"> & { readonly label?: string };

export function view(state: PayState, order: Order | undefined, language: Language): View {
  const words = wordsIn(language);
  const { label, ...rest } = told(state, language, words);
  const enabled = mayBegin(state, order);
  const retries = state.kind === "ended" && isFree(state.transaction) && enabled;
  const asks =
    order === undefined ? undefined : words[retries ? "again" : "pay"][order.type](amountIn(language, totalOf(order)));
  const isLeft = (state.kind === "ready" || state.kind === "unreachable") && state.left === true;
  const pressed = isLeft ? words.lookUp : (asks ?? "");
  return { button: { label: enabled ? pressed : (label ?? asks ?? words.cannotPay), enabled }, ...rest };
}

function told(state: PayState, language: Language, words: Words): Told {
  switch (state.kind) {
    case "ready":
      return state.left === true ? { status: { tone: "doubt", title: words.unclear, lines: [words.left] } } : {};
    case "pairing":
    case "choosing":
      return {};
    case "connecting":
      return { label: words.paying, status: { tone: "busy", title: words.connecting, lines: [] } };
    case "invalid":
      return bad(words.cannotPay, invalidLines(state, words), words.cannotPay);
    case "noStorage":
      return bad(words.cannotPay, [words.noStorage], words.cannotPay);
    case "refused":
      return bad(words.notStarted, refusedLines(state, words));
    case "unreachable": {
      const advice = state.remedy === "" ? state.why : state.remedy;
      if (state.left !== true) return bad(words.unreachable, [advice]);
      return { status: { tone: "doubt", title: words.unclear, lines: [words.left, words.unreachable, advice] } };
    }
    case "unclear": {
      const why = ["elsewhere", "otherJournal"].includes(state.why) ? words.elsewhere : state.why;
      const lines = [words.unclearAdvice, ...(state.why === "neverStored" ? [] : [why])];
      return { label: words.unclear, status: { tone: "doubt", title: words.unclear, lines } };
    }
    case "running":
      return running(state, language, words);
    case "ended":
      return ended(state, language, words);
    default:
      return unreachable(state);
  }
}

function invalidLines({ problem, currency }: Extract<PayState, { kind: "invalid" }>, words: Words): string[] {
  const said = words.problems[problem];
  const decimals = decimalsOf(currency ?? "");
  if (currency === undefined || decimals === undefined) return [said];
  return [said, words.written(currency, decimals, decimals === 0 ? "1250" : (12.5).toFixed(decimals))];
}

function bad(title: string, lines: readonly string[], label?: string): Told {
  return { status: { tone: "bad", title, lines }, ...(label === undefined ? {} : { label }) };
}

/** Reasons of which the message says more than a word of ours can, or something else. */
const SAID_BY_THE_MESSAGE: readonly string[] = ["noTerminal", "signatureRequired"];

function refusedLines({ reason, why, order }: Extract<PayState, { kind: "refused" }>, words: Words): string[] {
  const known = REFUSALS.find((refusal) => refusal === reason);
  const own = words.refusals[known ?? "other"];
  const isOver = why !== "" && SAID_BY_THE_MESSAGE.includes(reason);
  const tells = why !== "" && (known === undefined || reason === "limitExceeded");
  return [isOver ? why : own, ...(order === "free" ? [words.notCharged] : []), ...(tells ? [why] : [])];
}

function running(state: Extract<PayState, { kind: "running" }>, language: Language, words: Words): Told {
  const { transaction, stage, text, queuePosition, terminal, total, cancel } = state;
  const where = `${amountIn(language, total)} · ${words.at(terminal)}`;
  if (state.connection === "lost") {
    return { label: words.paying, status: { tone: "doubt", title: words.unreachable, lines: [words.lost, where] } };
  }
  const waits = queuePosition !== undefined && queuePosition > 0 && transaction?.state !== "dispatched";
  const title = waits ? words.inQueue(queuePosition) : stage === undefined ? words.sending : words.stages[stage];
  const said = text === undefined || text === title ? [] : [text];
  const why = cancel === "can" ? [] : [cancel === "asked" ? words.canceling : words.cannotCancel];
  return {
    label: words.paying,
    status: { tone: "busy", title, lines: [where, ...said, ...why] },
    cancel: { label: words.cancel, enabled: cancel === "can" },
  };
}

function ended({ of, transaction }: Extract<PayState, { kind: "ended" }>, language: Language, words: Words): Told {
  const { outcome, contradicted } = transaction;
  const moved = amountIn(language, movedBy(transaction, of));
  if (outcome === undefined) return {};
  const where = `${moved} · ${words.at(transaction.terminal)}`;
  if (contradicted !== undefined) {
    return {
      label: words.unclear,
      status: { tone: "doubt", title: words.unclear, lines: [where, words.contradicted] },
    };
  }
  switch (outcome.kind) {
    case "approved": {
      const title = words.done[of.type](moved);
      return { label: title, status: { tone: "good", title, lines: approvedLines(transaction, of, language, words) } };
    }
    case "declined": {
      const said = outcome.vendor === undefined ? [] : [outcome.vendor.text];
      return bad(words.declined, [where, ...said, words.declinedAdvice], words.declined);
    }
    case "canceled":
      return bad(words.canceled[outcome.by], [where, noMoney(outcome, words)], words.canceled[outcome.by]);
    case "notPerformed": {
      const said = outcome.vendor === undefined ? [] : [outcome.vendor.text];
      return bad(words.notPerformed, [where, ...said, noMoney(outcome, words)], words.notPerformed);
    }
    case "unknown":
      return {
        label: words.unknown,
        status: { tone: "doubt", title: words.unknown, lines: [where, outcome.advice.text] },
      };
    default:
      return unreachable(outcome);
  }
}

function noMoney({ reversed }: { readonly reversed?: boolean | undefined }, words: Words): string {
  return reversed === true ? words.reversed : words.notCharged;
}

function approvedLines(transaction: TransactionOnWire, of: Order, language: Language, words: Words): string[] {
  const { outcome, operation } = transaction;
  if (outcome?.kind !== "approved") return [];
  const moved = movedBy(transaction, of);
  const asked = totalOf({
    amount: operation.amount ?? of.amount,
    ...(operation.tip === undefined ? {} : { tip: operation.tip }),
  });
  const rest = { value: Math.max(0, asked.value - moved.value), currency: asked.currency };
  const { brand, last4 } = outcome.card ?? {};
  return [
    ...(outcome.partial && rest.value > 0 ? [words.partial(amountIn(language, rest))] : []),
    ...(asked.value !== moved.value ? [words.asked(amountIn(language, asked))] : []),
    words.at(transaction.terminal),
    ...(last4 === undefined ? [] : [words.card(capitalized(brand ?? ""), last4).trim()]),
  ];
}

function movedBy({ outcome, operation }: TransactionOnWire, of: Order): Money {
  if (outcome?.kind === "approved" && outcome.amounts !== undefined) return outcome.amounts.approved;
  return totalOf({
    amount: operation.amount ?? of.amount,
    ...(operation.tip === undefined ? {} : { tip: operation.tip }),
  });
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
