import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { counter, gauge, type Family } from "../../../src/daemon/metrics/family.ts";
import { openOtlp, type OtlpPorts } from "../../../src/daemon/telemetry/otlp.ts";
import type { FinishedSpan } from "../../../src/daemon/telemetry/span.ts";
import { openTestCollector, takes } from "../../support/collector.ts";

const ROOT: FinishedSpan = {
  traceId: "0123456789abcdef0123456789abcdef",
  spanId: "0123456789abcdef",
  name: "sale",
  startMs: Date.parse("2026-03-01T10:00:00.250Z"),
  endMs: Date.parse("2026-03-01T10:00:07.000Z"),
  isInDoubt: true,
  attributes: { "tillbridge.terminal": "counter-1", "tillbridge.dispatches": 1 },
};
const PART: FinishedSpan = {
  ...{ traceId: ROOT.traceId, spanId: "fedcba9876543210", parentId: ROOT.spanId, name: "queue" },
  ...{ startMs: ROOT.startMs, endMs: ROOT.endMs, attributes: {} },
};
const FAMILIES: readonly Family[] = [
  gauge("tillbridge_up", "Whether the service answers.", [[{}, 1]]),
  counter("tillbridge_transactions_settled_total", "How.", [[{ outcome: "unknown" }, 2]]),
  {
    ...{ kind: "histogram", name: "tillbridge_transaction_duration_seconds", help: "How long.", bounds: [1, 5] },
    samples: [[{ vendor: "acme" }, { counts: [1, 0, 2], sum: 30.5, count: 3 }]],
  },
];

function ports(endpoint: string, given: Partial<OtlpPorts> = {}) {
  const counted: string[] = [];
  const told: string[] = [];
  const open: OtlpPorts = {
    ...{ endpoint, protocol: "http/json", headers: { "api-key": "k1" }, metrics: true, traces: true },
    ...{ intervalSeconds: 3_600, resource: { "service.name": "tillbridge", "shop.id": "0815" } },
    families: () => Promise.resolve(FAMILIES),
    counted: (result, spans) => counted.push(`${result} ${spans}`),
    sent: () => told.push("sent"),
    failed: (why) => told.push(`failed: ${why}`),
    ...given,
  };
  return { open, counted, told };
}

