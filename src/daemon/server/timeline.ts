import { unreachable } from "../../core/assert.ts";
import type { Fact } from "../../core/facts.ts";
import { formatMoney } from "../../core/money.ts";
import { deciderInWords, verdictInWords } from "../in-words.ts";

export type TimelineEntry = { readonly at: string; readonly what: string; readonly detail?: string };

/** What happened to a transaction, line by line: `what` for programs, `detail` for people. */
export function timelineOf(facts: readonly Fact[]): readonly TimelineEntry[] {
  return facts.map((fact) => {
    const detail = detailOf(fact);
    return { at: fact.at, what: fact.kind, ...(detail === undefined ? {} : { detail }) };
  });
}

function detailOf(fact: Fact): string | undefined {
  switch (fact.kind) {
    case "accepted": {
      const { type, amount, reference } = fact.operation;
      const money = amount === undefined ? "" : ` of ${formatMoney(amount)}`;
      const ours = reference === undefined ? "" : `, reference ${reference}`;
      return `${type}${money} by ${fact.pos} at ${fact.terminal}, request ${fact.requestId}${ours}`;
    }
    case "cancelRequested":
      return `by ${fact.by}`;
    case "dispatched":
      return `ticket ${fact.ticket}, to be answered by ${fact.deadline}`;
    case "repeated":
      return `the same request once more, number ${fact.attempt}`;
    case "remembered":
      return undefined;
    case "proposed":
      return `the terminal says ${verdictInWords(fact.verdict)}`;
    case "settled":
    case "resolved": {
      const { decidedBy, revision } = fact.outcome;
      const why = decidedBy.reason === undefined ? "" : `: ${decidedBy.reason}`;
      return `${verdictInWords(fact.outcome)}, revision ${revision}, by ${deciderInWords(decidedBy)}${why}`;
    }
    case "acknowledged":
      return `revision ${fact.revision}`;
    case "contradicted":
      return `evidence of ${verdictInWords(fact.verdict)}: ${fact.evidence}`;
    case "fenceLifted":
      return `by ${fact.operator}: ${fact.reason}`;
    case "note":
      return fact.text;
    default:
      return unreachable(fact);
  }
}
