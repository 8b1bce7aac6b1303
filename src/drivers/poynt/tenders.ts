import type { Asked, AskedPayment } from "./asked.ts";
import type { Payment, Tender } from "./payment.ts";

/** What became of one tender, as far as the asked operation goes. `done`: money moved, is reserved, or went back, as it was asked. */
export type Considered =
  | { readonly standing: "done"; readonly tender: Tender; readonly id: string; readonly moved: Moved }
  /** It was done, and then taken back. */
  | { readonly standing: "reversed"; readonly tender: Tender }
  | { readonly standing: "notDone"; readonly tender: Tender }
  /** The terminal itself does not know yet, or says things that cannot all be so. */
  | { readonly standing: "unclear"; readonly tender: Tender; readonly why: string };

type Moved = { readonly amountMinor: number; readonly tipMinor: number; readonly cashbackMinor: number };

/** Each tender by its own result; the headline of the payment decides nothing here (poynt.md 1.6). */
export function considerTenders(asked: AskedPayment, { tenders }: Payment, currency: string): readonly Considered[] {
  const ids = tenders.map(({ id }) => id);
  // Beside its own transaction, the one that it is about may be told once more.
  const isOriginal = ({ id }: Tender): boolean =>
    (asked.command === "refund" || asked.command === "capture") && id === asked.transactionId && tenders.length > 1;
  return tenders
    .filter((tender) => !isOriginal(tender))
    .map((tender) => {
      if (ids.filter((id) => id !== undefined && id === tender.id).length > 1)
        return { standing: "unclear", tender, why: "a transaction is told twice" };
      return consider(asked, tender, currency);
    });
}

function consider(asked: AskedPayment, tender: Tender, currency: string): Considered {
  const standing = standingOf(asked, tender);
  if (standing === "unclear") {
    const { action = "?", status = "?" } = tender;
    return { standing, tender, why: `a transaction is told as ${action} ${status}` };
  }
  if (standing === "notDone" && tender.status === "DECLINED" && tender.processor.status === "Successful")
    return { standing: "unclear", tender, why: "a transaction is told as declined and as successful" };
  if (standing !== "done") return { standing, tender };
  const moved = movedBy(asked, tender, currency);
  if (typeof moved === "string") return { standing: "unclear", tender, why: moved };
  return tender.id === undefined
    ? { standing: "unclear", tender, why: "a transaction is told without its id" }
    : { standing, tender, id: tender.id, moved };
}

type Standing = Considered["standing"];

/** By action and status (poynt.md 1.6, "Per operation"). */
function standingOf(asked: AskedPayment, tender: Tender): Standing {
  const { status, isVoided } = tender;
  if (status === "DECLINED") return isVoided ? "unclear" : "notDone";
  if (isVoided && status !== "VOIDED") return "unclear";
  switch (asked.command) {
    case "sale":
    case "preSale":
      return ofPurchase(tender);
    case "capture":
      return ofCapture(asked, tender);
    case "adjustment":
      return ofAdjustment(tender);
    case "void":
    case "voidPreSale":
      return ofVoid(tender);
    case "refund":
    case "nonRefRefund":
      return ofRefund(asked, tender);
  }
}

const PURCHASES: ReadonlySet<string> = new Set(["SALE", "AUTHORIZE", "CAPTURE", "OFFLINE_AUTHORIZE"]);

function ofPurchase({ action = "", status }: Tender): Standing {
  if (!PURCHASES.has(action)) return "unclear";
  // A terminal that is set up for tips later takes a sale as AUTHORIZE, AUTHORIZED.
  if (status === "AUTHORIZED" || status === "CAPTURED") return "done";
  return status === "VOIDED" ? "reversed" : "unclear";
}

function ofCapture(asked: AskedPayment, { action, status, id }: Tender): Standing {
  if (action === "CAPTURE") return status === "CAPTURED" ? "done" : status === "VOIDED" ? "reversed" : "unclear";
  return isAbout(asked, id) && status === "AUTHORIZED" ? "notDone" : "unclear";
}

function ofAdjustment({ status, isAdjusted }: Tender): Standing {
  if (status !== "AUTHORIZED" && status !== "CAPTURED") return "unclear";
  return isAdjusted ? "done" : "notDone";
}

function ofVoid({ status }: Tender): Standing {
  if (status === "VOIDED") return "done";
  return status === "AUTHORIZED" || status === "CAPTURED" ? "notDone" : "unclear";
}

function ofRefund(asked: AskedPayment, { action, status, id }: Tender): Standing {
  if (action === "REFUND") return status === "REFUNDED" ? "done" : status === "VOIDED" ? "reversed" : "unclear";
  return isAbout(asked, id) && status === "CAPTURED" ? "notDone" : "unclear";
}

/** Told once more as it was: nothing happened to it. */
function isAbout(asked: Asked, id: string | undefined): boolean {
  return "transactionId" in asked && asked.transactionId === id;
}

/** What one tender moved, or why that cannot be said. */
function movedBy(asked: AskedPayment, tender: Tender, currency: string): Moved | string {
  const { amountMinor, tipMinor, cashbackMinor, processor, isPartial } = tender;
  if (processor.status === "Failure") return "a transaction is told as done and as failed";
  if (tender.currency !== currency) return `a transaction is in ${tender.currency ?? "no currency"}, not ${currency}`;
  if (amountMinor === undefined || tipMinor === undefined || cashbackMinor === undefined)
    return "the amounts of a transaction cannot be read";
  const onTop = { tipMinor, cashbackMinor };
  if (amountMinor === 0) return "a transaction moved nothing";
  if (amountMinor < tipMinor + cashbackMinor) return "the amounts of a transaction do not add up";
  const { approvedMinor = 0 } = processor;
  // Only where a card was just asked: later the processor's word may still be the first one.
  const isFirst = asked.command === "sale" || asked.command === "preSale";
  if (!isFirst || approvedMinor === 0 || approvedMinor === amountMinor) return { amountMinor, ...onTop };
  if (isPartial && approvedMinor < amountMinor) return { amountMinor: approvedMinor, ...onTop };
  return `the processor approved ${approvedMinor} of a transaction of ${amountMinor}`;
}
