import assert from "node:assert/strict";
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { rotatingFile } from "../../src/daemon/rotating-file.ts";
import { freshFolder } from "../support/home-folder.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

const LINE = `${JSON.stringify({ message: "x".repeat(84) })}\n`;

function place(context: TestContext) {
  const directory = freshFolder(context);
  const write = async (limits: { readonly maxFileBytes: number; readonly maxFiles: number }, lines: number) => {
    const clock = createVirtualClock();
    const failed = (why: string) => assert.fail(why);
    const stream = rotatingFile({ directory, name: "tillbridge", ...limits, clock, failed });
    for (let line = 0; line < lines; line += 1) stream.write(LINE);
    await new Promise<void>((resolve) => stream.end(resolve));
  };
  const total = () =>
    readdirSync(directory)
      .filter((name) => name.startsWith("tillbridge."))
      .reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
  return { directory, write, total };
}

describe("the log's files", () => {
  it("stay within their limit together, also when an earlier run had more and larger ones", async (context) => {
    const { directory, write, total } = place(context);
    await write({ maxFileBytes: 5_000, maxFiles: 8 }, 500);
    assert.ok(total() > 30_000, "the larger limit is used");

    await write({ maxFileBytes: 1_000, maxFiles: 3 }, 1);

    assert.ok(total() <= 3_000, `${total()} bytes`);
    assert.deepEqual(readdirSync(directory), ["tillbridge.log"], "each of the earlier ones is larger than all may be");
  });

  it("are as many as there may be, and no more, when only their number was made smaller", async (context) => {
    const { directory, write } = place(context);
    await write({ maxFileBytes: 1_000, maxFiles: 8 }, 200);

    await write({ maxFileBytes: 1_000, maxFiles: 3 }, 1);

    assert.deepEqual(readdirSync(directory).sort(), ["tillbridge.1.log", "tillbridge.2.log", "tillbridge.log"]);
  });

  it("are not taken for others' files", async (context) => {
    const { directory, write } = place(context);
    const others = ["tillbridge.9.log.bak", "tillbridge.x.log", "tillbridge.09.log", "tillbridge-9.log", "other.9.log"];
    for (const name of others) writeFileSync(join(directory, name), "x".repeat(9_000));

    await write({ maxFileBytes: 1_000, maxFiles: 2 }, 50);

    for (const name of others) assert.ok(existsSync(join(directory, name)), name);
  });

  it("begin a new line behind one that a power cut left unfinished", async (context) => {
    const { directory, write } = place(context);
    appendFileSync(join(directory, "tillbridge.log"), `${LINE}{"message":"half`);

    await write({ maxFileBytes: 10_000, maxFiles: 2 }, 1);

    assert.equal(readFileSync(join(directory, "tillbridge.log"), "utf8"), `${LINE}{"message":"half\n${LINE}`);
  });
});
