// needs: libfaketime
// A clock that is really wrong: years behind, behind the newest payment, and set while the service runs.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { openJournal } from "../../../src/journal/sqlite.ts";
import { accepted } from "../../journal/facts.ts";
import { fakeClock } from "../faked-clock.ts";
import { doctorOf, homeOf, startService } from "./doctor-run.ts";

const YEAR_SECONDS = 365 * 86_400;

test("a clock that is years behind, as with an empty battery", async (t) => {
  const { environment, set } = fakeClock(t);
  set(-20 * YEAR_SECONDS);

  const { verdict, evidence, remedy } = (await doctorOf(t, homeOf(t, { server: { port: 0 } }), environment)).check(
    "clock.time",
  );

  assert.deepEqual([verdict, /^The clock shows 20\d\d-.* which cannot be/.test(evidence)], ["fault", true], evidence);
  assert.match(remedy ?? "", /timedatectl set-ntp true/);
});

test("a clock that is an hour behind the newest payment", async (t) => {
  const { environment, set } = fakeClock(t);
  const home = homeOf(t, { server: { port: 0 } });
  const journal = await openJournal({ directory: join(home, "data") });
  const at = new Date().toISOString();
  await journal.append({ transaction: "A", place: 0, facts: [accepted("r1", { at })] });
  await journal.close();
  const right = await doctorOf(t, home, environment);
  set(-3_600);

  const behind = await doctorOf(t, home, environment);

  assert.equal(right.check("clock.time").verdict, "ok");
  assert.ok(behind.check("clock.time").evidence.includes(`the newest payment is of ${at}`));
  assert.equal(behind.check("clock.time").verdict, "fault");
});

test("a clock that is set an hour ahead while the service runs", async (t) => {
  const { environment, set } = fakeClock(t);
  const home = homeOf(t, { server: { port: 0 } });
  await startService(t, home, environment);
  const before = await doctorOf(t, home);
  set(3_600);

  const after = await doctorOf(t, home);

  assert.equal(before.check("clock.jumps").verdict, "ok");
  assert.match(after.check("clock.jumps").evidence, /set forward by 36\d\d s|set forward by 3[56]\d\d s/);
});
