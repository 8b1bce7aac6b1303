import type { AlarmCode } from "../../core/alarm-code.ts";
import type { FactBody } from "../../core/facts.ts";
import type { Money } from "../../core/money.ts";
import type { DecidedBy, Outcome, Verdict } from "../../core/outcome.ts";
import type { Clock, Log } from "../../core/ports.ts";
import { approvalFault } from "../../core/plausible.ts";
import { isInDoubt, type Transaction } from "../../core/transaction.ts";
import { JournalFailure } from "../../journal/journal.ts";
import type { Entry, TransactionRecord } from "../record.ts";
import type { Records } from "../records.ts";
import { contradictionAlarm, contradictionInWords, notBelievedAlarm, personAlarm, unaskedAlarms } from "./alarms.ts";

/** What became of somebody's word about how a transaction ended. */
export type Settling =
  /** It stands, or stood already. */
  | { readonly kind: "stands" }
  /** Another word stands; a person has to look. The alarm is raised. */
  | { readonly kind: "contradicts" }
  /** It cannot be true; the transaction stays in doubt. The alarm is raised. */
  | { readonly kind: "notBelieved"; readonly why: string }
  /** The journal could not take it. Nothing is told. */
  | { readonly kind: "journalFailed"; readonly why: string };

export type Word = {
  readonly verdict: Verdict;
  readonly movement?: string;
  readonly decidedBy: DecidedBy;
  /** What a refund or void without an amount stands for. */
  readonly whole?: Money;
};

/**
 * Makes a word about the end durable. The first one that is durable wins; a later one that differs is kept as evidence with an
 * alarm, never silently dropped and never silently believed. Once the fence was lifted only a person decides.
 */
export async function settle(record: TransactionRecord, word: Word): Promise<Settling> {
  const { verdict, movement } = word;
  try {
    const standing = record.transaction.outcome;
    if (standing !== undefined && sameEnd(standing, verdict)) return { kind: "stands" };
    const fault =
      verdict.kind === "approved" ? approvalFault(record.transaction.operation, word.whole, verdict) : undefined;
    if (fault !== undefined && !isDecided(record.transaction)) return await notBelieved(record, fault);
    const written = await record.write((current) => entryFor(current, word, fault));
    if (written.kind === "claimed") {
      const why = `the movement ${movement ?? ""} belongs to transaction ${written.by} already`;
      return await notBelieved(record, why);
    }
    return { kind: differs(written.transaction, verdict) ? "contradicts" : "stands" };
  } catch (failure) {
    if (failure instanceof JournalFailure) return { kind: "journalFailed", why: failure.message };
    throw failure;
  }
}

/** Whatever the terminal says from now on changes nothing by itself: it agrees, or it is a contradiction. */
function isDecided({ outcome, fenceLifted }: Transaction): boolean {
  if (outcome === undefined) return false;
  return outcome.kind === "unknown" ? fenceLifted : outcome.kind !== "approved" || outcome.final;
}

/** What was never dispatched has no evidence against it: it was canceled, or its time was over, whichever was durable first. */
function differs({ outcome, dispatched }: Transaction, verdict: Verdict): boolean {
  if (outcome === undefined || dispatched === undefined || verdict.kind === "unknown") return false;
  return !sameEnd(outcome, verdict);
}

/** Rule 3 where the acknowledgement is the commit: the word is believed, claimed and durable before that leaves. */
export async function propose(record: TransactionRecord, word: Omit<Word, "decidedBy">): Promise<Settling> {
  const { verdict, movement, whole } = word;
  try {
    const fault = verdict.kind === "approved" ? approvalFault(record.transaction.operation, whole, verdict) : undefined;
    if (fault !== undefined) return await notBelieved(record, fault);
    const claim = movement === undefined ? {} : { movement };
    const written = await record.write((current) =>
      isInDoubt(current) ? { facts: [{ kind: "proposed", verdict, ...claim }], ...claim } : undefined,
    );
    if (written.kind === "claimed") {
      return await notBelieved(record, `the movement ${movement ?? ""} belongs to transaction ${written.by} already`);
    }
    return { kind: written.kind === "written" ? "stands" : "contradicts" };
  } catch (failure) {
    if (failure instanceof JournalFailure) return { kind: "journalFailed", why: failure.message };
    throw failure;
  }
}

