import { commandOf } from "./asked.ts";
import type { Finding, Known } from "./evidence.ts";
import { approvalOf, namesAsked, refusalOf, saysOf } from "./judgement.ts";
import type { Reply } from "./messages.ts";
import { isOfAnotherDevice, movementOf, readVoucher } from "./voucher.ts";

const NOTHING: Finding = { kind: "nothing" };

/**
 * What a reply says about the operation in doubt, when it is the operation's own word, come late. A reply that does not name the
 * operation is not believed here: it may answer a question of the recovery. `answersQuestion`: it may be a record that was asked for.
 */
export function lastWordOf(known: Known, cancelRequested: boolean, reply: Reply, answersQuestion: boolean): Finding {
  const { asked, settings, identity, baseline } = known;
  if (reply.functionCode !== commandOf(asked) || reply.responseCode === undefined) return NOTHING;
  const voucher = readVoucher(reply.fields, reply.functionCode, reply.responseCode);
  const isNamed = asked.kind === "reconciliation" || namesAsked(asked, voucher, settings) === "asked";
  if (!isNamed || isOfAnotherDevice(voucher, identity)) return NOTHING;
  const movement = movementOf(voucher);
  if (baseline.kind === "voucher" && movement === baseline.movement) return NOTHING;
  // The direct reply to a refund has no amount (getnet.md 4); what has one is a record, perhaps of a twin.
  if (asked.kind === "refund" && (answersQuestion || voucher.amountMinor !== undefined)) return NOTHING;
  if (reply.responseCode !== 0) {
    // The code may be about the question, unless our own ticket comes with it.
    if (answersQuestion && asked.kind !== "sale") return NOTHING;
    const by = cancelRequested ? "pos" : "operator";
    return { kind: "found", verdict: refusalOf(reply, { by, wasShown: false }), movement: undefined };
  }
  const approval = approvalOf(asked, voucher, saysOf(reply), settings);
  if (approval.kind === "notBelieved") return { kind: "unclear", why: approval.why };
  return { kind: "found", verdict: approval.verdict, movement: approval.movement };
}
