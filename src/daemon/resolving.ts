import { done, refused, type Result } from "../core/errors.ts";
import { totalAsked } from "../core/total-asked.ts";
import type { Outcome, Verdict } from "../core/outcome.ts";
import { timestamp, type Clock } from "../core/ports.ts";
import { isInDoubt, type Transaction } from "../core/transaction.ts";
import type { Person } from "./api.ts";
import type { Entry, TransactionRecord } from "./record.ts";

/**
 * A person decides a transaction that is in doubt or contradicted. Whoever is durable first wins, a person or the recovery; with
 * `revision` a person decides only what that person has seen.
 */
export async function resolveByPerson(
  record: TransactionRecord,
  revision: number | undefined,
  verdict: Verdict,
  person: Person,
  clock: Clock,
): Promise<Result<Transaction>> {
  let refusal: ReturnType<typeof refused> | undefined;
  const written = await record.write((current): Entry | undefined => {
    refusal = resolvingFault(current, record.live.recovering, revision);
    if (refusal !== undefined) return undefined;
    const next = (current.outcome?.revision ?? 0) + 1;
    const outcome: Outcome = {
      ...withReferences(current, withAmounts(current, verdict)),
      revision: next,
      decidedBy: { kind: "person", name: person.operator, at: timestamp(clock), reason: person.reason },
    };
    return { facts: [{ kind: next === 1 ? "settled" : "resolved", outcome }] };
  });
  if (refusal !== undefined) return refusal;
  return done(written.kind === "claimed" ? record.transaction : written.transaction);
}

function resolvingFault(current: Transaction, recovering: boolean, revision: number | undefined) {
  const about = { transaction: current.id };
  const has = current.outcome?.revision ?? 0;
  if (revision !== undefined && revision !== has) {
    return refused(
      "revisionMismatch",
      `Transaction ${current.id} is at revision ${has} by now; look at it again.`,
      about,
    );
  }
  const open = current.contradicted !== undefined || current.outcome?.kind === "unknown";
  const running = current.outcome === undefined && isInDoubt(current) && recovering;
  if (open || running) return undefined;
  const why = current.outcome === undefined ? "is still running" : `is settled as ${current.outcome.kind}`;
  return refused("notResolvable", `Transaction ${current.id} ${why}; there is nothing to decide.`, about);
}

/** By what it is found at the terminal, a person need not repeat. */
function withReferences(current: Transaction, verdict: Verdict): Verdict {
  const known = current.outcome?.terminalReferences ?? current.dispatched?.references;
  const named = verdict.terminalReferences;
  if (known === undefined && named === undefined) return verdict;
  return { ...verdict, terminalReferences: { ...known, ...named } };
}

/** Without amounts, a person's `approved` stands for what was asked. */
function withAmounts(current: Transaction, verdict: Verdict): Verdict {
  const asked = totalAsked(current.operation);
  if (verdict.kind !== "approved" || verdict.amounts !== undefined || asked === undefined) return verdict;
  return { ...verdict, amounts: { asked, approved: asked } };
}
