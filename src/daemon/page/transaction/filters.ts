import type { ParamsOf } from "../../../client/calls.ts";
import { OUTCOME_NAMES } from "../outcome-names.ts";

/** As it is typed. Empty: it does not matter. */
export type Filters = {
  readonly terminal: string;
  readonly pos: string;
  readonly outcome: string;
  readonly reference: string;
  /** As a browser's field for a moment says it, in its own time: `2026-11-29T21:30`. */
  readonly from: string;
  readonly to: string;
};

export const NO_FILTERS: Filters = { terminal: "", pos: "", outcome: "", reference: "", from: "", to: "" };

const AT_ONCE = 50;

/** What the daemon is asked. Undefined where the time ends before it begins. */
export function queryOf(filters: Filters, cursor?: string): ParamsOf<"transactions.list"> | undefined {
  const { terminal, reference, outcome } = filters;
  const pos = filters.pos.trim();
  const [from, to] = [momentOf(filters.from), momentOf(filters.to)];
  if (from !== undefined && to !== undefined && from >= to) return undefined;
  const end = OUTCOME_NAMES.find((each) => each === outcome);
  return {
    limit: AT_ONCE,
    ...(terminal === "" ? {} : { terminal }),
    ...(pos === "" ? {} : { pos }),
    ...(end === undefined ? {} : { outcome: [end] }),
    ...(reference.trim() === "" ? {} : { reference: reference.trim() }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(cursor === undefined ? {} : { cursor }),
  };
}

function momentOf(typed: string): string | undefined {
  const time = Date.parse(typed);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
