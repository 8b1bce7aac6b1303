import assert from "node:assert/strict";
import { test } from "node:test";
import { lanSettings } from "../../src/daemon/lan-serving.ts";
import { createKeptLog } from "../support/kept-log.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

test("where the certificate was taken away there is none for the LAN, so that its door is shut, and the log says what to do", async () => {
  const log = createKeptLog();
  const lan = { host: "127.0.0.2", port: 0, names: [], allowedOrigins: [] };
  const ports = {
    local: () => Promise.resolve(undefined),
    secrets: { read: () => Promise.resolve(undefined) },
    clock: createVirtualClock(),
    log,
  };

  assert.equal(await lanSettings(lan, ports)?.certificate(), undefined);

  assert.ok(log.whole.some((line) => line.includes("tillbridge certificate install")));
});
