import type { Query } from "./simulator-commands.ts";
import type { Answered, Memory, Payment, World } from "./simulator-memory.ts";
import { refused } from "./simulator-orders.ts";
import { done, failure } from "./simulator-replies.ts";
import { orderStatusOf, orderView } from "./simulator-views.ts";

const DEFAULT_PAGE = 30;
const LARGEST_PAGE = 100;

/** Only the vendor's SDK tells of it (mercado-pago.md 3.3): how many stand on a page, and what is wrong with bad dates, is assumed. */
export function searchOrders(query: Query, memory: Memory, world: World): Answered {
  const { scenario, context } = world;
  const [begin, end] = [Date.parse(query.get("begin_date") ?? ""), Date.parse(query.get("end_date") ?? "")];
  if (Number.isNaN(begin) || Number.isNaN(end))
    return refused(memory, failure(400, "required_properties", "begin_date and end_date are required"));
  const isSeen = ({ createdAt }: Payment): boolean =>
    createdAt >= begin && createdAt <= end && context.now - createdAt >= scenario.searchLagMs;
  const found = memory.payments.filter(
    (payment) => payment.api === "orders" && isSeen(payment) && fits(payment, query),
  );
  const sorted = query.get("sort_order") === "asc" ? found : found.toReversed();
  const limit = Math.min(LARGEST_PAGE, countIn(query, "page_size", DEFAULT_PAGE));
  const offset = (countIn(query, "page", 1) - 1) * limit;
  return refused(
    memory,
    done(200, {
      data: sorted.slice(offset, offset + limit).map((payment) => orderView(payment, scenario)),
      // Texts, as the SDK types them.
      paging: {
        total: String(sorted.length),
        total_pages: String(Math.ceil(sorted.length / limit)),
        offset: String(offset),
        limit: String(limit),
      },
    }),
  );
}

function fits(payment: Payment, query: Query): boolean {
  const { status, detail } = orderStatusOf(payment);
  const filters: readonly (readonly [name: string, value: string])[] = [
    ["external_reference", payment.reference],
    ["type", "point"],
    ["status", status],
    ["status_detail", detail],
    ["payment_method_id", payment.method?.id ?? ""],
    ["payment_method_type", payment.method?.type ?? ""],
  ];
  return filters.every(([name, value]) => (query.get(name) ?? value) === value);
}

/** A number of one or more; anything else is as if it were not there. */
export function countIn(query: Query, name: string, fallback: number): number {
  const text = query.get(name) ?? "";
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : fallback;
}
