import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Doubt } from "../../../src/drivers/driver.ts";
import { recoverMachine } from "../../../src/drivers/getnet-cloud/recovery.ts";
import {
  ACCEPTED,
  Bench,
  doubtOf,
  finishedWith,
  ORDERS,
  PENDING,
  POLLED,
  REMEMBERED,
  replyOf,
  saleReply,
  settingsWith,
} from "./support.ts";

function resumed(doubt: Doubt, pending: readonly string[] = [], settings: JsonObject = {}): Bench {
  const bench = new Bench(recoverMachine(doubt, settingsWith(settings)));
  bench.give({ kind: "resumed", link: "cloud #2", pending });
  return bench;
}

const known = (more: Partial<Doubt> = {}): Doubt => doubtOf(ORDERS.sale, {}, { remembered: REMEMBERED, ...more });

const BASELINE = { version: 1, movement: "getnet/100/597029/70012345/11/250348/OLD", operationId: 11 };
const OLD = saleReply({ ticket: "OLD", operationId: 11, authorizationCode: "250348" });
const nothingNew = (): Doubt => doubtOf(ORDERS.sale, { baseline: BASELINE });

/** One look at a terminal whose memory ends with this. */
function look(bench: Bench, last = OLD, details: readonly JsonObject[] = [OLD.fields]): void {
  while (!bench.isOpen("question") && !bench.ended) bench.elapse(500);
  bench.tell(POLLED);
  bench.tell(last);
  if (bench.isOpen("question")) bench.tell(replyOf(105, { saleDetails: [...details] }));
  if (bench.effects.at(-1)?.kind === "askClaims") bench.give({ kind: "claims", claimed: [] });
}

describe("an operation that the cloud has named", () => {
  it("is asked for by its name until it is finished, and nothing else is", () => {
    const bench = resumed(known());
    for (let looks = 0; looks < 100; looks += 1) {
      bench.elapse(2_000);
      if (bench.isOpen("result")) bench.answer("result", PENDING);
    }
    bench.elapse(2_000);
    bench.answer("result", finishedWith(saleReply()));
    assert.equal(bench.settled?.kind, "approved");
    assert.deepEqual(bench.paths, []);
  });

  it("that stays pending calls a person once, is asked for calmly from then on, and is believed when it comes after all", () => {
    const bench = resumed(known(), [], { lookCalmlyEveryMs: 45_000 });
    const pendFor = (durationMs: number): number => {
      const before = bench.all("exchange").length;
      for (let elapsed = 0; elapsed < durationMs; elapsed += 1_000) {
        bench.elapse(1_000);
        if (bench.isOpen("result")) bench.answer("result", PENDING);
      }
      return bench.all("exchange").length - before;
    };
    while (bench.all("giveUp").length === 0) pendFor(1_000);
    // One was under way at the old pace.
    assert.ok(pendFor(4_000) <= 1);
    assert.equal(pendFor(450_000), 10);
    assert.equal(bench.all("giveUp").length, 1);
    bench.elapse(45_000);
    bench.answer("result", finishedWith(saleReply()));
    assert.equal(bench.settled?.kind, "approved");
  });

  it("a cloud that forgot it proves nothing", () => {
    const bench = resumed(known());
    for (let elapsed = 0; elapsed < 400_000; elapsed += 2_000) {
      bench.elapse(2_000);
      if (bench.isOpen("result")) {
        bench.answer("result", { kind: "refused", status: 404, text: "no existe", idPosTxs: undefined });
      }
    }
    assert.match(bench.gaveUp, /404/);
    assert.equal(bench.settled, undefined);
    const asked = bench.all("exchange").length;
    for (let elapsed = 0; elapsed < 300_000; elapsed += 2_000) {
      bench.elapse(2_000);
      if (bench.isOpen("result")) bench.lose("result");
    }
    assert.ok(bench.all("exchange").length - asked <= 10, "a cloud that does not answer is asked no more often");
  });

  it("by what could be a card's number is told to a person without it, and asked for all the same", () => {
    const idPosTxs = "4111111111111111";
    const bench = resumed(known({ remembered: { ...REMEMBERED, idPosTxs } }));
    while (bench.gaveUp === "" && bench.nowMs < 900_000) {
      bench.elapse(1_000);
      if (bench.isOpen("result")) bench.answer("result", PENDING);
    }
    assert.match(bench.gaveUp, /the result of \*+1111:/);
    const asked = bench.all("exchange").filter(({ exchange }) => exchange === "result");
    assert.ok(asked.length > 0 && asked.every(({ message }) => JSON.stringify(message).includes(idPosTxs)));
  });

  it("may still be canceled, once for each cause, and the result decides", () => {
    const bench = resumed(known());
    bench.give({ kind: "cancelAsked" });
    bench.give({ kind: "cancelAsked" });
    bench.give({ kind: "deadline" });
    assert.deepEqual(bench.paths, ["cancelsale", "cancelsale"]);
    bench.elapse(1_000);
    bench.answer("result", finishedWith(saleReply({ responseCode: 1, responseMessage: "Operacion Cancelada" })));
    const verdict = bench.settled;
    assert(verdict?.kind === "canceled");
    assert.equal(verdict.by, "pos");
  });

  it("a cancel of before leaves again before the deadline, and not after it", () => {
    assert.deepEqual(resumed(known({ cancelRequested: true })).paths, ["cancelsale"]);
    const late = known({ cancelRequested: true });
    const past = { ...late.dispatched, deadline: new Date(0).toISOString() };
    assert.deepEqual(resumed({ ...late, dispatched: past }).paths, []);
  });

  it("a remembered name of another version is none", () => {
    const bench = resumed(known({ remembered: { version: 2, idPosTxs: "1" } }));
    bench.elapse(1_000);
    assert.deepEqual(bench.paths, ["poll"]);
  });
});

