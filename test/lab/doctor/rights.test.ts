// needs: root
// Rights that are really missing: of a device, and of a home. Root ignores them, so the doctor gives up being root.
import assert from "node:assert/strict";
import { chmodSync, chownSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { openPtyPort } from "../../../src/cli/simulate/pty-port.ts";
import { realClock } from "../../support/clock.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { createRecordingListener } from "../../support/recording-listener.ts";
import { AS_NOBODY, atSerialPort, doctorOf, homeOf, NOBODY } from "./doctor-run.ts";

async function plugged(t: TestContext): Promise<string> {
  const path = join(freshFolder(t), "ttyTEST0");
  const heard = createRecordingListener();
  const far = await openPtyPort(path, { ...heard, connected() {}, disconnected() {}, log() {} }, realClock);
  t.after(() => far.close());
  return realpathSync(path);
}

test("a device that belongs to somebody else: its owner and mode are told, and it is well when the rights are there", async (t) => {
  const path = await plugged(t);
  const home = homeOf(t, atSerialPort(path), NOBODY);
  chownSync(path, 0, 0);
  chmodSync(path, 0o600);

  const before = await doctorOf(t, home, AS_NOBODY);
  const seenByRoot = await doctorOf(t, home);
  chmodSync(path, 0o666);
  const after = await doctorOf(t, home, AS_NOBODY);

  for (const diagnosis of [before, seenByRoot]) {
    const { verdict, evidence, remedy, terminal } = diagnosis.check("terminal.counter-1.device");
    assert.equal(verdict, "fault");
    assert.match(
      evidence,
      new RegExp(`^${path} belongs to root:root, mode 600; the service runs as nobody .*may not use it`),
    );
    assert.match(remedy ?? "", /udev rule/);
    assert.equal(terminal, "counter-1");
    assert.equal(diagnosis.code, 1);
  }
  assert.equal(after.check("terminal.counter-1.device").verdict, "ok");
});

test("a home that belongs to somebody else", async (t) => {
  const home = homeOf(t, { server: { port: 0 } }, 0);
  chmodSync(home, 0o755);

  const diagnosis = await doctorOf(t, home, AS_NOBODY);

  const data = diagnosis.check("home.data");
  assert.equal(data.verdict, "fault");
  assert.match(data.evidence, /data belongs to root:root, mode 700; the service runs as nobody/);
  assert.match(data.remedy ?? "", /^`sudo chown --recursive nobody: .*data`/);
  assert.match(diagnosis.check("config.file").evidence, /config\.json cannot be used: .*no rights to it/);
  assert.match(diagnosis.check("daemon.answers").evidence, /may not read/);
});

test("a home that may not even be entered", async (t) => {
  const home = homeOf(t, { server: { port: 0 } }, 0);
  chmodSync(home, 0o700);

  const diagnosis = await doctorOf(t, home, AS_NOBODY);

  assert.equal(diagnosis.check("home.data").verdict, "fault");
  assert.match(diagnosis.check("home.data").evidence, /may not be looked at by this user/);
});

test("what root made by hand in the service's folder, and a token that others can read", async (t) => {
  const home = homeOf(t, { server: { port: 0 } }, NOBODY);
  writeFileSync(join(home, "data", "pos.json"), "{}", { mode: 0o600 });

  const others = await doctorOf(t, home);
  chownSync(join(home, "data", "pos.json"), NOBODY, NOBODY);
  chmodSync(join(home, "data", "pos.json"), 0o644);
  chmodSync(join(home, "data"), 0o755);
  const open = await doctorOf(t, home);

  assert.match(others.check("home.secrets").evidence, /somebody else has: pos\.json \(root\)/);
  assert.match(open.check("home.secrets").evidence, /can read in .*: pos\.json \(mode 644\)/);
  assert.deepEqual([others.code, open.code], [1, 1]);
});

test("root writes nothing in somebody else's folder: how fast its disk is, is not known then", async (t) => {
  const diagnosis = await doctorOf(t, homeOf(t, { server: { port: 0 } }, NOBODY));

  const { verdict, evidence } = diagnosis.check("disk.sync");
  assert.equal(verdict, "unknown");
  assert.match(evidence, /another user's, and root writes nothing there/);
});
