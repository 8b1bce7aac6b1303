import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import { recoverMachine } from "../../../src/drivers/poynt-cloud/recovery.ts";
import type { CloudAnswer, CloudRequest } from "../../../src/drivers/poynt-cloud/messages.ts";
import type { Doubt, Order } from "../../../src/drivers/driver.ts";
import {
  Bench,
  BUSINESS,
  callback,
  declined,
  doubtOf,
  errorAnswer,
  found,
  IDENTITY,
  NOTHING,
  one,
  ORDERS,
  OTHER_ID,
  SALE_ID,
  settingsWith,
  START,
  transaction,
  TRANSACTION,
} from "./support.ts";

type Options = { readonly settings?: JsonObject; readonly pending?: readonly string[] };

function resumed(doubt: Doubt = doubtOf(ORDERS.sale), { settings = {}, pending = [] }: Options = {}): Bench {
  const bench = new Bench(recoverMachine(doubt, settingsWith(settings)));
  bench.give({ kind: "resumed", link: "cloud #1", pending });
  return bench;
}

const MINUTE_MS = 60_000;
const paid = transaction();
/** A cloud that knows these transactions of ours, and these others of the terminal. */
const knowing =
  (ours: readonly JsonObject[], others: readonly JsonObject[] = []) =>
  ({ path }: CloudRequest): CloudAnswer => {
    const [, id] = /\/transactions\/([0-9a-f-]{36})$/.exec(path) ?? [];
    if (id !== undefined) {
      const known = ours.find((told) => told["id"] === id);
      return known === undefined ? errorAnswer(404, "TRANSACTION_NOT_FOUND") : one(known);
    }
    return path.includes("deviceId=") ? found(...others) : found(...ours);
  };

describe("a payment in doubt", () => {
  it("is looked for by our reference, read by its id, and settled as the cloud knows it; nothing is sent again", () => {
    const bench = resumed();
    bench.live(5_000, knowing([paid]));
    assert(bench.settled?.kind === "approved");
    assert.deepEqual(bench.all("repeat"), []);
    assert.ok(
      bench.all("exchange").every(({ commits, message }) => commits === undefined && message.kind === "request"),
    );
    assert.ok(bench.requests.every(({ method }) => method === "GET"));
    assert.ok(bench.requests.some(({ path }) => path.endsWith(`/transactions/${SALE_ID}`)));
    assert.deepEqual(bench.all("identified")[0]?.identity, IDENTITY);
  });

  it("is not settled by what a search shows and the transaction itself does not", () => {
    const bench = resumed();
    const stale = knowing([paid]);
    bench.live(30_000, (request) =>
      request.path.endsWith(SALE_ID) ? one(transaction({ status: "CREATED" })) : stale(request),
    );
    assert.equal(bench.isSettled, false);
  });

  it("that the terminal said to be canceled, before a restart, is canceled once the cloud knows of no payment", () => {
    const { kind: _kind, ...told } = callback("CANCELED");
    const bench = resumed(doubtOf(ORDERS.sale, {}, { remembered: { version: 1, callback: told } }));
    bench.live(14_000);
    assert.equal(bench.isSettled, false);
    bench.live(5_000);
    assert.equal(bench.settled?.kind, "canceled");
  });

  it("is declined, where no terminal calls, only once no other card can be tried any more", () => {
    const bench = resumed();
    bench.live(194_000, knowing([declined()]));
    assert.equal(bench.isSettled, false);
    bench.live(10_000, knowing([declined()]));
    assert.equal(bench.settled?.kind, "declined");
    const long = { ...ORDERS.sale, operation: { ...ORDERS.sale.operation, options: { timeoutSeconds: 300 } } };
    const longer = resumed(doubtOf(long));
    longer.live(374_000, knowing([declined()]));
    assert.equal(longer.isSettled, false);
    longer.live(14_000, knowing([declined()]));
    assert.deepEqual([longer.settled?.kind, longer.gaveUp], ["declined", ""]);
  });

  it("about which the terminal calls now is looked for at once", () => {
    const bench = resumed();
    bench.answer("look", NOTHING);
    bench.tell(callback("PROCESSED", [OTHER_ID]));
    bench.live(4_000, knowing([declined()]));
    assert.equal(bench.settled?.kind, "declined");
  });

  it("whose remembered words cannot be read is looked for all the same", () => {
    const bench = resumed(doubtOf(ORDERS.sale, {}, { remembered: { version: 7, callback: "CANCELED" } }));
    bench.live(20_000);
    assert.equal(bench.isSettled, false);
    bench.live(10_000, knowing([paid]));
    assert.equal(bench.settled?.kind, "approved");
  });

  it("was refused where the late answer to its message says so", () => {
    const bench = resumed(doubtOf(ORDERS.sale), { pending: ["request"] });
    bench.answer("request", errorAnswer(404, "STORE_DEVICE_NOT_FOUND"));
    assert(bench.settled?.kind === "notPerformed");
    const open = resumed(doubtOf(ORDERS.sale), { pending: ["request"] });
    open.answer("request", errorAnswer(503));
    assert.equal(open.isSettled, false);
  });
});