describe("what goes to a collector", () => {
  it("is what OTLP says, in JSON: spans with their parents and times, and the same figures as Prometheus gets", async () => {
    await using collector = await openTestCollector();
    const { open, counted, told } = ports(collector.endpoint);
    const otlp = openOtlp(open);
    otlp.send([ROOT, PART]);
    await otlp.close();

    const traces = await collector.next("/v1/traces");
    assert.equal(traces.headers["content-type"], "application/json");
    assert.equal(traces.headers["api-key"], "k1");
    const { resourceSpans } = JSON.parse(traces.body.toString()) as {
      readonly resourceSpans: readonly {
        readonly resource: { readonly attributes: readonly unknown[] };
        readonly scopeSpans: readonly { readonly spans: readonly Record<string, unknown>[] }[];
      }[];
    };
    assert.deepEqual(resourceSpans[0]?.resource.attributes, [
      { key: "service.name", value: { stringValue: "tillbridge" } },
      { key: "shop.id", value: { stringValue: "0815" } },
    ]);
    const [root, part] = resourceSpans[0].scopeSpans[0]?.spans ?? [];
    assert.equal(root?.["traceId"], ROOT.traceId);
    assert.equal(root["startTimeUnixNano"], "1772359200250000000");
    assert.equal(root["endTimeUnixNano"], "1772359207000000000");
    assert.deepEqual(root["status"], { code: 2 });
    assert.equal(root["parentSpanId"], undefined);
    assert.equal(part?.["parentSpanId"], ROOT.spanId);
    assert.deepEqual(counted, ["sent 2"]);
    assert.ok(told.every((one) => one === "sent"));

    const metrics = (await collector.next("/v1/metrics")).body.toString();
    const points = (JSON.parse(metrics) as { readonly resourceMetrics: readonly Record<string, never>[] })
      .resourceMetrics;
    const scope = (
      points[0] as unknown as {
        readonly scopeMetrics: readonly { readonly metrics: readonly Record<string, unknown>[] }[];
      }
    ).scopeMetrics[0];
    assert.deepEqual(
      scope?.metrics.map(({ name, unit }) => `${String(name)} ${String(unit)}`),
      ["tillbridge_up 1", "tillbridge_transactions_settled_total 1", "tillbridge_transaction_duration_seconds s"],
    );
    const histogram = scope.metrics[2]?.["histogram"] as { readonly dataPoints: readonly Record<string, unknown>[] };
    assert.deepEqual(histogram.dataPoints[0]?.["explicitBounds"], [1, 5]);
    assert.deepEqual(histogram.dataPoints[0]["bucketCounts"], [1, 0, 2]);
    assert.equal(histogram.dataPoints[0]["sum"], 30.5);
  });

  it("is protobuf where that is asked for", async () => {
    await using collector = await openTestCollector();
    const { open } = ports(`${collector.endpoint}/`, { protocol: "http/protobuf", metrics: false });
    const otlp = openOtlp(open);
    otlp.send([ROOT]);
    await otlp.close();
    const { headers, body } = await collector.next("/v1/traces");
    assert.equal(headers["content-type"], "application/x-protobuf");
    assert.ok(body.includes(Buffer.from(ROOT.traceId, "hex")));
    assert.equal(collector.received.length, 1);
  });

  it("is only what is asked for", async () => {
    await using collector = await openTestCollector();
    const { open } = ports(collector.endpoint, { traces: false });
    const otlp = openOtlp(open);
    otlp.send([ROOT]);
    await otlp.close();
    assert.deepEqual(
      collector.received.map(({ path }) => path),
      ["/v1/metrics"],
    );
  });

  it("goes nowhere else, whatever the environment says", async (context) => {
    await using collector = await openTestCollector();
    await using other = await openTestCollector();
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: other.endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: "api-key=theirs",
      OTEL_RESOURCE_ATTRIBUTES: "secret=yes",
      HTTP_PROXY: other.endpoint,
      http_proxy: other.endpoint,
    };
    for (const [name, value] of Object.entries(environment)) process.env[name] = value;
    context.after(() => {
      for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name);
    });
    const otlp = openOtlp(ports(collector.endpoint).open);
    otlp.send([ROOT]);
    await otlp.close();
    const { headers, body } = await collector.next("/v1/traces");
    assert.equal(headers["api-key"], "k1");
    assert.doesNotMatch(body.toString(), /secret/);
    assert.equal(other.received.length, 0);
  });
});

describe("a collector that is no use", () => {
  it("that refuses costs what it was sent, and that is counted and told without its words", async () => {
    await using collector = await openTestCollector((response) => {
      response.writeHead(403, "4111111111111111 \u00a7").end("<script>");
    });
    const { open, counted, told } = ports(collector.endpoint, { metrics: false });
    const otlp = openOtlp(open);
    otlp.send([ROOT, PART]);
    await otlp.close();
    assert.deepEqual(counted, ["lost 2"]);
    assert.deepEqual(told, ["failed: it answered 403"]);
  });

  it("that never answers is left at the end, within the limit, and takes no more than a fixed room before", async () => {
    await using collector = await openTestCollector(() => undefined);
    const { open, counted } = ports(collector.endpoint, { metrics: false });
    const otlp = openOtlp(open);
    otlp.send(Array.from({ length: 10_000 }, () => ROOT));
    const lost = counted.filter((one) => one === "lost 1").length;
    assert.ok(lost >= 10_000 - 2 * 2_048 && lost < 10_000, `${lost}`);
    await otlp.close();
  });

  it("that is not there is told", async () => {
    const gone = await openTestCollector(takes);
    await gone[Symbol.asyncDispose]();
    const { open, counted, told } = ports(gone.endpoint, { metrics: false });
    const otlp = openOtlp(open);
    otlp.send([ROOT]);
    const closed = otlp.close();
    otlp.send([ROOT]);
    await closed;
    assert.ok(counted.length <= 1);
    assert.ok(told.length <= 1);
  });
});
