import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { openTestCollector } from "../support/collector.ts";
import { openShop } from "../support/shop.ts";

type Sent = {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly { readonly name: string; readonly traceId: string }[] }[];
  }[];
};

function spansOf(body: Buffer) {
  const { resourceSpans } = JSON.parse(body.toString()) as Sent;
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

function configFor(endpoint: string) {
  return { telemetry: { otlp: { endpoint, protocol: "http/json", intervalSeconds: 3_600 } } };
}

it("a sale is traced to a collector, counted for Prometheus and told in the figures of the day", async (context) => {
  await using collector = await openTestCollector();
  const shop = await openShop(context, { config: configFor(collector.endpoint) });
  const { outcome } = await shop.till.sale(1_250).ended;
  assert.equal(outcome?.kind, "approved");

  const spans = spansOf((await collector.next("/v1/traces")).body);
  const names = spans.map(({ name }) => name);
  for (const name of ["sale", "queue", "terminal"]) assert.ok(names.includes(name), `${name} in ${names.join()}`);
  assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 1);

  const token = readFileSync(join(shop.home, "data", "admin.token"), "utf8").trim();
  const url = `${shop.url.replace(/^ws/, "http").replace(/\/v1$/, "")}/metrics`;
  const text = await (await fetch(url, { headers: { Authorization: `Bearer ${token}` } })).text();
  assert.match(
    text,
    /^tillbridge_transactions_settled_total\{vendor="[a-z]+",operation="sale",outcome="approved"\} 1$/m,
  );
  assert.match(text, /^tillbridge_journal_commit_seconds_count [1-9]/m);
  assert.match(text, /^tillbridge_terminal_link_works\{terminal="counter-1",vendor="[a-z]+"\} 1$/m);

  const administrator = await shop.openSocket("cli");
  const { result } = await administrator.request("diagnostics.day", {});
  const hours = result?.["hours"] as readonly { readonly payments: { readonly approved: number } }[];
  assert.equal(
    hours.reduce((sum, { payments }) => sum + payments.approved, 0),
    1,
  );

  shop.daemon.kill("SIGTERM");
  assert.deepEqual((await shop.daemon.ended).code, 0);
  assert.ok(
    collector.received.some(({ path }) => path === "/v1/metrics"),
    "the last measurements are sent at the end",
  );
});

it("a collector that never answers costs a sale nothing, nor the end of the service its order", async (context) => {
  await using collector = await openTestCollector(() => undefined);
  const shop = await openShop(context, { config: configFor(collector.endpoint) });
  for (let sale = 0; sale < 3; sale += 1) assert.equal((await shop.till.sale(1_250).ended).outcome?.kind, "approved");
  await collector.next("/v1/traces");
  shop.daemon.kill("SIGTERM");
  assert.deepEqual((await shop.daemon.ended).code, 0);
});
