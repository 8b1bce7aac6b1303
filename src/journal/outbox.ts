import type { DatabaseSync } from "node:sqlite";
import { toldTypeOf, type Append, type Told } from "./journal.ts";

/** Numbers what is told of an append, for its POS, without a gap. */
export type Outbox = (
  append: Append,
  pos: string,
) => { readonly told: readonly Told[]; readonly alarms: readonly Told[] };

export function createOutbox(database: DatabaseSync, lastSeq: (pos: string) => number): Outbox {
  const insert = database.prepare(
    "INSERT INTO outbox (pos, seq, at, transaction_id, place, alarm) VALUES (?, ?, ?, ?, ?, ?)",
  );

  return ({ transaction, place: firstPlace, facts, alarms = [] }, pos) => {
    let seq = lastSeq(pos);
    const tell = (place: number, at: string, alarm: string | null): Told => {
      seq += 1;
      insert.run(pos, seq, at, transaction, place, alarm);
      return { pos, seq, place };
    };
    const told: Told[] = [];
    let [{ at }] = facts;
    for (const [index, fact] of facts.entries()) {
      at = fact.at;
      if (toldTypeOf(fact) !== undefined) told.push(tell(firstPlace + index, at, null));
    }
    const lastPlace = firstPlace + facts.length - 1;
    return { told, alarms: alarms.map((alarm) => tell(lastPlace, at, JSON.stringify(alarm))) };
  };
}
