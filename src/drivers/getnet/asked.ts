import { unreachable } from "../../core/assert.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Operation } from "../../core/operation.ts";
import type { Order } from "../driver.ts";
import { COMMANDS } from "./messages.ts";
import type { GetnetSettings } from "./settings.ts";

/** What is asked of the terminal, in the terms that its answer is compared with. */
export type Asked =
  | { readonly kind: "sale"; readonly ticket: string; readonly amountMinor: number }
  | { readonly kind: "void"; readonly operationId: number; readonly amountMinor: number | undefined }
  | { readonly kind: "refund"; readonly authorizationCode: string; readonly amountMinor: number }
  | { readonly kind: "reconciliation" }
  | { readonly kind: "duplicateReceipt"; readonly operationId: number | undefined };

/** What changes something at the terminal, so that its answer may be lost. */
export type Committing = Exclude<Asked, { kind: "duplicateReceipt" }>;

/** `SaleType` by the names of the vendor (getnet.md 4), as `options.saleType` takes them; the digit is taken as well. */
const SALE_TYPES = [
  "sale",
  "saleAffects",
  "invoiceAffects",
  "saleExempted",
  "invoiceExempted",
  "collectionAffects",
  "collectionExempted",
] as const;

export function saleTypeOf(named: string): number | undefined {
  const index = SALE_TYPES.findIndex((name, digit) => name === named || String(digit) === named);
  return index === -1 ? undefined : index;
}

export function employeeOf(named: string): number | undefined {
  return /^\d{1,9}$/.test(named) ? Number(named) : undefined;
}

export function operationIdOf(references: Readonly<Record<string, string>> | undefined): number | undefined {
  const named = references?.["operationId"] ?? "";
  return /^\d{1,15}$/.test(named) ? Number(named) : undefined;
}

/** Our ticket: the end of our transaction's id, where all the chance is (getnet.md 4, "TicketNumber"). */
function ticketOf(transaction: string, settings: GetnetSettings): string {
  return transaction.slice(-settings.ticketLength);
}

/** Undefined where the order cannot be put to this terminal: its original names nothing that the command needs. */
export function askedOf(order: Order, settings: GetnetSettings): Asked | undefined {
  const { operation, original, transaction } = order;
  // Only sales are known to be taken back by these commands.
  if (original?.type !== undefined && original.type !== "sale" && operation.type !== "duplicateReceipt") {
    return undefined;
  }
  const references = original?.terminalReferences;
  const operationId = operationIdOf(references);
  switch (operation.type) {
    case "sale": {
      const amountMinor = operation.amount?.value;
      return amountMinor === undefined
        ? undefined
        : { kind: "sale", ticket: ticketOf(transaction, settings), amountMinor };
    }
    case "void": {
      const approvedMinor = original?.approved?.value;
      const amountMinor = approvedMinor ?? operation.amount?.value;
      const isPart =
        amountMinor !== undefined && operation.amount !== undefined && operation.amount.value !== amountMinor;
      return operationId === undefined || isPart ? undefined : { kind: "void", operationId, amountMinor };
    }
    case "refund": {
      const authorizationCode = references?.["authorizationCode"];
      const amountMinor = operation.amount?.value ?? original?.approved?.value;
      if (authorizationCode === undefined || amountMinor === undefined) return undefined;
      return { kind: "refund", authorizationCode, amountMinor };
    }
    case "reconciliation":
      return { kind: "reconciliation" };
    case "duplicateReceipt":
      return { kind: "duplicateReceipt", operationId };
    case "preauthorization":
    case "incrementAuthorization":
    case "capture":
    case "releaseAuthorization":
    case "adjustment":
    case "balance":
    case "verification":
      return undefined;
    default:
      return unreachable(operation.type);
  }
}

export function commandOf(asked: Asked): number {
  switch (asked.kind) {
    case "sale":
      return COMMANDS.sale;
    case "void":
      return COMMANDS.void;
    case "refund":
      return COMMANDS.refund;
    case "reconciliation":
      return COMMANDS.close;
    case "duplicateReceipt":
      return asked.operationId === undefined ? COMMANDS.lastVoucher : COMMANDS.duplicate;
    default:
      return unreachable(asked);
  }
}

/** The fields of the command (getnet.md 4), without its number and time. */
export function fieldsOf(asked: Asked, operation: Operation, settings: GetnetSettings): JsonObject {
  const options = operation.options;
  const PrintOnPos = options?.print ?? settings.print;
  switch (asked.kind) {
    case "sale":
      return {
        Amount: asked.amountMinor,
        TicketNumber: asked.ticket,
        PrintOnPos,
        SaleType: saleTypeOf(options?.saleType ?? "") ?? settings.saleType,
        SendMessage: settings.progress,
        EmployeeId: employeeOf(options?.employee ?? "") ?? settings.employee,
      };
    case "void":
      return { OperationId: asked.operationId, PrintOnPos };
    case "refund":
      return { AuthorizationCode: asked.authorizationCode, Amount: asked.amountMinor, PrintOnPos };
    case "reconciliation":
      return { PrintOnPos };
    case "duplicateReceipt":
      // Its whole purpose is the print.
      return { ...(asked.operationId === undefined ? {} : { OperationId: asked.operationId }), PrintOnPos: true };
    default:
      return unreachable(asked);
  }
}

/** What a committing request is found again by: our ticket, or where the wire carries none what the reply names. */
export function findableBy(asked: Committing, transaction: string): string {
  switch (asked.kind) {
    case "sale":
      return asked.ticket;
    case "void":
      return voidTicket(asked.operationId);
    case "refund":
      return refundTicket(asked.authorizationCode);
    case "reconciliation":
      return transaction;
    default:
      return unreachable(asked);
  }
}

export const voidTicket = (operationId: number): string => `void ${operationId}`;
export const refundTicket = (authorizationCode: string): string => `refund ${authorizationCode}`;
