import assert from "node:assert/strict";
import { test } from "node:test";
import { Measurements } from "../../../src/daemon/metrics/measurements.ts";
import { openCounter } from "../../support/counter.ts";
import { APPROVED, SALE } from "../../support/fake-till.ts";
import type { Message } from "../../support/protocol-client.ts";
import { ADMINISTRATOR_TOKEN, TILL_TOKEN } from "../../support/protocol-server.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

async function administrator() {
  const measurements = new Measurements(createVirtualClock());
  const counter = openCounter(undefined, { measurements });
  const till = counter.arrive();
  await till.open();
  await till.request("transactions.start", { terminal: "counter-1", requestId: "r1", operation: SALE });
  await counter.till.settle("T1", APPROVED);
  const visitor = counter.arrive();
  await visitor.open("cli", ADMINISTRATOR_TOKEN);
  const day = (params: object = {}) => visitor.request("diagnostics.day", params);
  return { ...counter, day };
}

function hoursOf(reply: Message | undefined): readonly { readonly payments: Record<string, number> }[] {
  const { hours } = reply?.result as { readonly hours: readonly { readonly payments: Record<string, number> }[] };
  return hours;
}

test("the figures of the day are told from midnight on, with what was accepted this very moment", async () => {
  const { day } = await administrator();
  const hours = hoursOf(await day());
  assert.equal(
    hours.reduce((sum, { payments }) => sum + (payments["approved"] ?? 0), 0),
    1,
  );
});

test("no more than two days are told, and no day that is none", async () => {
  const { day } = await administrator();
  assert.equal(hoursOf(await day({ from: "2026-01-01T00:00:00Z", to: "2026-01-03T00:00:00Z" })).length, 48);
  for (const [params, field] of [
    [{ from: "2026-01-01T00:00:00Z", to: "2026-01-03T00:00:01Z" }, "from"],
    [{ from: "2025-01-01T00:00:00Z" }, "from"],
    [{ from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" }, "from"],
    [{ from: "2026-99-01T00:00:00Z" }, "from"],
    [{ to: "2026-99-01T00:00:00Z" }, "to"],
    [{ from: "yesterday" }, "from"],
  ] as const) {
    const error = (await day(params))?.error;
    assert.equal(error?.data.reason, "invalidParams", JSON.stringify(params));
    assert.equal(error.data.field, field, JSON.stringify(params));
  }
});

test("the figures of the day are the administrator's", async () => {
  const { arrive } = await administrator();
  const till = arrive();
  await till.open("till-1", TILL_TOKEN);
  assert.equal((await till.request("diagnostics.day"))?.error?.data.reason, "forbidden");
});
