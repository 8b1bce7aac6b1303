import assert from "node:assert/strict";
import { chmod, link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { PROVED_LINE, readTrial, trialText } from "../../../src/home/program/installed.ts";
import { reportInText, reportOf } from "../../../src/cli/commands/update-report.ts";
import { removeTrial, writeCurrent, writeTrial } from "../../../src/home/program/switching.ts";
import { HomeFailure } from "../../../src/home/store.ts";
import { settleInterrupted, updateTo } from "../../../src/cli/update/update.ts";
import type { UpdateStep } from "../../../src/cli/update/ports.ts";
import { NEW, OLD, type Starter, UpdateMachine, programOf, writeProgram } from "../../support/update-machine.ts";

const SETTINGS = { waitMs: 5_000, limitMs: 20_000 };
const SALE = { transaction: "T1", pos: "till-1", terminal: "counter", operation: "sale" };

const STARTERS: readonly Starter[] = ["startVersion", "windowsHost"];

/** In their order, where all goes well. */
const FORWARD: readonly UpdateStep[] = [
  "held",
  "unpacked",
  "preflightPassed",
  "inPlace",
  "trialWritten",
  "switched",
  "restarted",
  "healthy",
  "proved",
];
const BACK: readonly UpdateStep[] = ["switchedBack", "restartedBack"];

async function assertRuns(machine: UpdateMachine, version: string): Promise<void> {
  assert.equal(machine.running, version);
  assert.equal((await machine.versions()).current, version);
  assert.equal(await readTrial(machine.installation), undefined);
  assert.equal(machine.held, 0);
  assert.equal(await machine.takesMoney(), true);
  assert.deepEqual(machine.greedy, []);
}

test("given a healthy new version, when it is put in, then it runs, the one before is kept, and older ones are gone", async (t) => {
  const machine = await UpdateMachine.create(t);
  await writeProgram(join(machine.installation, "versions", "0.9.0"), programOf("0.9.0"));

  const result = await updateTo(machine.candidate(), SETTINGS, machine.ports);

  assert.deepEqual(result, { from: OLD, to: NEW, outcome: "updated" });
  assert.deepEqual(machine.steps, FORWARD);
  await assertRuns(machine, NEW);
  assert.deepEqual((await readdir(join(machine.installation, "versions"))).toSorted(), [OLD, NEW]);
  assert.match((await machine.versions()).log, /^\S+Z updated 1\.0\.0 1\.1\.0$/m);
});

for (const behaviour of ["crashes", "journalFails", "terminalAway"] as const) {
  test(`given a new version that is not healthy (${behaviour}), when it is put in, then the old one runs again`, async (t) => {
    const machine = await UpdateMachine.create(t);
    machine.behaviours.set(NEW, behaviour);

    const result = await updateTo(machine.candidate(), SETTINGS, machine.ports);

    assert.equal(result.outcome, "rolledBack");
    await assertRuns(machine, OLD);
    assert.match((await machine.versions()).log, /rolledBack 1\.1\.0 1\.0\.0/);
  });
}

test("given a payment that runs, when it does not end in time, then nothing is changed and payments are taken again", async (t) => {
  const machine = await UpdateMachine.create(t);
  machine.underWay = [SALE];

  const result = await updateTo(machine.candidate(), SETTINGS, machine.ports);

  assert.equal(result.outcome, "postponed");
  assert.match(machine.said.join("\n"), /Waiting for a sale of till-1 at counter/);
  assert.deepEqual(machine.steps, []);
  assert.deepEqual(await readdir(join(machine.installation, "versions")), [OLD]);
  await assertRuns(machine, OLD);
});

test("given a payment that ends while it is waited for, when it has ended, then the update goes on", async (t) => {
  const machine = await UpdateMachine.create(t);
  machine.underWay = [SALE];
  const { ports } = machine;
  const tell = (line: string) => {
    ports.tell(line);
    if (line.startsWith("Waiting")) machine.underWay = [];
  };

  const result = await updateTo(machine.candidate(), SETTINGS, { ...ports, tell });

  assert.equal(result.outcome, "updated");
});

test("given new transactions that are held back, when anything is written of the new version, then they have been held before", async (t) => {
  const machine = await UpdateMachine.create(t);
  const heldAt = new Map<string, number>();
  machine.onStep = (step) => void heldAt.set(step, machine.held);

  await updateTo(machine.candidate(), SETTINGS, machine.ports);

  // A hold ends with its daemon, and the next one is on trial.
  for (const step of FORWARD.slice(0, FORWARD.indexOf("restarted"))) assert.equal(heldAt.get(step), 1, step);
});

test("given a service that starts anew while the new version is unpacked, when nothing holds payments back any more, then nothing is switched", async (t) => {
  const machine = await UpdateMachine.create(t);
  machine.onStep = async (step) => {
    if (step === "unpacked") await machine.crash();
  };

  const result = await updateTo(machine.candidate(), SETTINGS, machine.ports);

  assert.equal(result.outcome === "refused" && result.why.includes("no longer holds payments back"), true);
  assert.equal(machine.steps.includes("trialWritten"), false);
  await assertRuns(machine, OLD);
});

test("given a service that did not run, when it has started before the switch, then nothing is switched", async (t) => {
  const machine = await UpdateMachine.create(t);
  await machine.stop();
  machine.onStep = async (step) => {
    if (step === "unpacked") await machine.boot();
  };

  const result = await updateTo(machine.candidate(), SETTINGS, machine.ports);

  assert.equal(result.outcome === "refused" && result.why.includes("has started meanwhile"), true);
  assert.equal(machine.steps.includes("trialWritten"), false);
  await assertRuns(machine, OLD);
});

test("given a preflight that fails, when the new version is put in, then nothing was switched and nothing is left of it", async (t) => {
  const machine = await UpdateMachine.create(t);
  machine.preflightAnswer = { kind: "failed", why: "its native part usb does not load." };

  const result = await updateTo(machine.candidate(), SETTINGS, machine.ports);

  assert.equal(result.outcome === "refused" && result.why.includes("usb does not load"), true);
  assert.deepEqual(await readdir(join(machine.installation, "versions")), [OLD]);
  await assertRuns(machine, OLD);
});

test("given a disk that fills up while the new version is unpacked, when that fails, then nothing is left and the old one runs", async (t) => {
  const machine = await UpdateMachine.create(t);
  const fill = async (folder: string) => {
    await writeFile(join(folder, "half"), "of it");
    throw new HomeFailure("the disk is full. Free some space and try again");
  };

  const result = await updateTo({ ...machine.candidate(), fill }, SETTINGS, machine.ports);

  assert.equal(result.outcome === "refused" && result.why.includes("disk is full"), true);
  assert.deepEqual(await readdir(join(machine.installation, "versions")), [OLD]);
  await assertRuns(machine, OLD);
});

test("given a disk without room for the new version, when it is looked at, then nothing is unpacked", async (t) => {
  const machine = await UpdateMachine.create(t);
  const needs = { bytes: 1e18, entries: 1 };
  const fill = () => assert.fail("nothing is to be unpacked");

  const result = await updateTo({ ...machine.candidate(), needs, fill }, SETTINGS, machine.ports);

  assert.equal(result.outcome === "refused" && result.why.includes("MB more have to be free"), true);
  await assertRuns(machine, OLD);
});

test("given a service manager that refuses, when the service is to start anew, then the old version goes on running", async (t) => {
  const machine = await UpdateMachine.create(t);
  machine.restartFails = "systemd refuses.";

  const result = await updateTo(machine.candidate(), SETTINGS, machine.ports);

  assert.equal(result.outcome === "rolledBack" && result.why.includes("systemd refuses."), true);
  await assertRuns(machine, OLD);
});

test("given a stopped service, when a new version is put in, then it is started to prove itself and stopped again", async (t) => {
  const machine = await UpdateMachine.create(t);
  await machine.stop();

  const result = await updateTo(machine.candidate(), SETTINGS, machine.ports);

  assert.equal(result.outcome, "updated");
  assert.equal(machine.running, undefined);
  await machine.boot();
  await assertRuns(machine, NEW);
});

test("given a stopped service, when a new version is tried, then at no moment there is a payment that its stop would break off", async (t) => {
  const machine = await UpdateMachine.create(t);
  await machine.stop();
  const tookMoneyAt: UpdateStep[] = [];
  machine.onStep = async (step) => {
    if (await machine.takesMoney()) tookMoneyAt.push(step);
  };

  const result = await updateTo(machine.candidate(), SETTINGS, machine.ports);

  assert.equal(result.outcome, "updated");
  assert.deepEqual(machine.steps, FORWARD);
  assert.deepEqual(tookMoneyAt, []);
});

for (const starter of STARTERS) {
  test(`given a stopped service, when the update is killed at any step, then its next start runs the old version, and a new one only once it is proven (${starter})`, async (t) => {
    for (const at of FORWARD) {
      const machine = await UpdateMachine.create(t, starter);
      await machine.stop();
      const killed = Promise.withResolvers<undefined>();
      machine.onStep = async (step) => {
        if (step !== at) return;
        killed.resolve(undefined);
        await new Promise<never>(() => undefined);
      };
      await Promise.race([updateTo(machine.candidate(), SETTINGS, machine.ports), killed.promise]);

      await machine.crash();
      await machine.wait();

      assert.equal(machine.running, at === "proved" ? NEW : OLD, at);
      assert.equal(await machine.takesMoney(), true, at);
      assert.deepEqual(machine.greedy, [], at);
    }
  });
}

test("given a version on trial whose applier was killed, when the next update begins, then the old version runs first", async (t) => {
  const machine = await UpdateMachine.create(t);
  await writeProgram(join(machine.installation, "versions", NEW), programOf(NEW));
  await mkdir(join(machine.installation, "versions", ".2.0.0"));
  await writeTrial(machine.installation, { from: OLD, to: NEW, starts: 0, limitSeconds: 60 });
  await writeCurrent(machine.installation, NEW);
  await machine.crash();
  assert.equal(machine.running, NEW);

  await settleInterrupted(machine.installation, machine.ports);

  await assertRuns(machine, OLD);
  assert.equal((await readdir(join(machine.installation, "versions"))).includes(".2.0.0"), false);
});

test("given a version that was found healthy, when a power cut brings the file of its trial back, then it runs and takes payments", async (t) => {
  for (const starter of STARTERS) {
    const machine = await UpdateMachine.create(t, starter);
    const trial = join(machine.installation, "trial");
    await updateTo(machine.candidate(), SETTINGS, machine.ports);
    await writeFile(trial, `${trialText({ from: OLD, to: NEW, starts: 1, limitSeconds: 35 })}${PROVED_LINE}`);

    await machine.crash();

    assert.equal(machine.running, NEW, starter);
    assert.equal(await machine.takesMoney(), true, starter);
    assert.equal((await reportOf(machine.installation, machine.ports)).safe, true, starter);
  }
});

test("given a version that was found healthy, when its trial ends, then that is on the disk before the file is removed", async (t) => {
  const machine = await UpdateMachine.create(t);
  const trial = join(machine.installation, "trial");
  // The same file under another name, which stays.
  machine.onStep = (step) => (step === "healthy" ? link(trial, `${trial}.seen`) : undefined);

  await updateTo(machine.candidate(), SETTINGS, machine.ports);

  assert.match(await readFile(`${trial}.seen`, "utf8"), /^starts=1\nlimitSeconds=35\nproved=yes\n$/m);
});

test(
  "given a version that was found healthy, when the file of its trial cannot be removed, then it is put in and takes payments, and the next update removes the file",
  { skip: process.platform === "win32" },
  async (t) => {
    const machine = await UpdateMachine.create(t);
    const { installation } = machine;
    machine.onStep = async (step) => {
      if (step === "healthy") await mayNotRemove(installation);
      else await mayRemove(installation);
    };

    const result = await updateTo(machine.candidate(), SETTINGS, machine.ports).finally(() => mayRemove(installation));

    assert.deepEqual(result, { from: OLD, to: NEW, outcome: "updated" });
    assert.match(await readFile(join(installation, "trial"), "utf8"), /^proved=yes$/m);
    assert.match(machine.said.join("\n"), /trial cannot be removed: .* the next update removes it\./);
    await assertRuns(machine, NEW);
    await settleInterrupted(installation, machine.ports);
    await assertRuns(machine, NEW);
    assert.equal((await readdir(installation)).includes("trial"), false);
  },
);

/** What is in the folder can be written, and neither removed nor made anew: root may as little, as somebody else. */
async function mayNotRemove(installation: string): Promise<void> {
  await chmod(join(installation, "trial"), 0o666);
  await chmod(installation, 0o555);
  if (process.getuid?.() === 0) process.seteuid?.(65_534);
}

async function mayRemove(installation: string): Promise<void> {
  if (process.getuid?.() === 0) process.seteuid?.(0);
  await chmod(installation, 0o755);
}

test("given a new version that runs, when the file of its trial is removed by hand, then the old one runs again", async (t) => {
  const machine = await UpdateMachine.create(t);
  machine.onStep = (step) => (step === "restarted" ? removeTrial(machine.installation) : undefined);

  const result = await updateTo(machine.candidate(), SETTINGS, machine.ports);

  assert.equal(result.outcome, "rolledBack");
  assert.equal(machine.running, OLD);
  assert.equal((await machine.versions()).current, OLD);
  assert.equal(await machine.takesMoney(), true);
});

test("given a host that takes a version back and may not write that down, when it does so just before the proof, then the update is told as taken back", async (t) => {
  const machine = await UpdateMachine.create(t, "windowsHost");
  machine.onStep = (step) => (step === "healthy" ? machine.crash() : undefined);

  const result = await updateTo(machine.candidate(), SETTINGS, machine.ports);

  assert.equal(result.outcome, "rolledBack");
  assert.doesNotMatch((await machine.versions()).log, / updated /);
  await assertRuns(machine, OLD);
});

test("given a host that took a version back, when its applier is gone, then what is asked about tells which version runs and what is left", async (t) => {
  const machine = await UpdateMachine.create(t, "windowsHost");
  await writeProgram(join(machine.installation, "versions", NEW), programOf(NEW));
  await writeTrial(machine.installation, { from: OLD, to: NEW, starts: 0, limitSeconds: 60 });
  await writeCurrent(machine.installation, NEW);
  await machine.crash();
  const onTrial = await reportOf(machine.installation, machine.ports);
  await machine.crash();

  const report = await reportOf(machine.installation, machine.ports);

  assert.deepEqual([onTrial.safe, onTrial.version], [false, NEW]);
  assert.deepEqual([report.safe, report.version, report.trial?.to], [true, OLD, NEW]);
  assert.match(reportInText(report), /Version 1\.0\.0 runs\.\nVersion 1\.1\.0 was taken back/);
  await settleInterrupted(machine.installation, machine.ports);
  await assertRuns(machine, OLD);
});

for (const [what, look] of [
  ["does not answer", { kind: "deaf", why: "no answer within 5 s" }],
  ["is not seen in this home", { kind: "silent" }],
] as const) {
  test(`given a host that took a version back, when the next update comes and the service ${what}, then it is not started anew under its payments`, async (t) => {
    const machine = await UpdateMachine.create(t, "windowsHost");
    const { installation, ports } = machine;
    await writeProgram(join(installation, "versions", NEW), programOf(NEW));
    await writeTrial(installation, { from: OLD, to: NEW, starts: 0, limitSeconds: 60 });
    await writeCurrent(installation, NEW);
    await machine.crash();
    await machine.crash();
    const held = await machine.hold();
    const service = { ...ports.service, look: () => Promise.resolve(look) };

    await assert.rejects(settleInterrupted(installation, { ...ports, service }), HomeFailure);

    // Of the same run: it ends with its daemon.
    assert.deepEqual(await held.open(), []);
    await held[Symbol.asyncDispose]();
    await settleInterrupted(installation, ports);
    await assertRuns(machine, OLD);
  });
}

type Disturbance = "applierKilled" | "serviceCrashed" | "powerCut";

for (const behaviour of ["healthy", "crashes", "terminalAway"] as const) {
  for (const disturbance of ["applierKilled", "serviceCrashed", "powerCut"] as const) {
    test(`given a new version that is ${behaviour}, when at any step of an update comes: ${disturbance}, then the old version runs or a proven new one`, async (t) => {
      for (const starter of STARTERS) {
        for (const step of [...FORWARD, ...BACK])
          await disturbed(await UpdateMachine.create(t, starter), step, disturbance, behaviour);
      }
    });
  }
}

/** Whatever happens at the step, a proven version runs afterwards, and the next update goes through. */
async function disturbed(
  machine: UpdateMachine,
  at: UpdateStep,
  disturbance: Disturbance,
  behaviour: "healthy" | "crashes" | "terminalAway",
): Promise<void> {
  machine.behaviours.set(NEW, behaviour);
  const killed = Promise.withResolvers<undefined>();
  machine.onStep = async (step) => {
    if (step !== at) return;
    if (disturbance === "serviceCrashed") return machine.crash();
    killed.resolve(undefined);
    // What is killed does nothing more, not even tidy up.
    await new Promise<never>(() => undefined);
  };
  const done = await Promise.race([updateTo(machine.candidate(), SETTINGS, machine.ports), killed.promise]);
  if (done === undefined) machine.held = 0;
  if (done === undefined && disturbance === "powerCut") await machine.crash();
  machine.onStep = () => undefined;
  await machine.wait();

  const what = `${behaviour}, ${disturbance} at ${at}`;
  const isProven = behaviour === "healthy" && machine.steps.includes("healthy");
  assert.ok(
    machine.running === OLD || (machine.running === NEW && isProven),
    `${what}: ${machine.running ?? "nothing"} runs`,
  );
  assert.equal(await machine.takesMoney(), true, what);
  assert.deepEqual(machine.greedy, [], what);
  if (done?.outcome === "updated") assert.equal(machine.running, NEW, what);
  if (done?.outcome === "rolledBack" || done?.outcome === "refused") assert.equal(machine.running, OLD, what);

  if (machine.running === NEW) return;
  machine.behaviours.set(NEW, "healthy");
  await settleInterrupted(machine.installation, machine.ports);
  const again = await updateTo(machine.candidate(), SETTINGS, machine.ports);
  assert.equal(again.outcome, "updated", `${what}, and then again`);
  await assertRuns(machine, NEW);
}

test("given an update that went through, when the file of a trial is removed by hand before, then the switch is taken back", async (t) => {
  const machine = await UpdateMachine.create(t);
  machine.onStep = (step) => (step === "trialWritten" ? removeTrial(machine.installation) : undefined);

  const result = await updateTo(machine.candidate(), SETTINGS, machine.ports);

  assert.equal(result.outcome, "rolledBack");
  await assertRuns(machine, OLD);
});

test("given the log of changes, when it has grown beyond its limit, then its older half goes", async (t) => {
  const machine = await UpdateMachine.create(t);
  const log = join(machine.installation, "updates.log");
  await writeFile(log, "2026-01-01T00:00:00Z updated 0.1.0 0.2.0\n".repeat(7_000));

  await updateTo(machine.candidate(), SETTINGS, machine.ports);

  const text = await readFile(log, "utf8");
  assert.ok(text.length < 262_144);
  assert.match(text, /updated 1\.0\.0 1\.1\.0\n$/);
  await rm(log);
});
