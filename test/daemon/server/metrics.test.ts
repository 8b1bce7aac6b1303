import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { Measurements } from "../../../src/daemon/metrics/measurements.ts";
import { metricsText, serveMetrics } from "../../../src/daemon/server/metrics.ts";
import { openCounter, type Counter } from "../../support/counter.ts";
import { SALE } from "../../support/fake-till.ts";
import { ADMINISTRATOR_TOKEN, TILL_TOKEN } from "../../support/protocol-server.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

/** Asks over a real socket. */
async function door(t: TestContext, { reception }: Counter) {
  const server = createServer((request, response) => serveMetrics(request, response, reception.context));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
  return (headers: Record<string, string>) => fetch(url, { headers: { connection: "close", ...headers } });
}

test("metrics are the administrator's: without his token, or from another page, there is nothing but how to ask", async (t) => {
  const counter = openCounter();
  const ask = await door(t, counter);
  const token = `Bearer ${ADMINISTRATOR_TOKEN}`;
  const refused = [
    {},
    { authorization: "" },
    { authorization: ADMINISTRATOR_TOKEN },
    { authorization: `Basic ${ADMINISTRATOR_TOKEN}` },
    { authorization: "Bearer wrong" },
    { authorization: `Bearer ${TILL_TOKEN}` },
    { authorization: `Bearer ${"a".repeat(10_000)}` },
    { authorization: token, origin: "https://evil.example" },
    { authorization: token, origin: "null" },
  ];
  for (const headers of refused) {
    const answer = await ask(headers);
    assert.equal(answer.status, 401, JSON.stringify(headers));
    assert.equal(answer.headers.get("www-authenticate"), 'Bearer realm="tillbridge"');
    assert.doesNotMatch(await answer.text(), /tillbridge_/);
  }
  assert.equal(counter.reception.context.refusals.counts().metrics, refused.length);

  for (const headers of [{ authorization: token }, { authorization: token, origin: "http://127.0.0.1:8455" }]) {
    const answer = await ask(headers);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
    assert.match(await answer.text(), /^tillbridge_up 1$/m);
  }
});

test("metrics that cannot be measured are refused, and end nothing else", async (t) => {
  let isFull = true;
  class OnAFullSystem extends Measurements {
    override families() {
      if (isFull) throw new Error("the system opens no more files");
      return super.families();
    }
  }
  const counter = openCounter(undefined, { measurements: new OnAFullSystem(createVirtualClock()) });
  const ask = await door(t, counter);
  const authorization = `Bearer ${ADMINISTRATOR_TOKEN}`;

  const refused = await ask({ authorization });

  assert.equal(refused.status, 500);
  assert.match(await refused.text(), /Payments go on/);
  isFull = false;
  assert.equal((await ask({ authorization })).status, 200);
});

test("metrics tell in Prometheus' format how the house is", async () => {
  const { arrive, till, clock, reception } = openCounter();
  const [pos, stranger] = [arrive(), arrive()];
  await pos.open();
  await stranger.open("till-1", "wrong");
  await pos.request("transactions.start", { terminal: "counter-1", requestId: "r1", operation: SALE });
  await till.settle("T1", { kind: "unknown", since: "timeout", advice: "askOperator" });
  await clock.advance(5_500);

  const text = await metricsText(reception.context);

  const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  for (const line of samples)
    assert.match(line, /^(tillbridge|process)_[a-z_]+(\{([a-z]+="[^"\\\n]*",?)+\})? \d+(\.\d+)?$/);
  for (const line of [
    "tillbridge_up 1",
    'tillbridge_info{version="0.1.0"} 1',
    "tillbridge_uptime_seconds 5",
    "tillbridge_journal_works 1",
    "tillbridge_sockets 2",
    "tillbridge_sessions 1",
    'tillbridge_terminals{state="ready"} 1',
    'tillbridge_terminals{state="offline"} 0',
    "tillbridge_transactions_undecided 1",
    'tillbridge_refusals_total{kind="unauthorized"} 1',
    'tillbridge_refusals_total{kind="wrongOrigin"} 0',
  ]) {
    assert.ok(samples.includes(line), `${line} in ${text}`);
  }
  assert.ok(text.endsWith("\n"));
});

test("what cannot be read is left out, for 0 would be a lie", async () => {
  const { transactions } = openCounter().till;
  const list = () => Promise.reject(new Error("the disk is gone"));
  const { reception } = openCounter(undefined, { transactions: { ...transactions, list } });

  const text = await metricsText(reception.context);

  assert.doesNotMatch(text, /^tillbridge_transactions_undecided \d/m);
  assert.match(text, /^tillbridge_up 1$/m);
});