describe("a payment of which the cloud knows nothing", () => {
  /** Of the same terminal, made a quarter of an hour later. */
  const later = transaction({
    id: OTHER_ID,
    references: [],
    createdAt: new Date(START + 15 * MINUTE_MS).toISOString(),
  });

  it("is a person's, who is told what can be done", () => {
    const bench = resumed();
    bench.live(59_000 + 180_000);
    assert.equal(bench.gaveUp, "");
    bench.live(2_000);
    assert.match(
      bench.gaveUp,
      /no record of it.*terminal that was offline.*another payment is made at the terminal by hand/,
    );
    assert.match(
      bench.gaveUp,
      new RegExp(`sale of 10.00 USD with reference ${TRANSACTION}, sent at 2026-01-02T03:04:05.000Z`),
    );
    assert.equal(bench.isSettled, false);
    bench.live(60 * MINUTE_MS);
    assert.deepEqual([bench.settled, bench.all("giveUp").length], [undefined, 1]);
  });

  it("was not performed, where the terminal told of a later one and the cloud had its time since", () => {
    const bench = resumed();
    bench.live(20 * MINUTE_MS);
    bench.live(2 * MINUTE_MS, knowing([], [later]));
    assert.equal(bench.isSettled, false);
    bench.live(3 * MINUTE_MS, knowing([], [later]));
    assert.deepEqual(bench.settled, { kind: "notPerformed", reason: "noRecord" });
    assert.ok(bench.requests.some(({ path }) => path.includes("deviceId=urn%3Atid%3A")));
  });

  for (const [what, other] of [
    ["another terminal's", { ...later, context: { storeDeviceId: "urn:tid:other" } }],
    ["one that was made too soon after it", { ...later, createdAt: new Date(START + 5 * MINUTE_MS).toISOString() }],
    ["one without a time", { ...later, createdAt: "yesterday" }],
  ] as const) {
    it(`is not proved absent by ${what}`, () => {
      const bench = resumed();
      bench.live(60 * MINUTE_MS, knowing([], [other]));
      assert.equal(bench.isSettled, false);
    });
  }

  it("is not proved absent by an earlier one, where our clock was set since", () => {
    const references = { sentAt: new Date(START).toISOString() };
    const bench = resumed(doubtOf(ORDERS.sale, { references }));
    // An hour forward; by the vendor's clock nothing has changed.
    bench.offsetMs = -60 * MINUTE_MS;
    const earlier = { ...later, createdAt: new Date(START - 20 * MINUTE_MS).toISOString() };
    bench.live(60 * MINUTE_MS, knowing([], [earlier]));
    assert.equal(bench.isSettled, false);
    assert.match(bench.requests[0]?.path ?? "", /startAt=2026-01-02T02%3A54%3A05Z/);
  });

  it("is not proved absent where a call told of it, or where the settings name another terminal since", () => {
    const called = resumed();
    called.tell(callback("PROCESSED", [SALE_ID]));
    called.live(60 * MINUTE_MS, knowing([], [later]));
    assert.equal(called.isSettled, false);
    const moved = resumed(doubtOf(ORDERS.sale), { settings: { storeId: BUSINESS } });
    moved.live(60 * MINUTE_MS, knowing([], [later]));
    assert.equal(moved.isSettled, false);
  });

  it("is not proved absent by half a list, by errors, or by silence", () => {
    const half: CloudAnswer = { kind: "transactions", found: [], isWhole: false };
    for (const answer of [half, errorAnswer(503), errorAnswer(401, "INVALID_ACCESS_TOKEN")]) {
      const bench = resumed();
      bench.live(60 * MINUTE_MS, ({ path }) => (path.includes("deviceId=") ? found(later) : answer));
      assert.equal(bench.isSettled, false);
    }
  });

  it("may come after all, and counts", () => {
    const bench = resumed();
    bench.live(30 * MINUTE_MS);
    assert.notEqual(bench.gaveUp, "");
    bench.live(MINUTE_MS + 5_000, knowing([paid]));
    assert.equal(bench.settled?.kind, "approved");
  });
});

