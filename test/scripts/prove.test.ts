import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { startProgram, type ChildProgram } from "../support/child-program.ts";
import { freshFolder } from "../support/home-folder.ts";
import { until } from "../support/until.ts";

const program = fileURLToPath(new URL("../../scripts/prove.ts", import.meta.url));

describe("npm run prove", { timeout: 110_000 }, () => {
  it("kills the real daemon, finds the books in order and leaves nothing behind", async (context) => {
    const folder = freshFolder(context);

    const proving = startProgram(context, [program, "--kills", "2", "--shops", "1", "--no-record"], { TMPDIR: folder });

    const said = await allOf(proving);
    const { code, stderr } = await proving.ended;
    assert.equal(code, 0, `${said}\n${stderr}`);
    assert.match(said, /shop 1: 2 kills, \d+ requests, \d+ moved, all as told/);
    assert.match(said, /2 kills in \d+ s .* 0 breaks of the promise/);
    assert.match(said, /patience of the simulated terminals is 1 s/);
    assert.deepEqual(readdirSync(folder), []);
  });

  it("takes everything down with it when it is stopped", async (context) => {
    const folder = freshFolder(context);
    const proving = startProgram(context, [program, "--minutes", "5", "--shops", "1", "--no-record"], {
      TMPDIR: folder,
    });
    let daemons: readonly number[] = [];
    await until(() => (daemons = daemonsIn(folder)).length > 0);

    proving.kill("SIGINT");

    assert.equal((await proving.ended).code, 130);
    assert.deepEqual(readdirSync(folder), []);
    for (const pid of daemons) assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
  });

  it("refuses what is not a number", async (context) => {
    const proving = startProgram(context, [program, "--kills", "many"]);

    const { code, stderr } = await proving.ended;

    assert.equal(code, 2);
    assert.match(stderr, /many is not a number/);
  });
});

async function allOf(program: ChildProgram): Promise<string> {
  const lines: string[] = [];
  const ended = program.ended.then(() => undefined);
  for (;;) {
    const line = await Promise.race([program.nextLine().catch(() => undefined), ended]);
    if (line === undefined) return lines.join("\n");
    lines.push(line);
  }
}

/** The processes that said that they are ready. */
function daemonsIn(folder: string): readonly number[] {
  return readdirSync(folder).flatMap((name) => {
    try {
      const file = join(folder, name, "data", "daemon.json");
      return [(JSON.parse(readFileSync(file, "utf8")) as { readonly pid: number }).pid];
    } catch {
      return []; // Not yet.
    }
  });
}
