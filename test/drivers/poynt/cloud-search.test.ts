import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Order } from "../../../src/drivers/driver.ts";
import { poyntAccount } from "../../../src/drivers/poynt/cloud.ts";
import { recoverMachine } from "../../../src/drivers/poynt/recovery.ts";
import type { CloudAnswer, CloudRequest } from "../../../src/drivers/poynt-cloud/messages.ts";
import { declined, DEVICE, errorAnswer, found, NOTHING, transaction } from "../poynt-cloud/support.ts";
import { APPROVED, Bench, doubtOf, ORDERS, SALE_ID, SALE_ORDER, settingsWith, TRANSACTION } from "./support.ts";

const CLOUD = {
  appId: "urn:aid:0e6b1f5a-3c72-4d10-8a44-6f1f2e3d4c5b",
  privateKey: { secret: "poynt-key" },
  businessId: "d1a3b5c7-2e4f-4680-9bdf-13579bdf0203",
};

/** The house does not repeat it any more: without the cloud a person would be called. */
function givenUp(settings: JsonObject = { cloud: CLOUD }, order: Order = SALE_ORDER): Bench {
  const bench = new Bench(recoverMachine(doubtOf(order), settingsWith(settings)));
  bench.give({ kind: "resumed", link: "http #1", pending: [] });
  bench.answer("ping", { kind: "pong" });
  bench.give({ kind: "notRepeated", exchange: "repeat", why: "restartSuspected" });
  bench.elapse(0);
  return bench;
}

const asked = (bench: Bench): readonly CloudRequest[] =>
  bench
    .all("exchange")
    .flatMap(({ message }) =>
      message.kind === "cloud" && message.message.kind === "request" ? [message.message] : [],
    );

const tell = (bench: Bench, message: CloudAnswer) =>
  bench.give({ kind: "answered", exchange: "look", message: { kind: "cloud", message } });

/** Time passes; pings and questions are answered at once. */
function live(bench: Bench, durationMs: number, message: CloudAnswer = NOTHING): void {
  for (let passedMs = 0; passedMs < durationMs && !bench.ended; passedMs += 500) {
    if (bench.isOpen("ping")) bench.answer("ping", { kind: "pong" });
    if (bench.isOpen("look")) tell(bench, message);
    bench.elapse(500);
  }
}

