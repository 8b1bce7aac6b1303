import type { OutcomeKind } from "../../core/outcome.ts";

export type OutcomeName = OutcomeKind;

/** The core's list stands beside its schemas, which are longer than all of this page. */
export const OUTCOME_NAMES: readonly OutcomeName[] = ["approved", "declined", "canceled", "notPerformed", "unknown"];
