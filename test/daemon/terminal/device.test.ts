import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { devicePerformer, Question, type Device } from "../../../src/daemon/terminal/device.ts";
import { Keyring } from "../../../src/daemon/terminal/keyring.ts";
import { Recognition } from "../../../src/daemon/terminal/recognition.ts";
import { LinkFaults } from "../../../src/daemon/terminal/link-faults.ts";
import { StreamConnection } from "../../../src/daemon/terminal/stream-connection.ts";
import { getnetWire } from "../../../src/drivers/getnet/codec.ts";
import type { GetnetMessage } from "../../../src/drivers/getnet/messages.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { nodeCrypto } from "../../support/terminal-bench.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

/** A link to a terminal that is known by this serial number. */
async function linkTo(serialNumber: string | undefined) {
  const [clock, log] = [createVirtualClock(), createKeptLog()];
  const secretValues = {
    read: () => Promise.resolve(undefined),
    set: () => Promise.resolve(),
    remove: () => Promise.resolve(false),
  };
  const recognition = new Recognition({
    terminal: "counter-1",
    serialNumber,
    ownerOf: () => undefined,
    metNeighbour: () => false,
    isAtItsPlace: () => true,
    learned: () => undefined,
    emit: () => undefined,
    clock,
    log,
  });
  const device: Device = { ready: false };
  const connection = new StreamConnection<GetnetMessage>({
    choose: () => Promise.resolve(),
    open: () => Promise.resolve({ kind: "failed", why: "nobody" }),
    wire: getnetWire,
    clock,
    crypto: nodeCrypto,
    log,
    faults: new LinkFaults(),
    settings: { openTimeoutMs: 1, writeTimeoutMs: 1, frameGapMs: 1, backoff: { minMs: 1, maxMs: 1 } },
    listener: {
      up: () => undefined,
      down: () => undefined,
      failed: () => undefined,
      message: () => undefined,
      garbled: () => undefined,
    },
  });
  const performer = devicePerformer<GetnetMessage>({
    terminal: "counter-1",
    device,
    recognition,
    question: new Question(clock),
    outlet: { kind: "stream", connection },
    link: "link #1",
    keyring: await Keyring.open("counter-1", secretValues, nodeCrypto, log),
    pairing: () => undefined,
    late: () => Promise.resolve(),
    askAccount: () => undefined,
  });
  return { device, performer, recognition };
}

describe("who is at the other end of a link", () => {
  it("is ready where it is ours, and refused where it is somebody else", async () => {
    const ours = await linkTo("A1");
    ours.performer.identified({ serialNumber: "A1" }, undefined, undefined);
    ours.performer.ready();
    assert.deepEqual([ours.device.ready, ours.device.refused], [true, undefined]);

    const stranger = await linkTo("A1");
    stranger.performer.identified({ serialNumber: "B2" }, undefined, undefined);
    stranger.performer.ready();
    assert.equal(stranger.device.ready, false);
    assert.match(stranger.device.refused ?? "", /B2, not A1/);
  });

  it("is not ready any more as soon as it says that it is somebody else", async () => {
    const { device, performer } = await linkTo("A1");
    performer.identified({ serialNumber: "A1" }, undefined, undefined);
    performer.ready();
    performer.identified({ terminalId: "7" }, undefined, undefined);
    assert.equal(device.ready, true, "what it does not tell changes nothing");
    performer.identified({ serialNumber: "B2" }, undefined, undefined);
    assert.equal(device.ready, false);
    assert.match(device.refused ?? "", /B2, not A1/);
  });

  it("is ours whoever it is, where a person has just paired it, and only on that link", async () => {
    const { device, performer, recognition } = await linkTo("A1");
    device.pairedNow = true;
    performer.identified({ serialNumber: "B2" }, undefined, undefined);
    performer.ready();
    assert.deepEqual([device.ready, recognition.serialNumber], [true, "B2"]);

    const unpaired = await linkTo("A1");
    unpaired.performer.identified({ serialNumber: "B2" }, undefined, undefined);
    unpaired.performer.ready();
    assert.deepEqual([unpaired.device.ready, unpaired.recognition.serialNumber], [false, "A1"]);
  });
});
