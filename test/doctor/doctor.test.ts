import assert from "node:assert/strict";
import { test } from "node:test";
import type { Examination, Finding } from "../../src/doctor/check.ts";
import { examineAll as findAll } from "../../src/doctor/doctor.ts";
import { tell } from "../../src/doctor/telling.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";
import { fault, findingOf, ok } from "./told.ts";

const examination = (id: string, examine: Examination["examine"]): Examination => ({ id, examine });

const examineAll = async (...asked: Parameters<typeof findAll>) => tell(await findAll(...asked), "en");

const hangs = (id: string): Examination => examination(id, () => new Promise(() => undefined));

test("what was found is told in the order of the list, and not in that of its arrival", async () => {
  const first = Promise.withResolvers<readonly Finding[]>();
  const running = examineAll(
    [
      examination("disk.space", () => first.promise),
      examination("clock.time", async () => {
        first.resolve([
          findingOf(ok("disk.space", "9 GB are free.")),
          findingOf(fault("disk.sync", "It takes 3 s.", "Another disk.")),
        ]);
        return [findingOf(ok("clock.time", "It is right."))];
      }),
    ],
    createVirtualClock(),
  );

  assert.deepEqual(await running, [
    { id: "disk.space", verdict: "ok", evidence: "9 GB are free." },
    { id: "disk.sync", verdict: "fault", evidence: "It takes 3 s.", remedy: "Another disk." },
    { id: "clock.time", verdict: "ok", evidence: "It is right." },
  ]);
});

test("given one that hangs, then it is a check that says so, it is told to end, and the others are told", async () => {
  const clock = createVirtualClock();
  let told: AbortSignal | undefined;
  const running = examineAll(
    [
      examination("mdns.eth0", (signal) => {
        told = signal;
        return new Promise(() => undefined);
      }),
      examination("clock.time", async () => [findingOf(ok("clock.time", "It is right."))]),
      { ...hangs("terminal.counter-1.link"), terminal: "counter-1" },
    ],
    clock,
  );
  await clock.advance(1_999);
  assert.equal(told?.aborted, false);

  await clock.advance(1);

  assert.equal(told.aborted, true);
  assert.deepEqual(await running, [
    { id: "mdns.eth0", verdict: "unknown", evidence: "Nothing was found out within 2 s." },
    { id: "clock.time", verdict: "ok", evidence: "It is right." },
    {
      id: "terminal.counter-1.link",
      verdict: "unknown",
      evidence: "Nothing was found out within 2 s.",
      terminal: "counter-1",
    },
  ]);
  assert.equal(clock.pendingTimers(), 0);
});

test("given one that may take longer than the whole may, then the limit of the whole counts", async () => {
  const clock = createVirtualClock();
  const running = examineAll([{ ...hangs("terminal.counter-1.probe"), limitMs: 60_000 }], clock);

  await clock.advance(8_000);

  const [check] = await running;
  assert.equal(check?.evidence, "Nothing was found out within 8 s.");
});

test("given one that throws, at once or later, then it is a check that says why, without a stack", async () => {
  const running = examineAll(
    [
      examination("journal.facts", () => {
        throw new Error("the disk is gone\n    at somewhere");
      }),
      examination("disk.space", () => Promise.reject(new Error("no such volume"))),
    ],
    createVirtualClock(),
  );

  assert.deepEqual(
    (await running).map(({ verdict, evidence }) => [verdict, evidence]),
    [
      ["unknown", "It could not be looked at: the disk is gone"],
      ["unknown", "It could not be looked at: no such volume"],
    ],
  );
});

test("given one that finds very much, then it does not fill the answer, and says how much is left out", async () => {
  const many = Array.from({ length: 70 }, (_, index) =>
    findingOf(fault(`mdns.card${index}`, "x".repeat(5_000), "y".repeat(5_000))),
  );
  const running = examineAll([examination("mdns", async () => many)], createVirtualClock());

  const checks = await running;

  assert.equal(checks.length, 65);
  assert.equal(checks[0]?.evidence.length, 1_001);
  assert.equal(checks[0].remedy?.length, 1_001);
  assert.deepEqual(checks[64], { id: "mdns", verdict: "unknown", evidence: "6 more findings are not shown." });
});
