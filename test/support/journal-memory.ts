import type { Alarm, AuditEntry, Found } from "../../src/journal/journal.ts";

/** A kept event: of a fact, or an alarm in its own words. */
export type Event = {
  readonly at: string;
  readonly transaction: string;
  readonly place: number;
  readonly alarm?: Alarm;
  /** Its number stays taken. */
  readonly isPruned?: true;
};

/** What a journal remembers, in plain values. */
export type Memory = {
  readonly id: string;
  /** Facts as JSON by transaction, in the order of acceptance: what comes out is never the object that went in. */
  readonly facts: Map<string, string[]>;
  readonly tombstones: Map<string, Extract<Found, { kind: "tombstone" }>>;
  readonly claims: Map<string, string>;
  readonly outbox: Map<string, Event[]>;
  readonly audit: AuditEntry[];
  readonly signsOfLife: Map<string, string>;
};
