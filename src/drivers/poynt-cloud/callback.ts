import { readStrictJson } from "../../codec/strict-json.ts";
import { isJsonObject } from "../../core/json.ts";
import { readPayment, wordIn } from "../poynt/payment.ts";
import type { CallRules } from "../account.ts";
import type { CloudMessage } from "./messages.ts";

const MAX_DEPTH = 32;
const IS_REFERENCE = /^[A-Za-z0-9._-]{1,64}$/;
/** As this house makes them (`core/ids.ts`). */
const IS_OUR_ID = /^[0-9A-HJKMNP-TV-Z]{20}$/;

/**
 * The terminal posts the payment to the address that came with it (poynt.md 2.5). Nothing is signed: whoever knows the address and the id
 * of a payment that is not over can say this, so it is believed only as far as the cloud says the same.
 */
export const calls: CallRules<CloudMessage> = {
  open: ({ query, body }) => {
    const read = readStrictJson(body, MAX_DEPTH);
    const told = read.kind === "value" && isJsonObject(read.value) ? read.value : undefined;
    const payment = told === undefined ? undefined : readPayment(told);
    if (payment === undefined) return { kind: "garbled", why: "its body is no payment" };
    const named = new Map(query.split("&").map((field) => [field.split("=")[0] ?? "", field.split("=")[1] ?? ""]));
    const ref = ourIdIn(named.get("ref"));
    const referenceId = payment.referenceId ?? ref;
    if (referenceId === undefined || !IS_REFERENCE.test(referenceId))
      return { kind: "garbled", why: "it names no payment" };
    if (ref !== undefined && ref !== referenceId) return { kind: "garbled", why: "it names two payments" };
    const transactionIds = payment.tenders.flatMap(({ id }) => (id === undefined ? [] : [id]));
    return {
      kind: "message",
      message: { kind: "callback", referenceId, status: payment.status ?? "", transactionIds },
    };
  },
};

/** Anybody can write into an address, also what could be a card number: what is no id of ours is as if it were not there. */
const ourIdIn = (value: string | undefined): string | undefined =>
  value !== undefined && IS_OUR_ID.test(value) && wordIn(value) === value ? value : undefined;
