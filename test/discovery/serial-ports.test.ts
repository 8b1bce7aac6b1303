import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { systemSerialPorts } from "../../src/discovery/serial-ports.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

const SOURCE = new URL("../../src/discovery/serial-ports.ts", import.meta.url).href;

describe("the serial ports of this machine", () => {
  it("are listed, each once, or it is said in words why not", async () => {
    const listed = await systemSerialPorts(createVirtualClock()).list();
    if (listed.kind === "failed") {
      assert.notEqual(listed.why, "");
      return;
    }
    const paths = listed.ports.map(({ path }) => path);
    assert.equal(new Set(paths).size, paths.length);
    if (process.platform === "linux") for (const path of paths) assert.match(path, /^\/dev\/tty/);
  });

  it("are no longer watched after the end, which may be said twice", () => {
    const stop = systemSerialPorts(createVirtualClock()).onChange(() => assert.fail("nothing was plugged in"));
    stop();
    stop();
  });

  it("keep no process alive while they are watched", () => {
    const program = `
      import { systemSerialPorts } from ${JSON.stringify(SOURCE)};
      systemSerialPorts({}).onChange(() => undefined);
      console.log("watching");`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      encoding: "utf8",
      timeout: 20_000,
    });
    assert.equal(stdout, "watching\n", stderr);
    assert.equal(status, 0, stderr);
  });
});
