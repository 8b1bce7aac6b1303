import { refundTicket, voidTicket } from "./asked.ts";
import type { GetnetEffect } from "./dialogue.ts";
import { amountsMoved, approvalBy, movedMinor, refusalOf, saysOf } from "./judgement.ts";
import { COMMANDS, type Reply } from "./messages.ts";
import type { GetnetSettings } from "./settings.ts";
import { movementOf, readVoucher, type Voucher } from "./voucher.ts";

/** Evidence in a reply that nobody waits for any more: the end of an operation that was given up or decided meanwhile. */
export function lateWordOf(reply: Reply, settings: GetnetSettings): readonly GetnetEffect[] {
  const voucher = readVoucher(reply.fields, reply.functionCode, reply.responseCode);
  const ticket = ticketIn(voucher, settings);
  if (ticket === undefined || reply.responseCode === undefined) return [];
  if (reply.responseCode !== 0) {
    // Only a sale's ticket is its own: others may have been refused for the same original before.
    if (reply.functionCode !== COMMANDS.sale) return [];
    return [{ kind: "late", ticket, verdict: refusalOf(reply, { by: "operator", wasShown: false }) }];
  }
  if (voucher.success === false) return [];
  const moved = movedMinor(voucher, settings);
  const amounts = moved === undefined ? undefined : amountsMoved(moved, settings.currency);
  const movement = movementOf(voucher);
  const verdict = approvalBy(voucher, saysOf(reply), amounts);
  return [{ kind: "late", ticket, verdict, ...(movement === undefined ? {} : { movement }) }];
}

/** What `findableBy` made of the request that this answers. */
function ticketIn(voucher: Voucher, settings: GetnetSettings): string | undefined {
  const { functionCode, ticket, operationId, authorizationCode } = voucher;
  if (functionCode === COMMANDS.sale) return ticket;
  if (!settings.referencesEchoed) return undefined;
  if (functionCode === COMMANDS.void && operationId !== undefined) return voidTicket(operationId);
  if (functionCode === COMMANDS.refund && authorizationCode !== undefined) return refundTicket(authorizationCode);
  return undefined;
}
