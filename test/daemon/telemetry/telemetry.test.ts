import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DaemonEvent } from "../../../src/daemon/api.ts";
import { systemCrypto } from "../../../src/daemon/crypto.ts";
import { openTelemetry } from "../../../src/daemon/telemetry/telemetry.ts";
import { createFakeTill, SALE } from "../../support/fake-till.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

describe("telemetry", () => {
  it("that comes to a mistake says so once, and the payments that it hears of go on", async () => {
    const clock = createVirtualClock();
    const log = createKeptLog();
    const till = createFakeTill(clock);
    const broken = (): never => {
      throw new Error("no memory");
    };
    await using telemetry = await openTelemetry({
      settings: {
        amounts: false,
        otlp: {
          endpoint: "http://127.0.0.1:9",
          protocol: "http/json",
          metrics: false,
          traces: true,
          intervalSeconds: 60,
        },
      },
      secrets: { read: () => Promise.resolve(undefined) },
      clock,
      crypto: { ...systemCrypto, sha256: broken },
      log,
      version: "1.0.0",
      instance: "shop",
      vendorOf: () => "acme",
      families: () => Promise.resolve([]),
      counted: () => undefined,
    });
    assert(telemetry !== undefined);
    const heard: DaemonEvent[] = [];
    till.events.listen((event) => {
      telemetry.heard(event);
      heard.push(event);
    });
    for (const id of ["T1", "T2"]) {
      await till.write(id, {
        ...{ kind: "accepted", pos: "till-1", requestId: id, terminal: "counter-1", content: "", operation: SALE },
      });
      await till.write(id, {
        kind: "settled",
        outcome: { kind: "notPerformed", reason: "noRecord", revision: 1, decidedBy: { kind: "daemon" } },
      });
    }

    assert.equal(heard.length, 4);
    assert.deepEqual(
      log.lines.filter((line) => line.startsWith("error")),
      ["error A trace of a payment could not be made"],
    );
  });
});
