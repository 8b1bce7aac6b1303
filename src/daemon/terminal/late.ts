import type { Verdict } from "../../core/outcome.ts";
import type { Log } from "../../core/ports.ts";
import { JournalFailure } from "../../journal/journal.ts";
import type { Records } from "../records.ts";
import { settle } from "./settling.ts";

type Ports = { readonly terminal: string; readonly records: Records; readonly log: Log };

type Evidence = { readonly ticket: string; readonly verdict: Verdict; readonly movement?: string };

/** Evidence about an operation that no machine works for any more, found by its ticket. Never dropped in silence. */
export async function lateEvidence(ports: Ports, evidence: Evidence): Promise<void> {
  const { terminal, records, log } = ports;
  const { ticket, verdict, movement } = evidence;
  try {
    const found = await records.journal.byTicket(terminal, ticket);
    if (found === undefined) {
      log.warn("transaction.notOurs", "the terminal told of an operation that is not ours", {
        terminal,
        ticket,
        verdict: verdict.kind,
      });
      return;
    }
    await records.use(found.id, async (record) => {
      if (record === undefined) return;
      const claim = movement === undefined ? {} : { movement };
      const settling = await settle(record, { verdict, decidedBy: { kind: "recovery" }, ...claim });
      log.info("transaction.lateEvidence", "late evidence", {
        terminal,
        transaction: record.id,
        verdict: verdict.kind,
        came: settling.kind,
      });
    });
  } catch (failure) {
    if (!(failure instanceof JournalFailure)) throw failure;
    log.error("transaction.evidenceNotStored", "late evidence could not be stored", {
      terminal,
      ticket,
      why: failure.message,
    });
  }
}
