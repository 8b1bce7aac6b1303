import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ReceivedCall } from "../../../src/drivers/account.ts";
import { openWebhook } from "../../../src/drivers/mercado-pago/webhook.ts";
import { bytesOf, KEYS, ORDER, TRANSACTION } from "./support.ts";

/** The golden vectors (mercado-pago.md 6.1). */
const AS_GIVEN = "e87b54825624790394c9428a97b13c021137b0f4b1a6a4b33abe3fe71402df67";
const LOWER_CASE = "01d77d4671f982657291e6fc3b0cb5e5eaff6a47b7fc3cb913bbad91a7ace07e";

const BODY = {
  action: "order.processed",
  type: "order",
  data: { id: ORDER, external_reference: TRANSACTION, status: "processed", version: 2 },
};

function call(changes: Partial<ReceivedCall> & { readonly v1?: string; readonly ts?: string } = {}): ReceivedCall {
  const { v1 = AS_GIVEN, ts = "1742505638683", ...more } = changes;
  return {
    query: `data.id=${ORDER}&type=order`,
    headers: { "x-signature": `ts=${ts},v1=${v1}`, "x-request-id": "req-0001" },
    body: bytesOf(JSON.stringify(BODY)),
    ...more,
  };
}

const open = (received: ReceivedCall) => openWebhook(received, KEYS);
const why = (received: ReceivedCall) => {
  const opened = open(received);
  return opened.kind === "garbled" ? opened.why : "believed";
};

function signedBy(manifest: string): string {
  return Buffer.from(KEYS.hmacSha256("webhook", bytesOf(manifest))).toString("hex");
}

describe("a notification", () => {
  for (const [what, v1] of [
    ["with the id as it is given", AS_GIVEN],
    ["with the id in lower case", LOWER_CASE],
    ["in capitals", AS_GIVEN.toUpperCase()],
  ] as const) {
    it(`is believed where it is signed ${what}`, () => {
      assert.deepEqual(open(call({ v1 })), {
        kind: "message",
        message: {
          kind: "webhook",
          order: ORDER,
          version: "2",
          signedAt: 1_742_505_638_683,
          externalReference: TRANSACTION,
        },
      });
    });
  }

  it("may tell its time in seconds", () => {
    const v1 = signedBy(`id:${ORDER};request-id:req-0001;ts:1742505638;`);
    const opened = open(call({ v1, ts: "1742505638" }));
    assert(opened.kind === "message" && opened.message.kind === "webhook");
    assert.equal(opened.message.signedAt, 1_742_505_638_000);
  });

  it("may have no request id, which is then not signed", () => {
    const v1 = signedBy(`id:${ORDER};ts:1742505638683;`);
    assert.equal(open(call({ headers: { "x-signature": `ts=1742505638683,v1=${v1}` } })).kind, "message");
  });

  it("may be as short as the id", () => {
    const opened = open(call({ body: bytesOf(JSON.stringify({ action: "order.refunded", data: { id: ORDER } })) }));
    assert(opened.kind === "message" && opened.message.kind === "webhook");
    assert.deepEqual(
      [opened.message.externalReference, opened.message.version],
      [undefined, "order.refunded 1742505638683"],
    );
  });

  it("keeps the parameters that a shop has put into its address apart", () => {
    assert.equal(open(call({ query: `client=7&data.id=${ORDER}&type=order` })).kind, "message");
  });

  for (const [what, received, words] of [
    ["from a stranger", call({ v1: "0".repeat(64) }), /signature of a notification is wrong/],
    ["about another order", call({ query: "data.id=ORD01JQ4S4KY8HWQ6NA5PXB65B3D4" }), /signature .* wrong/],
    ["of another time", call({ ts: "1742505638684" }), /signature .* wrong/],
    ["without a signature", call({ headers: {} }), /not signed/],
    ["with half a signature", call({ headers: { "x-signature": "ts=1742505638683" } }), /not signed/],
    ["without an id", call({ query: "type=order" }), /names nothing/],
    ["whose text is no JSON", call({ body: bytesOf("<html>") }), /no JSON object/],
    [
      "whose text is about another order",
      call({ body: bytesOf('{"data":{"id":"ORD01JQ4S4KY8HWQ6NA5PXB65B3D4"}}') }),
      /two orders/,
    ],
  ] as const) {
    it(`${what} is not believed`, () => {
      assert.match(why(received), words);
    });
  }
});
