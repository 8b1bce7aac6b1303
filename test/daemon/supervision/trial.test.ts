import assert from "node:assert/strict";
import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Intake } from "../../../src/daemon/intake.ts";
import type { EndAsked } from "../../../src/daemon/supervision/supervision.ts";
import { trialWordsOf, watchTrial, type TrialWords } from "../../../src/daemon/supervision/trial.ts";
import { PROVED_LINE, trialText } from "../../../src/home/program/installed.ts";
import { HomeFailure } from "../../../src/home/store.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const TRIAL = { from: "1.0.0", to: "1.1.0", starts: 1, limitSeconds: 120 };
const ON_TRIAL: TrialWords = { trial: TRIAL, current: "1.1.0" };

/** Version 1.1.0, in an installation that says what the test lets it say. */
async function started(first: TrialWords | "unreadable") {
  const clock = createVirtualClock();
  const log = createKeptLog();
  const intake = new Intake();
  const says = { words: first };
  const read = (): Promise<TrialWords> =>
    says.words === "unreadable" ? Promise.reject(new HomeFailure("trial cannot be read")) : Promise.resolve(says.words);
  const watch = await watchTrial({ version: "1.1.0", read, intake, clock, log });
  let over: EndAsked | undefined;
  void watch.over.then((asked) => (over = asked));
  return { clock, log, intake, says, watch, over: () => over };
}

describe("a version on trial", () => {
  it("takes nothing until its trial is gone, and takes payments within a second then", async () => {
    const { clock, intake, says, over } = await started(ON_TRIAL);
    await clock.advance(60_000);
    assert.equal(intake.state, "trial");
    says.words = { trial: undefined, current: "1.1.0" };
    await clock.advance(1_000);
    assert.equal(intake.state, "open");
    assert.equal(clock.pendingTimers(), 0, "nobody looks any more");
    await clock.advance(200_000);
    assert.equal(over(), undefined);
  });

  it("takes payments once it is noted in the file of its trial that it is healthy, though the file stays", async (t) => {
    const installation = await mkdtemp(join(tmpdir(), "tillbridge-trial-"));
    t.after(() => rm(installation, { recursive: true, force: true }));
    await writeFile(join(installation, "current"), "1.1.0\n");
    await writeFile(join(installation, "trial"), trialText(TRIAL));
    const { clock, intake, says } = await started(await trialWordsOf(installation));
    assert.equal(intake.state, "trial");

    await appendFile(join(installation, "trial"), PROVED_LINE);
    says.words = await trialWordsOf(installation);
    await clock.advance(1_000);

    assert.equal(intake.state, "open");
    const next = await started(await trialWordsOf(installation));
    assert.equal(next.intake.state, "open", "and at its next start as well");
  });

  it("ends when nobody found it healthy in time", async () => {
    const { clock, intake, log, over } = await started(ON_TRIAL);
    await clock.advance(119_999);
    assert.equal(over(), undefined);
    await clock.advance(1);
    assert.equal(over()?.kind, "trialOver");
    assert.equal(intake.state, "trial", "and takes nothing on its way out");
    assert.match(log.lines.at(-1) ?? "", /^error .*the one before it comes back/);
    assert.equal(clock.pendingTimers(), 0);
  });

  it("that was taken back does not take the end of its trial for the word that it is healthy", async () => {
    const { clock, intake, says, over } = await started(ON_TRIAL);
    says.words = { trial: undefined, current: "1.0.0" };
    await clock.advance(10_000);
    assert.equal(intake.state, "trial");
    await clock.advance(120_000);
    assert.equal(over()?.kind, "trialOver", "and it ends, should whoever took it back not come to it");
  });

  it("takes nothing while it cannot be read whether it is, and says so once", async () => {
    const { clock, intake, log, says } = await started("unreadable");
    await clock.advance(10_000);
    assert.equal(intake.state, "trial");
    assert.equal(log.lines.length, 1);
    says.words = { trial: undefined, current: "1.1.0" };
    await clock.advance(500);
    assert.equal(intake.state, "open");
  });
});

describe("a version that is not on trial", () => {
  it("takes payments, and looks no more", async () => {
    const settled: TrialWords = { trial: undefined, current: "1.1.0" };
    const another: TrialWords = { trial: { ...TRIAL, to: "1.2.0" }, current: "1.1.0" };
    const byHand: TrialWords = { trial: TRIAL, current: "1.0.0" };
    for (const words of [settled, another, byHand]) {
      const { clock, intake } = await started(words);
      assert.deepEqual([intake.state, clock.pendingTimers()], ["open", 0]);
    }
  });
});

describe("what an installation says", () => {
  it("is no trial where there is none, though nobody can read which version is current", async (t) => {
    const installation = await mkdtemp(join(tmpdir(), "tillbridge-trial-"));
    t.after(() => rm(installation, { recursive: true, force: true }));
    await writeFile(join(installation, "current"), "\0\0\0");

    assert.deepEqual(await trialWordsOf(installation), { trial: undefined, current: undefined });

    await writeFile(join(installation, "trial"), "from=1.0.0\nto=1.1.0\nstarts=1\nlimitSeconds=60\n");
    await assert.rejects(trialWordsOf(installation), HomeFailure);
  });
});