describe("an answer that is still owed", () => {
  it("names it, durable before anything else", () => {
    const bench = resumed(doubtOf(ORDERS.sale), ["post"]);
    bench.elapse(5_000);
    assert.deepEqual(bench.paths, []);
    bench.answer("post", ACCEPTED);
    assert.deepEqual(bench.all("remember"), [{ kind: "remember", data: REMEMBERED }]);
    bench.elapse(1_000);
    bench.answer("result", finishedWith(saleReply()));
    assert.equal(bench.settled?.kind, "approved");
  });

  it("may refuse it; lost, the records are asked", () => {
    const refused = resumed(doubtOf(ORDERS.sale), ["post"]);
    refused.answer("post", { kind: "refused", status: 404, text: "", idPosTxs: undefined });
    assert.equal(refused.settled?.kind, "notPerformed");
    for (const end of [
      (bench: Bench) => bench.lose("post"),
      (bench: Bench) => bench.answer("post", { kind: "unavailable", status: 500 }),
      (bench: Bench) => bench.answer("post", { kind: "refused", status: 409, text: "", idPosTxs: undefined }),
      (bench: Bench) => bench.elapse(400_000),
    ]) {
      const bench = resumed(doubtOf(ORDERS.sale), ["post"]);
      end(bench);
      bench.elapse(1_000);
      assert.equal(bench.paths[0], "poll");
    }
  });
});

describe("the terminal's records", () => {
  it("tell the sale by its ticket, also where others came after it", () => {
    for (const last of [saleReply(), OLD]) {
      const bench = resumed(nothingNew());
      look(bench, last, [saleReply().fields, OLD.fields]);
      assert.equal(bench.settled?.kind, "approved");
    }
  });

  it("prove that it was never made: unchanged, twice, behind the quiet time, from the same terminal", () => {
    const bench = resumed(nothingNew());
    while (bench.nowMs < 180_000) look(bench);
    assert.equal(bench.settled, undefined);
    for (let looks = 0; looks < 3 && !bench.ended; looks += 1) look(bench);
    assert.deepEqual(bench.settled, { kind: "notPerformed", reason: "noRecord" });
    assert.ok(bench.kinds.lastIndexOf("identified") < bench.kinds.lastIndexOf("settle"));
  });

  it("prove nothing without a baseline, with another merchant, or with a stranger's sale", () => {
    const stranger = saleReply({ ticket: "ELSE", operationId: 12 });
    for (const [doubt, last] of [
      [doubtOf(ORDERS.sale), OLD],
      [nothingNew(), stranger],
      [doubtOf(ORDERS.sale, { baseline: BASELINE, identity: { terminalId: "70000001", commerceCode: "1" } }), OLD],
      [doubtOf(ORDERS.sale, { baseline: BASELINE, identity: { terminalId: "2" } }), OLD],
    ] as const) {
      const bench = resumed(doubt);
      for (let looks = 0; looks < 60 && bench.gaveUp === "" && !bench.ended; looks += 1)
        look(bench, last, [last.fields]);
      assert.notEqual(bench.gaveUp, "");
      assert.equal(bench.settled, undefined);
    }
  });

  it("the quiet time begins anew when the terminal did not answer", () => {
    const bench = resumed(nothingNew());
    while (bench.nowMs < 170_000) look(bench);
    while (!bench.isOpen("question")) bench.elapse(500);
    bench.lose("question");
    const silentMs = bench.nowMs;
    while (!bench.ended && bench.gaveUp === "") look(bench);
    assert.equal(bench.settled?.kind, "notPerformed");
    assert.ok(bench.nowMs >= silentMs + 180_000);
  });

  it("that are never told call a person, and then nothing is asked any more", () => {
    const bench = resumed(nothingNew());
    bench.elapse(2_000_000);
    assert.match(bench.gaveUp, /does not answer/);
    const asked = bench.all("exchange").length;
    bench.elapse(2_000_000);
    assert.equal(bench.all("exchange").length, asked);
  });

  it("a terminal that answers the poll and nothing else calls a person as soon as one that is off", () => {
    const bench = resumed(nothingNew());
    while (bench.nowMs < 310_000 && bench.gaveUp === "") {
      const asked = bench.all("exchange").at(-1)?.message;
      if (!bench.isOpen("question")) bench.elapse(1_000);
      else if (asked?.kind !== "command") bench.answer("question", PENDING);
      else if (asked.path === "poll") bench.tell(POLLED);
      else bench.answer("question", { kind: "accepted", idPosTxs: "78", customId: undefined });
    }
    assert.match(bench.gaveUp, /does not answer/);
  });

  it("a refused token is told to the account on the way", () => {
    const bench = resumed(nothingNew());
    bench.elapse(1_000);
    bench.answer("question", { kind: "accessRefused", text: "" });
    assert.equal(bench.all("askAccount").length, 1);
    look(bench, saleReply());
    assert.equal(bench.settled?.kind, "approved");
  });
});

describe("an order that cannot be read any more", () => {
  it("is a person's", () => {
    const order = { ...ORDERS.void, original: { type: "sale", terminalReferences: {} } } as const;
    assert.match(resumed(doubtOf(order)).gaveUp, /no longer be read/);
  });
});
