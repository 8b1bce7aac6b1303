import assert from "node:assert/strict";
import { unlinkSync } from "node:fs";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openPtyPort } from "../../src/cli/simulate/pty-port.ts";
import { serialTransport } from "../../src/transports/serial.ts";
import type { Link, Opened } from "../../src/transports/transport.ts";
import { realClock } from "../support/clock.ts";
import { createRecordingListener } from "../support/recording-listener.ts";
import { createVirtualClock, type VirtualClock } from "../support/virtual-clock.ts";

const LIMIT_MS = 20_000;
const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Windows has no pseudo-terminals. */
function testOnPty(name: string, run: () => Promise<void>): void {
  if (process.platform !== "win32") test(name, run);
}

function linkOf(opened: Opened): Link {
  assert.equal(opened.kind, "open", opened.kind === "failed" ? opened.why : "");
  return opened.link;
}

/** A folder of its own with a device in it: a link to a pseudo-terminal. */
async function plugged() {
  const folder = await mkdtemp(join(tmpdir(), "serial-"));
  const heard = createRecordingListener();
  const path = join(folder, "ttyTEST0");
  const far = await openPtyPort(
    path,
    { ...heard, connected: () => {}, disconnected: () => {}, log: () => {} },
    realClock,
  );
  return {
    far,
    heard,
    folder,
    path,
    address: { type: "serial", path } as const,
    async [Symbol.asyncDispose]() {
      await far.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Waits until the device node was looked at once: the next look is a timer then. */
async function firstLook(clock: VirtualClock): Promise<void> {
  await clock.advance(0);
  while (clock.pendingTimers() === 0) await clock.settle();
}

testOnPty("bytes go both ways unchanged, line ends and control characters included", async () => {
  await using cable = await plugged();
  const listener = createRecordingListener();
  const link = linkOf(await serialTransport(realClock).open(cable.address, listener, LIMIT_MS));
  assert.equal(link.name, `serial ${cable.path} #1`);

  assert.deepEqual(await link.send(bytesOf("one\r\ntwo\n\u0003\u0004\u0011\u0013\u001a"), LIMIT_MS), { kind: "sent" });
  assert.equal(await cable.heard.until((text) => text.length === 14), "one\r\ntwo\n\u0003\u0004\u0011\u0013\u001a");

  cable.far.write(bytesOf('\r\n{"Received":true}\n'));
  assert.equal(await listener.until((text) => text.length === 20), '\r\n{"Received":true}\n');
  await link.close();
  assert.deepEqual(listener.losses, []);
});

testOnPty("two hundred kilobytes arrive whole in both directions", async () => {
  await using cable = await plugged();
  const listener = createRecordingListener();
  const link = linkOf(await serialTransport(realClock).open(cable.address, listener, LIMIT_MS));
  const much = "0123456789".repeat(20_000);

  assert.deepEqual(await link.send(bytesOf(much), LIMIT_MS), { kind: "sent" });
  assert.equal(await cable.heard.until((text) => text.length >= much.length), much);
  cable.far.write(bytesOf(much));
  assert.equal(await listener.until((text) => text.length >= much.length), much);
  await link.close();
});

testOnPty("an unplugged device is lost once, and writes are refused from then on", async () => {
  await using cable = await plugged();
  const listener = createRecordingListener();
  const link = linkOf(await serialTransport(realClock).open(cable.address, listener, LIMIT_MS));

  cable.far.write(bytesOf("up"));
  await listener.until((text) => text === "up");

  cable.far.hangUp("cut");

  assert.equal((await listener.untilLost()).loss, "failed");
  assert.equal(link.isOpen, false);
  assert.equal((await link.send(bytesOf("late"), LIMIT_MS)).kind, "refused");
  await link.close();
  assert.equal(listener.losses.length, 1);
});

testOnPty("a device that is unplugged while the binding reads and plugged in again needs a fresh link", async () => {
  await using cable = await plugged();
  const transport = serialTransport(realClock);
  const first = createRecordingListener();
  const lost = linkOf(await transport.open(cable.address, first, LIMIT_MS));
  cable.far.hangUp("cut");
  await first.untilLost();
  await lost.close();
  await cable.far.close();

  const again = await openPtyPort(
    cable.path,
    { ...cable.heard, connected() {}, disconnected() {}, log() {} },
    realClock,
  );
  const second = createRecordingListener();
  const link = linkOf(await transport.open(cable.address, second, LIMIT_MS));
  again.write(bytesOf("back"));

  assert.equal(await second.until((text) => text === "back"), "back");
  assert.equal(link.name, `serial ${cable.path} #2`);
  await link.close();
  await again.close();
});

testOnPty("an unplug that the binding misses is seen at the vanished device node", async () => {
  // Given a port whose binding notices nothing: the pseudo-terminal stays, only its name goes.
  await using cable = await plugged();
  const clock = createVirtualClock();
  const listener = createRecordingListener();
  const link = linkOf(await serialTransport(clock).open(cable.address, listener, LIMIT_MS));
  await firstLook(clock);

  unlinkSync(cable.path);
  await clock.advance(1_000);

  assert.match((await listener.untilLost()).why, /unplugged/);
  await link.close();
  assert.equal(listener.losses.length, 1);
  assert.equal(clock.pendingTimers(), 0);
});

testOnPty("a device that vanished before its node was looked at is lost as well", async () => {
  await using cable = await plugged();
  const clock = createVirtualClock();
  const listener = createRecordingListener();
  linkOf(await serialTransport(clock).open(cable.address, listener, LIMIT_MS));

  unlinkSync(cable.path);
  await clock.advance(0);

  assert.match((await listener.untilLost()).why, /unplugged/);
});

testOnPty("another device under the same name is not the one that was opened", async () => {
  await using cable = await plugged();
  const clock = createVirtualClock();
  const listener = createRecordingListener();
  linkOf(await serialTransport(clock).open(cable.address, listener, LIMIT_MS));
  await firstLook(clock);

  unlinkSync(cable.path);
  await symlink("/dev/null", cable.path);
  await clock.advance(1_000);

  assert.equal((await listener.untilLost()).loss, "failed");
});

testOnPty("a device that never takes the bytes: the write is given up in time", async () => {
  await using cable = await plugged();
  const clock = createVirtualClock();
  const listener = createRecordingListener();
  const link = linkOf(await serialTransport(clock).open(cable.address, listener, LIMIT_MS));

  // The device holds a few kilobytes, and the clock moves on before anybody can read more.
  const sending = link.send(new Uint8Array(64 * 1024 * 1024), 2_000);
  await clock.advance(2_000);

  assert.equal((await sending).kind, "failed");
  assert.match((await listener.untilLost()).why, /2000 ms/);
  await link.close();
});

testOnPty("close lets go of the device at once, so that it can be opened again", async () => {
  await using cable = await plugged();
  const transport = serialTransport(realClock);
  const listener = createRecordingListener();

  await linkOf(await transport.open(cable.address, listener, LIMIT_MS)).close();
  await linkOf(await transport.open(cable.address, listener, LIMIT_MS)).close();

  assert.deepEqual(listener.losses, []);
});

testOnPty("a device that another program has open is named as busy", async () => {
  await using cable = await plugged();
  const transport = serialTransport(realClock);
  const link = linkOf(await transport.open(cable.address, createRecordingListener(), LIMIT_MS));

  const second = await transport.open(cable.address, createRecordingListener(), LIMIT_MS);

  assert.equal(second.kind, "failed");
  assert.match(second.why, /another program has .* open/);
  assert.match(second.remedy ?? "", /Close it/);
  await link.close();
});

testOnPty("a device that is not there, and a file that is no device, are named", async () => {
  const folder = await mkdtemp(join(tmpdir(), "serial-"));
  const file = join(folder, "file");
  await writeFile(file, "");
  const transport = serialTransport(realClock);
  const open = (path: string) => transport.open({ type: "serial", path }, createRecordingListener(), LIMIT_MS);

  const missing = await open(join(folder, "ttyNONE"));
  assert.equal(missing.kind, "failed");
  assert.match(missing.why, /there is no device/);
  assert.match(missing.remedy ?? "", /plugged in/);

  const noPort = await open(file);
  assert.equal(noPort.kind, "failed");
  assert.match(noPort.why, /is not a serial port/);
  await rm(folder, { recursive: true });
});

testOnPty("an open that is given up leaves the device free", async () => {
  await using cable = await plugged();
  const transport = serialTransport(realClock);
  const giving = new AbortController();

  const opening = transport.open(cable.address, createRecordingListener(), LIMIT_MS, giving.signal);
  giving.abort();

  assert.equal((await opening).kind, "failed");
  const before = await transport.open(cable.address, createRecordingListener(), LIMIT_MS, AbortSignal.abort());
  assert.equal(before.kind, "failed");
});

test("development runs on Node 24, because serialport 13 gets no data on Node 26 while the event loop is idle", () => {
  // serialport/node-serialport#3148. The lab test beside this one runs a newer Node and shows when that has changed.
  assert.equal(process.versions.node.split(".")[0], "24");
});
