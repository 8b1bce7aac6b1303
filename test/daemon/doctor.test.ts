import assert from "node:assert/strict";
import { test } from "node:test";
import { createDoctor } from "../../src/daemon/doctor.ts";
import { findingOf, ok } from "../doctor/told.ts";
import { serveProtocol } from "../support/protocol-server.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

test("given a run, who asks meanwhile is told what it finds, and who asks later begins another one", async () => {
  let runs = 0;
  const gate = Promise.withResolvers<undefined>();
  const doctor = createDoctor({
    clock: createVirtualClock(),
    examinations: async () => {
      runs += 1;
      const evidence = `run ${runs}`;
      return [{ id: "a", examine: () => gate.promise.then(() => [findingOf(ok("a", evidence))]) }];
    },
  });
  const two = [doctor.examine("en"), doctor.examine("en")];
  gate.resolve(undefined);

  assert.deepEqual((await Promise.all(two)).flat(), [ok("a", "run 1"), ok("a", "run 1")]);
  assert.deepEqual(await doctor.examine("en"), [ok("a", "run 2")]);
});

test("diagnostics.doctor: an administrator is told every check, another POS is refused", async (t) => {
  const checks = [ok("disk.space", "9 GB are free.")];
  const { administrator, open } = await serveProtocol(t, { ports: { doctor: { examine: async () => checks } } });

  assert.deepEqual((await (await administrator()).request("diagnostics.doctor")).result, { checks });
  const { error } = await (await open()).request("diagnostics.doctor");
  assert.equal(error?.data["reason"], "forbidden");
});
