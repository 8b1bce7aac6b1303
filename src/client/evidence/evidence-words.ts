import type { OutcomeKind } from "../../core/outcome.ts";

/** The words of the document beside what the timeline says itself. */
export type EvidenceWords = {
  readonly title: string;
  readonly asked: string;
  readonly ended: string;
  readonly happened: string;
  readonly shows: string;
  readonly kept: string;
  readonly operation: string;
  readonly amount: string;
  readonly tip: string;
  readonly cashback: string;
  readonly surcharge: string;
  readonly reference: string;
  readonly till: string;
  readonly terminal: string;
  readonly askedAt: string;
  readonly result: string;
  readonly notYet: string;
  readonly notFinal: string;
  readonly partial: string;
  readonly decidedBy: string;
  readonly reason: string;
  readonly endedAt: string;
  readonly moved: string;
  readonly approvalCode: string;
  readonly card: string;
  readonly vendorSays: string;
  readonly contradicted: string;
  readonly transaction: string;
  readonly request: string;
  readonly journal: string;
  readonly chain: string;
  facts(count: number): string;
  readonly program: string;
  readonly madeAt: string;
  readonly earlier: string;
  /** What the document says and does not say, by how the payment ended. */
  readonly proves: Readonly<Record<OutcomeKind | "notYet", string>>;
  readonly byPerson: string;
  /** Instead of the title, where a simulated terminal played the payment. */
  readonly practice: string;
  practised(result: string): string;
  readonly practiceProves: string;
  readonly copy: string;
  readonly noReceipt: string;
};
