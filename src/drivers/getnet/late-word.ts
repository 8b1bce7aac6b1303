import { commandOf, refundTicket, voidTicket, type Committing } from "./asked.ts";
import type { GetnetEffect } from "./dialogue.ts";
import { amountsMoved, approvalBy, movedMinor, namesAsked, refusalOf, saysOf } from "./judgement.ts";
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

/** The same in a reply that came while the terminal was working, or being asked, for another operation. */
export function othersWordOf(asked: Committing, reply: Reply, settings: GetnetSettings): readonly GetnetEffect[] {
  const voucher = readVoucher(reply.fields, reply.functionCode, reply.responseCode);
  const isOwn = reply.functionCode === commandOf(asked) && namesAsked(asked, voucher, settings) !== "another";
  return isOwn ? [] : lateWordOf(reply, settings);
}

/** What `findableBy` made of the request that this answers. */
function ticketIn(voucher: Voucher, settings: GetnetSettings): string | undefined {
  const { functionCode, ticket, operationId, authorizationCode, amountMinor } = voucher;
  if (functionCode === COMMANDS.sale) return ticket;
  // The reply to these carries no amount (getnet.md 4). What has one is a record, perhaps of an earlier one of the same name.
  if (!settings.referencesEchoed || amountMinor !== undefined) return undefined;
  if (functionCode === COMMANDS.void && operationId !== undefined) return voidTicket(operationId);
  if (functionCode === COMMANDS.refund && authorizationCode !== undefined) return refundTicket(authorizationCode);
  return undefined;
}