function entryFor(current: Transaction, word: Word, fault?: string): Entry | undefined {
  const { verdict, movement } = word;
  const standing = current.outcome;
  const claim = movement === undefined ? {} : { movement };
  if (standing === undefined) {
    const settled: FactBody = { kind: "settled", outcome: outcomeOf(word, 1) };
    const proposes =
      current.proposed === undefined && current.dispatched !== undefined && word.decidedBy.kind === "terminal";
    const facts: Entry["facts"] = proposes ? [{ kind: "proposed", verdict, ...claim }, settled] : [settled];
    return { facts, ...claim, ...unaskedAlarms(current, verdict) };
  }
  if (sameEnd(standing, verdict)) return undefined;
  if (!isDecided(current)) {
    if (verdict.kind === "unknown") return undefined;
    const resolved: FactBody = { kind: "resolved", outcome: outcomeOf(word, standing.revision + 1) };
    return { facts: [resolved], ...claim, ...unaskedAlarms(current, verdict) };
  }
  if (!differs(current, verdict) || wasHeard(current, verdict)) return undefined;
  const evidence = contradictionInWords(current, verdict, fault);
  const alarms = [contradictionAlarm(current, evidence, verdict)];
  return { facts: [{ kind: "contradicted", evidence, verdict }], alarms };
}

/**
 * A terminal that says the same after each lost link alarms once: whoever decided since had it in sight. One that says something
 * else each time is kept and told so often, and then only logged.
 */
function wasHeard({ contradictions }: Transaction, verdict: Verdict): boolean {
  return contradictions.length >= MOST_CONTRADICTIONS || contradictions.some((heard) => sameEnd(heard, verdict));
}

const MOST_CONTRADICTIONS = 8;

function outcomeOf(word: Word, revision: number): Outcome {
  return { ...word.verdict, revision, decidedBy: word.decidedBy };
}

/**
 * Two words agree when both say that nothing moved, for whatever reason, or both approve the same amount; some terminals repeat an
 * approval without it.
 */
function sameEnd(standing: Verdict, verdict: Verdict): boolean {
  if (standing.kind === "unknown" || verdict.kind === "unknown") return standing.kind === verdict.kind;
  if (standing.kind !== "approved" || verdict.kind !== "approved")
    return standing.kind !== "approved" && verdict.kind !== "approved";
  const told = verdict.amounts?.approved.value;
  return standing.final === verdict.final && (told === undefined || standing.amounts?.approved.value === told);
}

async function notBelieved(record: TransactionRecord, why: string): Promise<Settling> {
  const text = `not believed: ${why}`;
  // A terminal that says so at each look, or after each lost link, is told of once.
  const alarm = notBelievedAlarm(record.transaction, why);
  if (record.news.isNew(alarm.code, text)) {
    await record.write(() => ({ facts: [{ kind: "note", text }], alarms: [alarm] }));
    record.news.told(alarm.code, text);
  }
  return { kind: "notBelieved", why };
}

export type SurelyPorts = {
  readonly clock: Clock;
  readonly log: Log;
};

const RETRY_MS = 1000;

/** What only this process can prove, as that nothing left this machine: written as soon as the journal takes it. */
export async function settleSurely(
  record: TransactionRecord,
  verdict: Verdict,
  ports: SurelyPorts,
  reason?: string,
): Promise<void> {
  const decidedBy: DecidedBy = { kind: "daemon", ...(reason === undefined ? {} : { reason }) };
  const settling = await settle(record, { verdict, decidedBy });
  if (settling.kind !== "journalFailed") return;
  ports.log.error("transaction.outcomeNotStored", "the journal could not take an outcome; it is tried again", {
    transaction: record.id,
    why: settling.why,
  });
  ports.clock.after(RETRY_MS, () => void settleSurely(record, verdict, ports, reason));
}

/** A line in the transaction's timeline, once. It is worth no retry: the log has it as well. */
export async function note(record: TransactionRecord, text: string, { log }: Pick<SurelyPorts, "log">): Promise<void> {
  if (!record.news.isNew("note", text)) return;
  record.news.told("note", text);
  try {
    await record.write(() => ({ facts: [{ kind: "note", text }] }));
  } catch (failure) {
    if (!(failure instanceof JournalFailure)) throw failure;
    log.warn("transaction.noteNotStored", "a note could not be stored", {
      transaction: record.id,
      note: text,
      why: failure.message,
    });
  }
}

export type RaisePorts = SurelyPorts & { readonly records: Records };

/** Raises an alarm about a transaction, once; where the journal fails, as soon as it takes it. */
export async function raise(record: TransactionRecord, code: AlarmCode, why: string, ports: RaisePorts): Promise<void> {
  if (!record.news.isNew(code, why)) return;
  const alarm = personAlarm(record.transaction, code, why);
  try {
    await record.write(() => ({ facts: [{ kind: "note", text: why }], alarms: [alarm] }));
    record.news.told(code, why);
  } catch (failure) {
    if (!(failure instanceof JournalFailure)) throw failure;
    const about = { transaction: record.id, why, failure: failure.message };
    ports.log.error("alarm.notStored", "an alarm could not be stored; it is tried again", about);
    ports.records.keep(record);
    const again = () => raise(record, code, why, ports).finally(() => ports.records.release(record));
    ports.clock.after(RETRY_MS, () => void again());
  }
}
