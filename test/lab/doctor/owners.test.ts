// needs: root
// A port and a device that another program has, which is really there.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { start } from "../../cli/command.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { startNeighbour } from "../../support/port-neighbour.ts";
import { AS_NOBODY, atSerialPort, doctorOf, homeOf, NOBODY, startService } from "./doctor-run.ts";

const LISTENS =
  'require("net").createServer().listen(0, "127.0.0.1", function () { console.log(this.address().port) })';

async function stranger(t: TestContext, uid: number): Promise<{ readonly port: number; readonly pid: number }> {
  const child = spawn(process.execPath, ["-e", LISTENS], {
    uid,
    gid: uid,
    cwd: "/",
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(async () => {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { port: Number(String(line)), pid: child.pid ?? 0 };
}

test("a port that another program has: it is named, with its process and user", async (t) => {
  const { port, pid } = await stranger(t, NOBODY);

  const { verdict, evidence, remedy } = (await doctorOf(t, homeOf(t, { server: { port } }))).check(`port.${port}`);

  assert.equal(verdict, "fault");
  assert.ok(evidence.startsWith(`node (process ${pid} of nobody) listens on port ${port}`), evidence);
  assert.match(remedy ?? "", /config set server\.port/);
});

test("a port that a program has which this user is not shown: its user is told", async (t) => {
  const { port } = await stranger(t, 0);

  const diagnosis = await doctorOf(t, homeOf(t, { server: { port } }, NOBODY), AS_NOBODY);

  assert.ok(diagnosis.check(`port.${port}`).evidence.startsWith(`A program of the user root listens on port ${port}`));
});

test("a serial port that ModemManager has: it is named, with the service running or not", async (t) => {
  const path = join(freshFolder(t), "ttyTEST0");
  // In a process of its own: what this one has open its children inherit.
  await start(t, ["simulate", "getnet", "--pty", path]).printed();
  const device = realpathSync(path);
  chownSync(device, NOBODY, NOBODY);
  const home = homeOf(t, atSerialPort(device), NOBODY);
  const { pid } = await startNeighbour(t, "ModemManager", device);

  const stopped = await doctorOf(t, home);
  await startService(t, home, AS_NOBODY);
  const running = await doctorOf(t, home);

  for (const diagnosis of [stopped, running]) {
    const { verdict, evidence, remedy } = diagnosis.check("terminal.counter-1.holder");
    assert.deepEqual([verdict, evidence], ["fault", `ModemManager (process ${pid}) has ${device} open.`]);
    assert.match(remedy ?? "", /udev rule .*systemctl stop ModemManager/);
  }
  assert.equal(
    running.checks.some(({ id }) => id === "daemon.answers"),
    false,
    "the service was asked",
  );
  assert.match(running.check("service.account").evidence, /runs as nobody/);
});
