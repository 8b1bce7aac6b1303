import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { TransactionQuery } from "./journal.ts";
import { integer, type Row } from "./rows.ts";

export type ListedRows = { readonly rows: readonly Row[]; readonly cursor?: string };

/** Newest first. The cursor is a place in the order of acceptance: what is accepted later never moves a page. */
export function listStatement(database: DatabaseSync): (query: TransactionQuery) => ListedRows {
  // One statement for each set of conditions, of which there are few.
  const prepared = new Map<string, StatementSync>();

  return (query) => {
    const { where, values } = conditions(query);
    const sql =
      "SELECT number, id, length FROM transactions" +
      `${where.length === 0 ? "" : ` WHERE ${where.join(" AND ")}`} ORDER BY number DESC LIMIT :limit`;
    const statement = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, statement);
    const rows = statement.all({ ...values, limit: query.limit + 1 });
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    if (rows.length <= query.limit || last === undefined) return { rows: page };
    return { rows: page, cursor: String(integer(last, "number")) };
  };
}

type Values = Record<string, string | number>;

function conditions(query: TransactionQuery): { readonly where: readonly string[]; readonly values: Values } {
  const { pos, terminal, state, outcome, unacknowledged, reference, from, to, cursor } = query;
  const where: string[] = [];
  const values: Values = {};
  const compare = (condition: string, name: string, value: string | number | undefined): void => {
    if (value === undefined) return;
    where.push(condition);
    values[name] = value;
  };
  compare("pos = :pos", "pos", pos);
  compare("terminal = :terminal", "terminal", terminal);
  compare("state = :state", "state", state);
  compare("reference = :reference", "reference", reference);
  compare("created_at >= :from", "from", from && inUtc(from));
  compare("created_at < :to", "to", to && inUtc(to));
  compare("outcome IN (SELECT value FROM json_each(:outcome))", "outcome", outcome && JSON.stringify(outcome));
  compare("number < :cursor", "cursor", cursor === undefined ? undefined : Number(cursor));
  // These are open by definition; said here, so that the small index is used.
  if (state === "accepted" || state === "dispatched") where.push("open = 1");
  if (unacknowledged === true) where.push("revision > acknowledged");
  if (unacknowledged === false) where.push("revision <= acknowledged");
  return { where, values };
}

/** Facts tell their time in UTC with milliseconds, so that text sorts as time does. */
function inUtc(instant: string): string {
  return new Date(instant).toISOString();
}
