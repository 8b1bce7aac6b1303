import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServiceState } from "../../../src/cli/supervision/supervisor.ts";
import { stopTaking, type StandstillPorts } from "../../../src/cli/update/standstill.ts";
import { HomeFailure } from "../../../src/home/store.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

/** No daemon answers in the home that was named. */
function silentHome(state: ServiceState): StandstillPorts {
  return {
    supervisor: { state: () => Promise.resolve(state) },
    service: {
      look: () => Promise.resolve({ kind: "silent" }),
      open: () => Promise.resolve([]),
      hold: () => Promise.reject(new Error("there is nobody to hold anything")),
    },
    clock: createVirtualClock(),
    tell: () => undefined,
  };
}

test("given a running service with another home, when it is to stand still, then that is refused: its payments are not seen", async () => {
  const ports = silentHome({ kind: "running", pid: 4711, account: "tillbridge" });
  await assert.rejects(
    () => stopTaking("0.2.0", 1_000, ports),
    (error) =>
      error instanceof HomeFailure && /another one.*--home.*service stop.*Nothing was changed/s.test(error.message),
  );
});

test("given a service that crashes again and again, when it is to stand still, then it does: the update may be what it needs", async () => {
  const still = await stopTaking("0.2.0", 1_000, silentHome({ kind: "starting" }));
  assert.equal(still.kind, "still");
});