describe("a doubt about which a person would be called", () => {
  it("is looked up in the cloud first, by our reference, over the account", () => {
    const bench = givenUp();
    assert.equal(bench.gaveUp, "");
    assert.match(
      asked(bench)[0]?.path ?? "",
      new RegExp(`^/businesses/${CLOUD.businessId}/transactions\\?searchKey=${TRANSACTION}&`),
    );
    const sent = bench.all("exchange").filter(({ exchange }) => exchange === "look");
    assert.ok(sent.length > 0 && sent.every(({ via, commits }) => via === "account" && commits === undefined));
    tell(bench, found(transaction()));
    assert(bench.settled?.kind === "approved");
    assert.equal(bench.all("settle")[0]?.movement, `poynt/sale/${SALE_ID}`);
    assert.equal(bench.ended, true);
  });

  it("is a person's where no account is configured, at once", () => {
    const bench = givenUp({});
    assert.match(bench.gaveUp, /may have restarted/);
    assert.deepEqual(asked(bench), []);
  });

  it("is not proved absent: a person is called half a minute later, and told so; the payment may still come", () => {
    const bench = givenUp();
    live(bench, 29_000);
    assert.equal(bench.gaveUp, "");
    live(bench, 2_000);
    assert.match(
      bench.gaveUp,
      /may have restarted.*cloud has no record of it, which proves nothing: the terminal may be offline/,
    );
    live(bench, 3_600_000);
    assert.deepEqual([bench.settled, bench.all("giveUp").length], [undefined, 1]);
    live(bench, 60_000, found(transaction()));
    assert.equal(bench.settled?.kind, "approved");
  });

  it("is asked about slowly once a person was called", () => {
    const bench = givenUp();
    live(bench, 31_000);
    const before = asked(bench).length;
    live(bench, 300_000);
    assert.ok(asked(bench).length - before <= 11);
  });

  it("is a person's where the cloud does not answer, with that said", () => {
    const bench = givenUp();
    live(bench, 31_000, errorAnswer(503, "SERVICE_UNAVAILABLE"));
    assert.match(bench.gaveUp, /the vendor's cloud did not answer: HTTP 503/);
  });

  it("that was refused is declined once no other card can be tried at the terminal", () => {
    const bench = givenUp();
    live(bench, 80_000, found(declined()));
    assert.equal(bench.ended, false);
    live(bench, 45_000, found(declined()));
    assert.equal(bench.settled?.kind, "declined");
  });

  for (const [what, told] of [
    ["of another reference", transaction({ references: [{ id: "OTHER" }] })],
    ["in another currency", transaction({}, { currency: "CLP" })],
    ["of more than was asked", transaction({}, { transactionAmount: 1_100, orderAmount: 1_100 })],
    ["of another terminal", transaction({ context: { storeDeviceId: "urn:tid:other" } })],
  ] as const) {
    it(`is not settled by a payment ${what}`, () => {
      const bench = givenUp({ cloud: { ...CLOUD, deviceId: DEVICE } });
      live(bench, 600_000, found(told));
      assert.deepEqual([bench.settled, bench.all("giveUp").length], [undefined, 1]);
    });
  }

  it("is settled by the terminal's own answer as well", () => {
    const bench = new Bench(recoverMachine(doubtOf(SALE_ORDER), settingsWith({ cloud: CLOUD })));
    bench.give({ kind: "resumed", link: "http #1", pending: ["payment"] });
    bench.give({ kind: "deadline" });
    bench.elapse(0);
    assert.equal(asked(bench).length, 1);
    bench.answer("payment", APPROVED);
    assert.equal(bench.settled?.kind, "approved");
  });

  it("is never asked for at the terminal again", () => {
    const bench = givenUp();
    live(bench, 600_000);
    assert.equal(bench.all("repeat").length, 1);
  });

  it("about what does not carry our reference is a person's at once", () => {
    for (const order of [ORDERS.void, ORDERS.capture, ORDERS.adjustment, ORDERS.reconciliation]) {
      const bench = givenUp({ cloud: CLOUD }, order);
      assert.deepEqual([bench.gaveUp === "", asked(bench)], [false, []]);
    }
  });
});

describe("the account beside a terminal", () => {
  const settings = settingsWith({ cloud: CLOUD });

  it("is there where it is configured", () => {
    assert.equal(poyntAccount.nameOf(settingsWith(), {}), undefined);
    const account = `${CLOUD.appId}/${CLOUD.businessId}`;
    assert.equal(poyntAccount.nameOf(settings, {}), `poynt https://services.poynt.net ${account}`);
    const elsewhere = settingsWith({ cloud: { ...CLOUD, baseUrl: "https://services-eu.poynt.net" } });
    assert.equal(poyntAccount.nameOf(elsewhere, {}), `poynt https://services-eu.poynt.net ${account}`);
    assert.deepEqual(poyntAccount.linkOf(settings, { type: "http" }), {
      type: "cloud",
      baseUrl: "https://services.poynt.net",
    });
    assert.deepEqual(poyntAccount.secretsOf(settings), [
      { name: "privateKey", setting: "cloud.privateKey", secret: "poynt-key", holds: "rsaPrivateKey" },
    ]);
    assert.deepEqual(poyntAccount.secretsOf(settingsWith()), []);
  });

  it("asks for its token in the messages of the terminal's driver", () => {
    const bench = new Bench(poyntAccount.machine(settings));
    bench.secrets = { privateKey: { version: "k1", about: {} } };
    bench.give({ kind: "opened", link: "account" });
    const [token] = asked(bench);
    assert.equal(token?.path, "/token");
    const [exchange] = bench.all("exchange");
    assert(exchange !== undefined);
    assert.equal(poyntAccount.wire.encode(exchange.message).path, "/token");
  });
});
