import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { DeviceRequest } from "../../../src/drivers/driver.ts";
import { deviceMachine } from "../../../src/drivers/getnet-cloud/device.ts";
import { Bench, IDENTITY, POLLED, replyOf, saleReply, settingsWith, TRANSACTION } from "./support.ts";

function opened(settings: JsonObject = {}): Bench {
  const bench = new Bench(deviceMachine(settingsWith(settings)));
  bench.give({ kind: "opened", link: "cloud #1" });
  return bench;
}

function idle(): Bench {
  const bench = opened({ baseline: false });
  bench.tell(POLLED);
  assert.equal(bench.all("ready").length, 1);
  return bench;
}

function asked(bench: Bench, request: DeviceRequest): Bench {
  bench.give({ kind: "asked", request });
  return bench;
}

describe("the handshake", () => {
  it("polls, asks what the memory ends with, and prints nothing", () => {
    const bench = opened();
    bench.tell(POLLED);
    assert.equal(bench.posted.at(-1)?.body["printOnPos"], false);
    bench.tell(saleReply());
    assert.deepEqual(bench.all("identified")[0]?.identity, { ...IDENTITY, commerceCode: "597029" });
    assert.deepEqual(bench.all("baseline")[0]?.baseline, {
      version: 1,
      movement: `getnet/100/597029/70012345/12/250349/${TRANSACTION}`,
      operationId: 12,
    });
    assert.deepEqual(bench.paths, ["poll", "lastvoucher"]);
    bench.elapse(10_000_000);
    assert.equal(bench.all("exchange").length, 4);
  });

  it("an empty memory is told as one, and one that is not told is not", () => {
    const empty = opened();
    empty.tell(POLLED);
    empty.tell(replyOf(101, { responseCode: 2 }));
    assert.deepEqual(empty.all("baseline")[0]?.baseline, { version: 1, movement: null });
    for (const reply of [replyOf(0), replyOf(106)]) {
      const bench = opened();
      bench.tell(POLLED);
      bench.tell(reply);
      assert.deepEqual([bench.all("baseline").length, bench.all("ready").length], [0, 1]);
    }
  });

  it("has no serial number of its own to be found by", () => {
    assert.equal("serialNumber" in (idle().all("identified")[0]?.identity ?? {}), false);
  });

  it("a terminal that does not answer is away, with the reason", () => {
    for (const [end, why] of [
      [(bench: Bench) => bench.lose("question"), /reset/],
      [(bench: Bench) => bench.elapse(60_000), /in time/],
      [
        (bench: Bench) => bench.answer("question", { kind: "refused", status: 404, text: "x", idPosTxs: undefined }),
        /404/,
      ],
      [(bench: Bench) => bench.tell(replyOf(0, { responseMessage: "Error" })), /Error/],
      [(bench: Bench) => bench.tell(replyOf(106, { responseCode: 1006 })), /1006/],
    ] as const) {
      const bench = opened();
      end(bench);
      assert.match(bench.all("dropLink")[0]?.why ?? "", why);
    }
  });
});

describe("what the house asks", () => {
  it("a probe is a poll", () => {
    const bench = asked(idle(), { kind: "probe" });
    bench.tell(POLLED);
    assert.deepEqual(bench.all("reply")[0]?.reply, { kind: "answered", data: { Connected: true } });
  });

  it("reports, by the names that the terminal has for them on a cable", () => {
    for (const [report, path, command] of [
      ["totals", "totals", 104],
      ["details", "details", 105],
      ["parameters", "params", 114],
    ] as const) {
      const bench = asked(idle(), { kind: "report", report, params: { print: true } });
      assert.deepEqual([bench.paths.at(-1), bench.posted.at(-1)?.body["printOnPos"]], [path, true]);
      bench.tell(replyOf(command, { txCount: 2 }));
      assert.deepEqual(bench.all("reply")[0]?.reply, { kind: "answered", data: { TxCount: 2 } });
    }
  });

  it("lines are printed, and long ones wrapped", () => {
    const bench = asked(idle(), { kind: "function", name: "print", params: { lines: ["Hola", "x".repeat(50), ""] } });
    const details = bench.posted.at(-1)?.body["details"] as readonly JsonObject[];
    assert.deepEqual(
      details.map(({ printSeq, data }) => [printSeq, data]),
      [
        [1, "Hola"],
        [2, "x".repeat(48)],
        [3, "xx"],
        [4, ""],
      ],
    );
    bench.tell(replyOf(117));
    assert.equal(bench.all("reply")[0]?.reply.kind, "answered");
  });

  it("what makes no sense is refused, and nothing is sent", () => {
    const bad: DeviceRequest[] = [
      { kind: "pair" },
      { kind: "report", report: "sim", params: {} },
      { kind: "function", name: "dance", params: {} },
      ...[undefined, [], ["\u0007"], [7], "x", ["x".repeat(481)], Array.from({ length: 201 }, () => "x")].map(
        (lines): DeviceRequest => ({
          kind: "function",
          name: "print",
          params: lines === undefined ? {} : { lines },
        }),
      ),
    ];
    for (const request of bad) {
      const bench = asked(idle(), request);
      assert.equal(bench.all("reply")[0]?.reply.kind, "refused", JSON.stringify(request).slice(0, 60));
      assert.deepEqual(bench.paths, ["poll"]);
    }
  });

  it("one question at a time", () => {
    const bench = asked(idle(), { kind: "probe" });
    asked(bench, { kind: "probe" });
    assert.equal(bench.all("reply")[0]?.reply.kind, "refused");
    bench.tell(POLLED);
    assert.equal(bench.all("reply")[1]?.reply.kind, "answered");
  });

  it("a question without an answer frees the terminal", () => {
    const bench = asked(idle(), { kind: "probe" });
    bench.elapse(60_000);
    assert.equal(bench.all("reply")[0]?.reply.kind, "noAnswer");
    asked(bench, { kind: "probe" }).tell(POLLED);
    assert.equal(bench.all("reply")[1]?.reply.kind, "answered");
  });
});
