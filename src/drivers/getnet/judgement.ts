import { unreachable } from "../../core/assert.ts";
import type { Amounts, CanceledBy, Verdict } from "../../core/outcome.ts";
import type { Committing } from "./asked.ts";
import type { Reply } from "./messages.ts";
import type { GetnetSettings } from "./settings.ts";
import { cardOf, movementOf, referencesOf, type Voucher } from "./voucher.ts";

/** ResponseCode "Tiempo de espera excedido" (getnet.md 4.1); no other code but 0 is known. */
const CUSTOMER_TIMEOUT = 1006;

/** What the terminal said beside the record: its code and text. */
export type Says = { readonly code: string; readonly text: string };

export const saysOf = (reply: Reply): Says => ({ code: String(reply.responseCode ?? ""), text: reply.text });

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** "Operacion Cancelada", with or without its accent (getnet.md 4.1). */
export function isCancelText(text: string): boolean {
  return plain(text).includes("operacion cancelada");
}

/** "Mensaje mal formado": the terminal could not read the request, so it did nothing (getnet.md 4.1). */
export function isMalformedText(text: string): boolean {
  return plain(text).includes("mensaje mal formado");
}

/** Whether the record names the operation that was asked for. `notTold`: it carries nothing to tell it by. */
export function namesAsked(
  asked: Committing,
  voucher: Voucher,
  settings: GetnetSettings,
): "asked" | "another" | "notTold" {
  switch (asked.kind) {
    case "sale":
      return compared(voucher.ticket, asked.ticket);
    case "void":
      return settings.referencesEchoed ? compared(voucher.operationId, asked.operationId) : "notTold";
    case "refund":
      return settings.referencesEchoed ? compared(voucher.authorizationCode, asked.authorizationCode) : "notTold";
    case "reconciliation":
      return "notTold";
    default:
      return unreachable(asked);
  }
}

function compared<Value>(told: Value | undefined, asked: Value): "asked" | "another" | "notTold" {
  if (told === undefined) return "notTold";
  return told === asked ? "asked" : "another";
}

export type Approval =
  | { readonly kind: "approved"; readonly verdict: Verdict; readonly movement: string | undefined }
  /** It says approved, and something in it cannot be so. */
  | { readonly kind: "notBelieved"; readonly why: string };

/** What an approval of what was asked amounts to: a reply, or a record of the terminal's memory. */
export function approvalOf(asked: Committing, voucher: Voucher, says: Says, settings: GetnetSettings): Approval {
  const why = disbelief(asked, voucher, says, settings) ?? amountDisbelief(asked, voucher, settings);
  if (why !== undefined) return { kind: "notBelieved", why };
  const verdict = approvalBy(voucher, says, amountsOf(asked, voucher, settings));
  return { kind: "approved", verdict, movement: asked.kind === "reconciliation" ? undefined : movementOf(voucher) };
}

/** The approval that a record tells of. */
export function approvalBy(voucher: Voucher, says: Says, amounts: Amounts | undefined): Verdict {
  const card = cardOf(voucher);
  return {
    kind: "approved",
    partial: false,
    captured: true,
    final: true,
    vendor: says,
    terminalReferences: referencesOf(voucher),
    ...(amounts === undefined ? {} : { amounts }),
    ...(card === undefined ? {} : { card }),
    ...(voucher.authorizationCode === undefined ? {} : { approvalCode: voucher.authorizationCode }),
  };
}

/** Why an approval cannot be believed, the amount aside; undefined where it can. */
function disbelief(asked: Committing, voucher: Voucher, says: Says, settings: GetnetSettings): string | undefined {
  if (isCancelText(says.text)) return "the terminal says both approved and canceled";
  if (voucher.success === false) return "the terminal says both approved and not successful";
  const named = namesAsked(asked, voucher, settings);
  if (named === "another") return "the terminal approved another operation than the one that was asked for";
  const mustName = asked.kind === "sale" || (asked.kind !== "reconciliation" && settings.referencesEchoed);
  return named === "notTold" && mustName ? "the terminal approved and did not say which operation" : undefined;
}

function amountDisbelief(asked: Committing, voucher: Voucher, settings: GetnetSettings): string | undefined {
  if (asked.kind === "reconciliation" || asked.amountMinor === undefined) return undefined;
  // The replies to a void and a refund carry no amount (getnet.md 4); their records do.
  if (asked.kind !== "sale" && voucher.amountMinor === undefined) return undefined;
  const moved = movedMinor(voucher, settings);
  if (moved === undefined) return "the terminal approved an amount that cannot be read";
  const told = asked.kind === "sale" ? moved.goodsMinor : moved.totalMinor;
  return told === asked.amountMinor
    ? undefined
    : `the terminal approved ${told}, and ${asked.amountMinor} was asked for`;
}

type Moved = {
  readonly goodsMinor: number;
  readonly tipMinor: number;
  readonly cashbackMinor: number;
  readonly totalMinor: number;
};

/** The one field `Amount`, with or without what the customer added at the terminal. */
export function movedMinor(voucher: Voucher, settings: GetnetSettings): Moved | undefined {
  const { amountMinor, tipMinor, cashbackMinor } = voucher;
  if (amountMinor === undefined || tipMinor === undefined || cashbackMinor === undefined) return undefined;
  const onTopMinor = tipMinor + cashbackMinor;
  const goodsMinor = settings.amountIncludesTip ? amountMinor - onTopMinor : amountMinor;
  return { goodsMinor, tipMinor, cashbackMinor, totalMinor: goodsMinor + onTopMinor };
}

export function amountsMoved(moved: Moved, currency: string): Amounts {
  const { totalMinor, tipMinor, cashbackMinor } = moved;
  return {
    approved: { value: totalMinor, currency },
    ...(tipMinor === 0 ? {} : { tip: { value: tipMinor, currency } }),
    ...(cashbackMinor === 0 ? {} : { cashback: { value: cashbackMinor, currency } }),
  };
}

function amountsOf(asked: Committing, voucher: Voucher, settings: GetnetSettings): Amounts | undefined {
  const { currency } = settings;
  const moved = movedMinor(voucher, settings);
  switch (asked.kind) {
    case "sale":
      return moved === undefined
        ? undefined
        : { asked: { value: asked.amountMinor, currency }, ...amountsMoved(moved, currency) };
    case "void":
    case "refund": {
      // The reply to these carries no amount: what was asked for is what moved.
      const value = asked.amountMinor ?? moved?.totalMinor;
      return value === undefined ? undefined : { asked: { value, currency }, approved: { value, currency } };
    }
    case "reconciliation":
      return undefined;
    default:
      return unreachable(asked);
  }
}

/** A ResponseCode other than 0: the table of codes is not public, so the reason is `other` and the vendor's words come along. */
export function refusalOf(reply: Reply, canceled: { readonly by: CanceledBy; readonly wasShown: boolean }): Verdict {
  const vendor = saysOf(reply);
  if (canceled.wasShown || isCancelText(reply.text)) return { kind: "canceled", by: canceled.by, vendor };
  if (reply.responseCode === CUSTOMER_TIMEOUT) return { kind: "canceled", by: "terminalTimeout", vendor };
  return { kind: "declined", reason: "other", vendor };
}
