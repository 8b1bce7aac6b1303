import type { OutcomeOnWire, TransactionOnWire } from "../../protocol/transaction.ts";
import type { PayEvent } from "./flow-ports.ts";

/**
 * The `message` events of the plug-and-play button, for pages that were written for it. Known of them are the names and that the
 * payload holds `referenceId`, `status` and `transactions`; what is assumed stands in the documentation of the button.
 */
export type PlugAndPlayMessage =
  | { readonly eventName: "CHARGE_BEGIN"; readonly payload: { readonly referenceId: string } }
  | { readonly eventName: "CHARGE_TIMEOUT"; readonly payload: { readonly referenceId: string } }
  | {
      readonly eventName: "CHARGE_COMPLETE";
      readonly payload: {
        readonly referenceId: string;
        readonly status: "PROCESSED" | "CANCELED";
        readonly transactions: readonly object[];
      };
    };

export function plugAndPlayMessage(event: PayEvent): PlugAndPlayMessage | undefined {
  switch (event.kind) {
    case "begin":
      return { eventName: "CHARGE_BEGIN", payload: { referenceId: event.operation.reference ?? event.requestId } };
    case "complete":
      return complete(event.transaction, event.outcome);
    case "timeout": {
      const referenceId = event.transaction?.operation.reference ?? event.requestId;
      return { eventName: "CHARGE_TIMEOUT", payload: { referenceId } };
    }
    case "progress":
    case "error":
      return undefined;
  }
}

/** Approvals and declines alike are processed; what became of it stands in the transaction. */
function complete(transaction: TransactionOnWire, outcome: OutcomeOnWire): PlugAndPlayMessage {
  const referenceId = transaction.operation.reference ?? transaction.requestId;
  const processed = outcome.kind === "approved" || outcome.kind === "declined";
  return {
    eventName: "CHARGE_COMPLETE",
    payload: {
      referenceId,
      status: processed ? "PROCESSED" : "CANCELED",
      transactions: processed ? [entry(transaction, outcome, referenceId)] : [],
    },
  };
}

const ACTIONS: Readonly<Record<string, string>> = { sale: "SALE", preauthorization: "AUTHORIZE", refund: "REFUND" };

function entry({ id, operation }: TransactionOnWire, outcome: OutcomeOnWire, referenceId: string): object {
  const approved = outcome.kind === "approved" ? outcome : undefined;
  const tip = approved?.amounts?.tip?.value ?? operation.tip?.value ?? 0;
  const order = operation.amount?.value ?? 0;
  const { card, vendor } = outcome;
  return {
    id,
    action: ACTIONS[operation.type] ?? operation.type.toUpperCase(),
    status: approved === undefined ? "DECLINED" : statusOf(operation.type, approved.captured),
    amounts: {
      transactionAmount: approved?.amounts?.approved.value ?? order + tip,
      orderAmount: order,
      tipAmount: tip,
      cashbackAmount: approved?.amounts?.cashback?.value ?? 0,
      currency: operation.amount?.currency,
    },
    partiallyApproved: approved?.partial ?? false,
    ...(approved?.approvalCode === undefined ? {} : { approvalCode: approved.approvalCode }),
    fundingSource: {
      type: "CREDIT_DEBIT",
      card: {
        type: card?.brand?.toUpperCase().replaceAll(" ", "_") ?? "OTHER",
        ...(card?.last4 === undefined ? {} : { numberLast4: card.last4 }),
      },
    },
    processorResponse: {
      status: approved === undefined ? "Failure" : "Successful",
      ...(approved?.approvalCode === undefined ? {} : { approvalCode: approved.approvalCode }),
      ...(vendor === undefined ? {} : { statusCode: vendor.code, statusMessage: vendor.text }),
    },
    references: [{ type: "CUSTOM", customType: "referenceId", id: referenceId }],
  };
}

function statusOf(type: string, captured: boolean): string {
  if (type === "refund") return "REFUNDED";
  return captured ? "CAPTURED" : "AUTHORIZED";
}
