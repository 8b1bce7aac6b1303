import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { openPtyPort } from "../../src/cli/simulate/pty-port.ts";
import { portHolder } from "../../src/transports/port-holder.ts";
import { serialTransport } from "../../src/transports/serial.ts";
import { realClock } from "../support/clock.ts";
import { freshFolder } from "../support/home-folder.ts";
import { startNeighbour } from "../support/port-neighbour.ts";
import { createRecordingListener } from "../support/recording-listener.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

const LIMIT_MS = 20_000;
const elsewhere = process.platform === "linux" ? false : "only Linux tells who has a device open";

/** A pseudo-terminal, and a link to it as its path. */
async function plugged(context: TestContext) {
  const folder = freshFolder(context);
  const path = join(folder, "ttyTEST0");
  const heard = createRecordingListener();
  const far = await openPtyPort(path, { ...heard, connected() {}, disconnected() {}, log() {} }, realClock);
  context.after(() => far.close());
  return { folder, path, far, heard };
}

function open(path: string, listener = createRecordingListener()) {
  return serialTransport(realClock).open({ type: "serial", path }, listener, LIMIT_MS);
}

/** No limit ends these looks: how long one takes is the machine's matter. */
describe("who has a port open", { skip: elsewhere }, () => {
  it("is named, with its process", async (context) => {
    const { path } = await plugged(context);
    const { pid } = await startNeighbour(context, "ModemManager", path);

    assert.deepEqual(await portHolder(path, createVirtualClock()), { kind: "seen", name: "ModemManager", pid });
  });

  it("is nobody else where this program alone has it open, where nothing is, and for a file", async (context) => {
    const { path, folder } = await plugged(context);
    const file = join(folder, "file");
    writeFileSync(file, "");

    for (const place of [path, join(folder, "ttyNONE"), file]) {
      assert.equal(await portHolder(place, createVirtualClock()), undefined, place);
    }
  });

  it("has a name without what a console would obey, and no longer than one is", async (context) => {
    const { path } = await plugged(context);
    const { pid } = await startNeighbour(context, `odd \u001b[2J\n${"x".repeat(100)}`, path);

    assert.deepEqual(await portHolder(path, createVirtualClock()), {
      kind: "seen",
      name: `odd2J${"x".repeat(35)}`,
      pid,
    });
  });

  it("is suspected where another user's programs hide what they have open, of those that open what is new", async (context) => {
    const { path, folder } = await plugged(context);
    for (const [pid, name] of [
      [711, "ModemManager"],
      [712, "bash"],
    ] as const) {
      mkdirSync(join(folder, "proc", String(pid)), { recursive: true });
      writeFileSync(join(folder, "proc", String(pid), "comm"), `${name}\n`);
    }

    const holder = await portHolder(path, createVirtualClock(), join(folder, "proc"));

    assert.deepEqual(holder, { kind: "suspected", name: "ModemManager", pid: 711 });
  });

  it("is not looked for any longer than a shop can wait", async (context) => {
    const { path } = await plugged(context);
    await startNeighbour(context, "ModemManager", path);
    const clock = createVirtualClock();

    const looking = portHolder(path, clock);
    await clock.advance(200);

    assert.equal(await looking, undefined);
    assert.equal(clock.pendingTimers(), 0);
  });
});

describe("a port that another program has open", { skip: elsewhere }, () => {
  it("is not opened: who has it is said, and how to keep it away", async (context) => {
    const { path } = await plugged(context);
    const { pid } = await startNeighbour(context, "ModemManager", path);

    const opened = await open(path);

    assert.equal(opened.kind, "failed");
    assert.equal(opened.why, `ModemManager (process ${pid}) has ${path} open`);
    assert.match(opened.remedy ?? "", /udev rules/);
  });

  it("is to be closed there, where that program is none that opens every modem", async (context) => {
    const { path } = await plugged(context);
    await startNeighbour(context, "vendor-bridge", path);

    const opened = await open(path);

    assert.equal(opened.kind, "failed");
    assert.match(opened.why, /^vendor-bridge \(process \d+\) has /);
    assert.match(opened.remedy ?? "", /^Close it/);
  });

  it("is worth another attempt soon, since nothing tells when it is free", async (context) => {
    const { path } = await plugged(context);
    await startNeighbour(context, "ModemManager", path);

    const [held, missing] = [await open(path), await open(`${path}.none`)];

    assert.equal(held.kind === "failed" && held.retryWithinMs, 2_000);
    assert.equal(missing.kind === "failed" && missing.retryWithinMs, undefined);
  });

  it("works when it was let go: what was written before is the terminal's to make sense of", async (context) => {
    const { path, far, heard } = await plugged(context);
    const neighbour = await startNeighbour(context, "ModemManager", path, "probes");
    await heard.until((text) => text.includes("AT+CGMI\r"));
    await neighbour.letGo();

    const listener = createRecordingListener();
    const opened = await open(path, listener);
    assert.equal(opened.kind, "open", opened.kind === "failed" ? opened.why : "");
    context.after(() => opened.link.close());
    far.write(new TextEncoder().encode("ready"));

    assert.equal(await listener.until((text) => text.length >= 5), "ready");
  });
});
