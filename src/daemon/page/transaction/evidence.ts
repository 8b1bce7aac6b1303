/** A file of its own, because its words in four languages are longer than the view. */
import type { AnswerOf } from "../../../client/calls.ts";
import { evidenceOf, type EvidenceAbout } from "../../../client/evidence/evidence.ts";
import { evidenceHtml } from "../../../client/evidence/html.ts";
import { evidenceText } from "../../../client/evidence/text.ts";
import type { TransactionOnWire } from "../../../protocol/transaction.ts";

export function documentOf(
  form: "html" | "txt",
  transaction: TransactionOnWire,
  timeline: AnswerOf<"transactions.timeline">,
  about: EvidenceAbout,
): string {
  const evidence = evidenceOf(transaction, timeline, about);
  return form === "html" ? evidenceHtml(evidence) : evidenceText(evidence);
}
