import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json, JsonObject } from "../../../src/core/json.ts";
import {
  ask,
  BUSINESS,
  CALLBACK,
  callbackOf,
  CLOUD_MESSAGES,
  DEVICE,
  flat,
  found,
  given,
  ledger,
  movementsOf,
  NOBODY,
  send,
  shape,
  sold,
  STORE,
  stringOf,
  TRANSACTIONS,
  under,
  type Asking,
  type CloudBench,
} from "./simulator-client.ts";

const take = (bench: CloudBench, asking: Asking) => {
  assert.equal(ask(bench, CLOUD_MESSAGES, asking).status, 202);
};
const times = ({ done }: CloudBench) => done.map((entry) => `${entry.atMs} ${shape([entry])}`);
const SECOND = { serialNumber: "P61SIM000000002" };
const SECOND_ID = "urn:tid:00000000-0000-4000-8000-061000000002";

test("what has not been delivered when its time to live is over never is", () => {
  const cases: readonly (readonly [reaction: JsonObject, dialogue: string])[] = [
    [{ kind: "late", ms: 44_999 }, "202 money"],
    [{ kind: "late", ms: 45_000 }, "202"],
    [{ kind: "late", ms: 45_000, despiteTtl: true }, "202 money"],
    [{ kind: "neverDelivered" }, "202"],
    [{ kind: "offline", ms: 45_000 }, "202 money"],
    [{ kind: "offline", ms: 45_001 }, "202"],
  ];
  for (const [reaction, dialogue] of cases) {
    const bench = given(under("sale", reaction));
    take(bench, flat());
    bench.elapse(200_000);
    assert.equal(shape(bench.done), dialogue, JSON.stringify(reaction));
  }
  const bench = given({ offlineMs: 50_000 });
  send(bench, CLOUD_MESSAGES, flat());
  send(bench, CLOUD_MESSAGES, flat({ referenceId: "B" }, { ttl: 60 }));
  bench.elapse(200_000);
  assert.deepEqual(times(bench), ["0 202", "0 202", "50000 money"]);
});

test("a message takes the place of one with its key that has not arrived, at the same terminal", () => {
  const bench = given({ offlineMs: 10_000, devices: [SECOND] });
  const keyed = (referenceId: string, deviceId: string, collapseKey = "K") =>
    flat({ referenceId }, { deviceId, collapseKey });
  for (const asking of [
    keyed("A", DEVICE),
    keyed("B", DEVICE, "other"),
    keyed("C", DEVICE),
    keyed("D", SECOND_ID),
    flat({ referenceId: "E" }),
  ])
    take(bench, asking);
  bench.elapse(60_000);
  assert.deepEqual(
    ledger(bench)
      .map(([, reference]) => reference)
      .sort(),
    ["B", "C", "D", "E"],
  );
});

test("a second payment waits for the screen, or is dropped or canceled, as the scenario says", () => {
  const cases: readonly (readonly [whileBusy: string, references: readonly Json[], statuses: readonly Json[]])[] = [
    ["queue", ["A", "B"], ["PROCESSED", "PROCESSED"]],
    ["drops", ["A"], ["PROCESSED"]],
    ["cancels", ["A"], ["CANCELED", "PROCESSED"]],
  ];
  for (const [whileBusy, references, statuses] of cases) {
    const bench = given({ whileBusy, customerMs: 1_000 });
    for (const referenceId of ["A", "B"]) send(bench, CLOUD_MESSAGES, flat({ referenceId, callbackUrl: CALLBACK }));
    bench.elapse(10_000);
    assert.deepEqual(
      ledger(bench).map(([, reference]) => reference),
      references,
    );
    assert.deepEqual(
      bench.calls.map((call) => callbackOf(call)["status"]),
      statuses,
    );
  }
});

test("a reference that comes again runs again, or does not", () => {
  for (const [sameReference, count] of [
    ["runsAgain", 2],
    ["drops", 1],
  ] as const) {
    const bench = given({ sameReference });
    take(bench, flat());
    take(bench, flat());
    assert.equal(movementsOf(bench).length, count);
  }
});

test("where a message names no reference the terminal makes one", () => {
  const bench = given();
  take(bench, flat({ referenceId: "", callbackUrl: CALLBACK }));
  const { referenceId } = callbackOf(bench.calls[0]);
  assert.match(stringOf(referenceId), /^[0-9a-f-]{36}$/);
  assert.equal(movementsOf(bench)[0]?.["referenceId"], referenceId);
});

