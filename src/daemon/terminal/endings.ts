import { DOUBT_NOTE } from "../../core/facts.ts";
import type { OperationType } from "../../core/operation.ts";
import type { UnknownCause } from "../../core/outcome.ts";
import type { Clock, Log } from "../../core/ports.ts";
import { isInDoubt } from "../../core/transaction.ts";
import type { TransactionRecord } from "../record.ts";
import type { TerminalRecorder } from "../recorder/conversation-recorder.ts";
import type { Records } from "../records.ts";
import type { AnswerLimits } from "./answer-limits.ts";
import type { Doubts } from "./doubts.ts";
import { note, raise, settle, settleSurely } from "./settling.ts";

/** What a machine left behind that ended without a result that stands. */
export type Left = { readonly since: UnknownCause; readonly why: string };

type Ports = {
  readonly doubts: Doubts;
  readonly limits: AnswerLimits;
  readonly vendor: { fences(type: OperationType): boolean };
  readonly records: Records;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the terminal: what is in doubt, and how that ended, is written down. */
  readonly recorder: TerminalRecorder | undefined;
};

const JOURNAL_RETRY_MS = 1000;

/** What becomes of a transaction when the machine that worked for it is over. */
export class Endings {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** What is in doubt will be asked about; what never left is told so. */
  async ended(record: TransactionRecord, left: Left): Promise<void> {
    const { doubts, limits, vendor, log, recorder } = this.#ports;
    record.setProgress(undefined);
    const { outcome, dispatched, operation } = record.transaction;
    if (outcome === undefined && dispatched === undefined) {
      limits.stop(record);
      await settleSurely(record, { kind: "notPerformed", reason: "notSent" }, this.#ports);
    } else if (isInDoubt(record.transaction)) {
      if (doubts.of(record) === undefined) {
        log.warn("transaction.inDoubt", "in doubt", { transaction: record.id, since: left.since, why: left.why });
        // Not waited for: the terminal is looked at before the disk is, so that one that has just restarted is noticed.
        void note(record, `${DOUBT_NOTE}${left.why}`, this.#ports);
        recorder?.writeDown("doubt", record.id);
      }
      doubts.add(record, left.since, vendor.fences(operation.type));
      // Where the time is up nothing more is waited for before it is told. Before that the terminal is asked: it may still know.
      if (limits.isOver(record)) await this.unknown(record, left.since);
    } else {
      limits.stop(record);
      if (doubts.of(record) !== undefined) recorder?.writeDown("recovered", record.id);
    }
  }

  /** What was answered and cannot be believed stands in the timeline; nothing waits for that. */
  heard(record: TransactionRecord, end: { readonly kind: string; readonly why?: string }): void {
    if (end.kind === "garbled") void note(record, `an answer that cannot be believed: ${end.why ?? ""}`, this.#ports);
  }

  /** Recovery cannot find out. */
  async gaveUp(record: TransactionRecord, why: string): Promise<void> {
    const { doubts, log, recorder } = this.#ports;
    const since = doubts.of(record)?.since ?? "terminal";
    if (doubts.giveUp(record, why)) {
      log.warn("transaction.personNeeded", "a person has to decide", { transaction: record.id, why });
      recorder?.writeDown("personNeeded", record.id);
      await raise(record, "personNeeded", `a person has to decide: ${why}`, this.#ports);
    }
    await this.unknown(record, since, why);
  }

  async unknown(record: TransactionRecord, since: UnknownCause, reason?: string): Promise<void> {
    const { doubts, limits, log } = this.#ports;
    const references = record.transaction.dispatched?.references;
    const settling = await settle(record, {
      verdict: {
        kind: "unknown",
        since,
        advice: doubts.of(record)?.gaveUp === false ? "wait" : "askOperator",
        ...(references === undefined ? {} : { terminalReferences: references }),
      },
      decidedBy: { kind: "daemon", ...(reason === undefined ? {} : { reason }) },
    });
    if (settling.kind === "journalFailed") {
      log.error("transaction.outcomeNotStored", "the journal could not take an unknown outcome", {
        transaction: record.id,
        why: settling.why,
      });
      limits.start(record, JOURNAL_RETRY_MS, 0);
    } else {
      limits.stop(record);
    }
  }
}
