/** A payment that this page itself asks for. It is the POS of it: the same rules hold for it as for any other. */
import { isOfTheWorld, NoAnswer, RequestRefused } from "../../../client/errors.ts";
import { proofOf } from "../../../client/refusals.ts";
import type { Operation } from "../../../core/operation.ts";
import { PAGE_POS } from "../../../core/pos.ts";
import { isPractice } from "../../../core/practice.ts";
import type { Capabilities } from "../../../core/terminal.ts";
import type { TransactionOnWire } from "../../../protocol/transaction.ts";
import type { PageSession } from "../view.ts";

export type OwnPayment =
  | { readonly kind: "stored"; readonly transaction: TransactionOnWire }
  /** The answer was lost. The same request id tells, and none but it. */
  | { readonly kind: "notKnown"; readonly requestId: string; readonly sinceMs: number }
  | { readonly kind: "notBegun" };

type Asking = Pick<PageSession, "ask">;

/**
 * What was sent before a connection was lost may still be on its way into the journal. Only who finds nothing so much later may
 * believe that nothing comes: the daemon stores nothing later than some seconds after it was read.
 */
const ON_ITS_WAY_MS = 15_000;

/** One click is one request id: whatever is repeated with it moves money once. */
export async function begin(
  session: Asking,
  terminal: string,
  operation: Operation,
  nowMs: () => number = () => performance.now(),
): Promise<OwnPayment> {
  const requestId = `page-${crypto.randomUUID()}`;
  try {
    const { transaction } = await session.ask("transactions.start", { terminal, requestId, operation });
    return { kind: "stored", transaction };
  } catch (error) {
    const lost: Lost = { kind: "notKnown", requestId, sinceMs: nowMs() };
    if (error instanceof NoAnswer) return lost;
    if (!(error instanceof RequestRefused) || !mayBeStored(error)) throw error;
    if (error.reason !== "shuttingDown") return lost;
    // Refused since nothing new is taken; or said to all that was under way, and then whoever is asked now knows what that came to.
    const found = await foundNow(session, lost);
    if (found === "nothing") throw error;
    return found;
  }
}

/** Whoever clicked again would ask with another request id, and be charged by both. */
function mayBeStored(refusal: RequestRefused): boolean {
  const proof = proofOf(refusal, false);
  return proof.kind === "askAgain" && proof.thisOne === "maybeStored";
}

async function foundNow(session: Asking, lost: Lost): Promise<OwnPayment | "nothing"> {
  try {
    const { transaction } = await session.ask("transactions.get", { requestId: lost.requestId });
    return { kind: "stored", transaction };
  } catch (error) {
    if (error instanceof RequestRefused && error.reason === "transactionNotFound") return "nothing";
    if (isOfTheWorld(error)) return lost;
    throw error;
  }
}

type Lost = Extract<OwnPayment, { readonly kind: "notKnown" }>;

/** What became of a request whose answer was lost. It asks, and begins nothing. */
export async function lookFor(
  session: Asking,
  lost: Lost,
  nowMs: () => number = () => performance.now(),
): Promise<OwnPayment> {
  const { requestId, sinceMs } = lost;
  const isOnItsWay = nowMs() - sinceMs < ON_ITS_WAY_MS;
  try {
    const { transaction } = await session.ask("transactions.get", { requestId });
    return { kind: "stored", transaction };
  } catch (error) {
    if (error instanceof RequestRefused && error.reason === "transactionNotFound")
      return isOnItsWay ? lost : { kind: "notBegun" };
    if (error instanceof NoAnswer) return lost;
    throw error;
  }
}

/** The page has seen how its own payment ended; it never says so for another POS. */
export async function acknowledgeOwn(session: Asking, transaction: TransactionOnWire): Promise<void> {
  const { pos, id, outcome, acknowledged } = transaction;
  if (pos !== PAGE_POS || outcome === undefined || acknowledged) return;
  await session.ask("transactions.acknowledge", { transaction: id, revision: outcome.revision });
}

/** How what this page charged can be given back: as a void where the terminal has it, because nothing appears on the statement then. */
export function wayBack(
  { pos, terminal, requestId, operation, outcome }: TransactionOnWire,
  capabilities: Capabilities | undefined,
): "void" | "refund" | "none" | undefined {
  if (pos !== PAGE_POS || isPractice({ pos, terminal, requestId })) return undefined;
  if (operation.type !== "sale" || outcome?.kind !== "approved") return undefined;
  if (capabilities?.operations.void !== undefined) return "void";
  return capabilities?.operations.refund === undefined ? "none" : "refund";
}
