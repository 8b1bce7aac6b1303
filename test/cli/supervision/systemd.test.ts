import assert from "node:assert/strict";
import { test } from "node:test";
import type { Ran } from "../../../src/cli/supervision/run.ts";
import { SupervisorFailure, type ServiceState } from "../../../src/cli/supervision/supervisor.ts";
import { systemdSupervisor } from "../../../src/cli/supervision/systemd.ts";
import recorded from "./systemctl-show.json" with { type: "json" };

type Recording = keyof typeof recorded.outputs;

const ended = (output: readonly string[]): Ran => ({
  kind: "ended",
  code: 0,
  output: `${output.join("\n")}\n`,
  complaint: "",
});
const failed = (code: number, complaint: string): Ran => ({ kind: "ended", code, output: "", complaint });
const showing = (name: Recording) => systemdSupervisor(() => Promise.resolve(ended(recorded.outputs[name])));

test("given what systemctl says, when asked for the state, then it is what systemd meant", async () => {
  const expected: Readonly<Record<Recording, ServiceState>> = {
    notInstalled: { kind: "notInstalled" },
    neverStarted: { kind: "stopped" },
    running: { kind: "running", pid: 75, account: "daemon" },
    startedAgain: { kind: "running", pid: 105, account: "daemon" },
    starting: { kind: "starting" },
    looping: { kind: "starting" },
    stopped: { kind: "stopped" },
    stoppedInLoop: { kind: "stopped", why: "ended with the code 1" },
    killed: { kind: "stopped", why: "was ended by the signal 9" },
    failedCode: { kind: "stopped", why: "ended with the code 78" },
    noProgram: { kind: "stopped", why: "ended with the code 203" },
    watchdog: { kind: "stopped", why: "gave no sign of life, and was ended by the watchdog" },
    masked: { kind: "stopped", why: "its unit is masked" },
    badSetting: { kind: "stopped", why: "its unit is bad-setting" },
  };

  for (const name of Object.keys(recorded.outputs) as Recording[]) {
    assert.deepEqual(await showing(name).state(), expected[name], name);
  }
});

test("given what systemctl says, when asked for a report, then it tells since when, whether at boot and how it ended", async () => {
  const at = (seconds: number) => Date.UTC(2026, 10, 29, 16, 55, seconds);

  assert.deepEqual(await showing("startedAgain").report(), {
    state: { kind: "running", pid: 105, account: "daemon" },
    startsAtBoot: true,
    account: "daemon",
    restarts: 1,
    sinceMs: at(44),
  });
  const looping = await showing("looping").report();
  assert.equal(looping.lastFailure, "ended with the code 1");
  const fresh = await showing("neverStarted").report();
  assert.deepEqual([fresh.startsAtBoot, fresh.sinceMs], [false, undefined]);
});

test("given a unit that is not there, when started, then it says how to install, and systemd is asked nothing more", async () => {
  const asked: string[] = [];
  const supervisor = systemdSupervisor((_program, args) => {
    asked.push(args.join(" "));
    return Promise.resolve(ended(recorded.outputs.notInstalled));
  });

  await assert.rejects(supervisor.start(), (error: Error) => {
    assert.ok(error instanceof SupervisorFailure);
    assert.match(error.message, /tillbridge service install/);
    return true;
  });
  assert.equal(asked.length, 1);
});

test("given that systemd says no, when started or stopped, then the message says why and what to do", async () => {
  const refusing = (complaint: string, code: number, shown: Recording) =>
    systemdSupervisor((_program, args) =>
      Promise.resolve(args.includes("show") ? ended(recorded.outputs[shown]) : failed(code, complaint)),
    );
  const job =
    'Job for tillbridge.service failed because the control process exited with error code.\nSee "systemctl status tillbridge.service" and "journalctl -xeu tillbridge.service" for details.\n';
  const denied =
    "Failed to stop tillbridge.service: Access denied\nSee system logs and 'systemctl status tillbridge.service' for details.\n";

  await assert.rejects(
    refusing(job, 1, "failedCode").start(),
    /exited with error code\. It ended with the code 78\. `journalctl/,
  );
  await assert.rejects(refusing(denied, 4, "running").stop(), /this user may not\. Say it with sudo\./);
});

test("given a start that systemd calls done and a service that is not there then, when started, then it is no success", async () => {
  const supervisor = systemdSupervisor((_program, args) =>
    Promise.resolve(args.includes("show") ? ended(recorded.outputs.killed) : ended([])),
  );

  await assert.rejects(supervisor.start(), /it was ended by the signal 9/);
});

test("given a system without systemd, when asked, then it says what it needs", async () => {
  const absent = systemdSupervisor(() =>
    Promise.resolve({ kind: "failed", why: "systemctl cannot be run to its end: ENOENT" }),
  );
  const other = systemdSupervisor(() =>
    Promise.resolve(
      failed(
        1,
        "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to bus: Host is down\n",
      ),
    ),
  );

  await assert.rejects(absent.state(), /systemd does not answer: systemctl cannot be run.*tillbridge daemon/);
  await assert.rejects(other.state(), /not been booted with systemd.*tillbridge daemon/);
});
