import assert from "node:assert/strict";
import { it } from "node:test";
import { schemaFaults, withDefaults } from "../../src/core/schema.ts";
import { ConfigSchema, type Config } from "../../src/home/config-schema.ts";
import { telemetryFaults } from "../../src/home/telemetry-faults.ts";

function faultsOf(otlp: object): readonly string[] {
  const filled = withDefaults(ConfigSchema, { telemetry: { otlp: { ...otlp } } });
  const faults = schemaFaults(ConfigSchema, filled);
  const all = faults.length > 0 ? faults : telemetryFaults(filled as unknown as Config);
  return all.map(({ field }) => field);
}

it("a collector is checked before anything is sent: its URL, and that a key goes over no open network", () => {
  const headers = { "api-key": { secret: "collector.key" } };
  for (const otlp of [
    { endpoint: "http://127.0.0.1:4318" },
    { endpoint: "http://collector.shop.test:4318" },
    { endpoint: "https://otlp.example.com/otlp", headers },
    { endpoint: "http://127.0.0.1:4318", headers },
    { endpoint: "http://localhost:4318/", headers, resource: { "shop.id": "0815" } },
  ])
    assert.deepEqual(faultsOf(otlp), [], JSON.stringify(otlp));
  for (const [otlp, field] of [
    [{}, "telemetry.otlp.endpoint"],
    [{ endpoint: "ftp://127.0.0.1" }, "telemetry.otlp.endpoint"],
    [{ endpoint: "http://user:word@127.0.0.1" }, "telemetry.otlp.endpoint"],
    [{ endpoint: "http://127.0.0.1:99999999" }, "telemetry.otlp.endpoint"],
    [{ endpoint: "http://collector.shop.test:4318", headers }, "telemetry.otlp.endpoint"],
    [{ endpoint: "http://127.0.0.1.example.com:4318", headers }, "telemetry.otlp.endpoint"],
    [{ endpoint: "http://127.0.0.1:4318", headers: { "api-key": "in the open" } }, "telemetry.otlp.headers.api-key"],
    [{ endpoint: "http://127.0.0.1:4318", intervalSeconds: 1 }, "telemetry.otlp.intervalSeconds"],
    [{ endpoint: "http://127.0.0.1:4318", protocol: "grpc" }, "telemetry.otlp.protocol"],
  ] as const)
    assert.deepEqual(faultsOf(otlp), [field], JSON.stringify(otlp));
});