describe("a void, refund, capture or adjustment in doubt", () => {
  const asking = (order: Order, told: readonly JsonObject[], options: Options = {}) => {
    const bench = resumed(doubtOf(order), options);
    bench.live(1_000, knowing(told));
    return bench;
  };
  const refund = transaction({ id: OTHER_ID, parentId: SALE_ID, action: "REFUND", status: "REFUNDED" });
  const unreferenced = transaction({ references: [] });

  it("is looked at first, and settled where it was done", () => {
    assert.equal(asking(ORDERS.void, [transaction({ status: "VOIDED", voided: true })]).settled?.kind, "approved");
    assert.equal(asking(ORDERS.refund, [refund]).settled?.kind, "approved");
    const tip = { transactionAmount: 1_200, tipAmount: 200 };
    const adjusted = asking(ORDERS.adjustment, [transaction({ adjusted: true }, tip)]);
    assert.equal(adjusted.settled?.kind, "approved");
    assert.ok(adjusted.all("settle")[0]?.movement?.startsWith(`poynt/adjustment/${SALE_ID}/`));
  });

  it("is asked for by the same request, after the cloud was seen to answer", () => {
    const bench = asking(ORDERS.void, [paid]);
    const kinds = bench.effects.map(({ kind }) => kind);
    assert.equal(bench.all("repeat").length, 1);
    assert.ok(kinds.indexOf("identified") < kinds.indexOf("repeat"));
    bench.answer("repeat", one(transaction({ status: "VOIDED", voided: true })));
    assert.equal(bench.settled?.kind, "approved");
  });

  it("is refused by no code that a repeat gets: what it shows is looked at", () => {
    const bench = asking(ORDERS.void, [paid]);
    bench.answer("repeat", errorAnswer(400, "TXN_ALREADY_VOIDED"));
    assert.equal(bench.isSettled, false);
    bench.live(10_000, knowing([transaction({ status: "VOIDED", voided: true })]));
    assert.equal(bench.settled?.kind, "approved");
  });

  for (const [name, order, told] of [
    ["void", ORDERS.void, paid],
    ["refund", ORDERS.refund, unreferenced],
    ["capture", ORDERS.capture, transaction({ action: "AUTHORIZE", status: "AUTHORIZED" })],
  ] as const) {
    it(`of a ${name} is not performed where nothing is sent any more and nothing has changed for as long as the cloud may take`, () => {
      const cloud = ({ path }: CloudRequest) => (path.endsWith(SALE_ID) ? one(told) : NOTHING);
      const bench = resumed(doubtOf(order));
      bench.live(1_000, cloud);
      bench.give({ kind: "notRepeated", exchange: "repeat", why: "deadline" });
      bench.live(170_000, cloud);
      assert.equal(bench.isSettled, false);
      bench.live(40_000, cloud);
      assert.deepEqual(bench.settled, { kind: "notPerformed", reason: "noRecord" });
    });
  }

  it("is a person's where the transaction was changed by somebody", () => {
    const refunded = transaction({ references: [], status: "PARTIALLY_REFUNDED" });
    const cloud = ({ path }: CloudRequest) => (path.endsWith(SALE_ID) ? one(refunded) : NOTHING);
    const bench = resumed(doubtOf(ORDERS.refund));
    bench.live(1_000, cloud);
    bench.give({ kind: "notRepeated", exchange: "repeat", why: "cancelAsked" });
    bench.live(300_000, cloud);
    assert.match(bench.gaveUp, /was changed meanwhile/);
    assert.equal(bench.isSettled, false);
  });

  it("is a person's where the cloud cannot be asked", () => {
    const bench = resumed(doubtOf(ORDERS.void));
    bench.live(500_000, () => errorAnswer(503));
    assert.match(bench.gaveUp, new RegExp(`about transaction ${SALE_ID}`));
    assert.deepEqual(bench.all("repeat"), []);
  });

  it("is refused by the late answer to the first attempt", () => {
    const bench = asking(ORDERS.void, [paid], { pending: ["request"] });
    assert.deepEqual(bench.all("repeat"), []);
    bench.answer("request", errorAnswer(404, "TRANSACTION_NOT_FOUND"));
    assert.equal(bench.settled?.kind, "notPerformed");
  });
});

it("the link that goes takes the recovery with it", () => {
  const bench = resumed();
  bench.give({ kind: "linkLost", loss: "failed" });
  bench.give({ kind: "answered", exchange: "look", message: found(paid) });
  assert.equal(bench.isSettled, false);
});