test("what a customer does shows in the ledger, over REST, and in the callback", () => {
  const cases: readonly (readonly [
    reaction: JsonObject,
    amounts: readonly number[],
    statuses: readonly string[],
    callback: string,
  ])[] = [
    [{ kind: "declines" }, [], ["DECLINED"], "PROCESSED"],
    [{ kind: "cancels" }, [], [], "CANCELED"],
    [{ kind: "cancels", at: "pin" }, [], [], "CANCELED"],
    [{ kind: "partial", amount: 500 }, [500], ["CAPTURED"], "PROCESSED"],
    [
      { kind: "tenders", tenders: [{ amount: 1_000 }, { amount: 250, declined: true }, { amount: 250 }] },
      [1_000, 250],
      ["CAPTURED", "DECLINED", "CAPTURED"],
      "PROCESSED",
    ],
    [{ kind: "tip", amount: 100 }, [1_350], ["CAPTURED"], "PROCESSED"],
    [{ kind: "cashback", amount: 2_000 }, [3_250], ["CAPTURED"], "PROCESSED"],
    [{ kind: "otherAmount", amount: 1, where: "transaction" }, [1], ["CAPTURED"], "PROCESSED"],
    [{ kind: "slow", ms: 500 }, [1_250], ["CAPTURED"], "PROCESSED"],
  ];
  for (const [reaction, amounts, statuses, callback] of cases) {
    const bench = given(under("sale", reaction));
    send(bench, CLOUD_MESSAGES, flat({ callbackUrl: CALLBACK }));
    bench.elapse(2_000);
    const what = JSON.stringify(reaction);
    assert.deepEqual(
      movementsOf(bench).map(({ amount }) => amount),
      amounts,
      what,
    );
    assert.deepEqual(
      found(bench, "searchKey=ABC1234")
        .map(({ status }) => status)
        .reverse(),
      statuses,
      what,
    );
    assert.equal(callbackOf(bench.calls[0])["status"], callback, what);
  }
});

test("a cancelled payment tells its reference and its status alone", () => {
  const bench = given(under("sale", { kind: "cancels" }));
  take(bench, flat({ callbackUrl: CALLBACK }));
  assert.deepEqual(callbackOf(bench.calls[0]), { referenceId: "ABC1234", status: "CANCELED" });
});

test("another reference at the terminal is the one that is kept, and found", () => {
  const bench = given(under("sale", { kind: "otherReference", referenceId: "OTHER", where: "transaction" }));
  take(bench, flat({ callbackUrl: CALLBACK }));
  assert.deepEqual(ledger(bench), [["sale", "OTHER", 1_250]]);
  assert.equal(found(bench, "searchKey=ABC1234").length, 0);
  assert.equal(found(bench, "searchKey=OTHER").length, 1);
  assert.equal(callbackOf(bench.calls[0])["referenceId"], "OTHER");
});

test("the business tells its store, its terminals, and when each of them was seen last", () => {
  const bench = given({
    ...under("sale", { kind: "offline", ms: 600_000 }),
    devices: [{ ...SECOND, isActivated: false }],
    seenEveryMs: 1_000,
  });
  const seen = () => {
    const { stores } = ask(bench, `GET /businesses/${BUSINESS}`).body as {
      readonly stores: readonly { readonly storeDevices: readonly JsonObject[] }[];
    };
    return stores[0]?.storeDevices.map(({ deviceId, status, lastSeenAt }) => [deviceId, status, lastSeenAt]);
  };
  bench.elapse(10_500);
  assert.deepEqual(seen(), [
    [DEVICE, "ACTIVATED", "2026-01-02T03:04:15.000Z"],
    [SECOND_ID, "DEACTIVATED", "2026-01-02T03:04:15.000Z"],
  ]);
  take(bench, flat());
  bench.elapse(20_000);
  assert.deepEqual(
    seen()?.map(([, , at]) => at),
    ["2026-01-02T03:04:15.000Z", "2026-01-02T03:04:35.000Z"],
  );
  bench.elapse(600_000);
  assert.equal(seen()?.[0]?.[2], seen()?.[1]?.[2], "it is back");
  assert.equal(ask(bench, `GET /businesses/${BUSINESS}/stores/${STORE}`).body["id"], STORE);
  assert.equal(ask(bench, `GET /businesses/${BUSINESS}/stores/${NOBODY}`).status, 404);
});

test("a process that starts with the memory of the last one knows its transactions", () => {
  const bench = given();
  const id = sold(bench);
  const next = given({}, bench.memory());
  next.elapse(10);
  assert.equal(ask(next, `GET ${TRANSACTIONS}/${id}`).body["status"], "CAPTURED");
  assert.equal(found(given({}, { version: 2 }), "").length, 0);
});
