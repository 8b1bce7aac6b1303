import { refused, type Result } from "../../core/errors.ts";
import { ADMINISTRATOR_POS } from "../../core/pos.ts";
import type { ParamsOf, ResultOf } from "../../protocol/methods.ts";
import { dayFigures } from "../metrics/day.ts";
import { startOfLocalDay } from "../spending.ts";
import { mapped, type Asked } from "./handler.ts";

const MOST_MS = 48 * 3_600_000;

type Answer = ResultOf<"diagnostics.day">;

/** `diagnostics.day`: since midnight on the clock of this machine, where nothing else is asked for. */
export async function day({ from, to }: ParamsOf<"diagnostics.day">, { server }: Asked): Promise<Result<Answer>> {
  const { clock, transactions, measurements } = server;
  if (measurements === undefined) return refused("unsupportedOperation", "This daemon counts nothing.");
  const nowMs = clock.now();
  const fromMs = from === undefined ? startOfLocalDay(to === undefined ? nowMs : Date.parse(to) - 1) : Date.parse(from);
  // What was accepted in this very millisecond is a part of it.
  const toMs = to === undefined ? nowMs + 1 : Date.parse(to);
  // Days that do not exist, as the 31st of June, are no time.
  if (Number.isNaN(fromMs) || Number.isNaN(toMs)) return wrong("is no time", Number.isNaN(toMs) ? "to" : "from");
  if (toMs < fromMs) return wrong("must not lie after `to`, or after now", "from");
  if (toMs - fromMs > MOST_MS + 1) return wrong("must lie at most 48 hours before `to`, or before now", "from");
  const caller = { pos: ADMINISTRATOR_POS, seesAll: true };
  const figures = await dayFigures(fromMs, toMs, {
    list: async (query) => mapped(await transactions.list(caller, query), ({ page }) => page),
    linkLosses: measurements.linkLosses,
    nowMs,
  });
  return figures;
}

function wrong(why: string, field: string): Result<never> {
  return refused("invalidParams", `The field ${field} ${why}.`, { field });
}
