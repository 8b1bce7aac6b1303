import assert from "node:assert/strict";
import { connect } from "node:net";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { lockHome } from "../../src/home/lock.ts";
import { startProgram, type ChildProgram } from "../support/child-program.ts";
import { freshFolder } from "../support/home-folder.ts";

const program = fileURLToPath(new URL("../../scripts/try.ts", import.meta.url));

describe("npm start", () => {
  it("shows an approved sale with its stages, ends with 0 and leaves nothing running", async (context) => {
    const home = freshFolder(context);
    const trying = startProgram(context, [program, "--once", "--home", home]);

    const lines = await allLines(trying);

    assert.equal((await trying.ended).code, 0);
    const shown = lines.join("\n");
    assert.match(shown, /The service is ready .* ws:\/\/127\.0\.0\.1:\d+\/v1/);
    assert.match(shown, /found "[^"]*Getnet[^"]*" in the network[^]*found "PoyntPOSConnector" in the network/);
    assert.match(shown, /paired with counter-2[^]*POS {5}pairs as "demo-shop"[^]*POS {5}asks for 12990 CLP/);
    assert.match(shown, /asked for a card[^]*enters the PIN[^]*asks the bank[^]*POS {5}hears: APPROVED 12990 CLP/);
    assert.match(shown, /asks for 18\.50 USD on counter-2[^]*POS {5}hears: APPROVED 18\.50 USD/);
    for (const id of ["counter-1", "counter-2"])
      assert.equal(
        readFileSync(join(home, `ledger-of-${id}.jsonl`), "utf8")
          .trim()
          .split("\n").length,
        1,
      );
    await assertNothingRuns(home);
  });

  it("takes everything down with it when it is stopped", async (context) => {
    const home = freshFolder(context);
    const trying = startProgram(context, [program, "--home", home]);
    while (!(await trying.nextLine()).includes("asks for")) continue;

    trying.kill("SIGTERM");

    assert.equal((await trying.ended).code, 130);
    await assertNothingRuns(home);
  });
});

async function allLines(child: ChildProgram): Promise<readonly string[]> {
  const lines: string[] = [];
  const ended = child.ended.then(() => undefined);
  for (;;) {
    const line = await Promise.race([child.nextLine().catch(() => undefined), ended]);
    if (line === undefined) return lines;
    lines.push(line);
  }
}

/** The daemon's lock is free, and nobody listens on the simulated terminal's port. */
async function assertNothingRuns(home: string): Promise<void> {
  const locked = lockHome(join(home, "data"));
  assert.equal(locked.kind, "locked");
  locked.lock[Symbol.dispose]();
  const { terminals } = JSON.parse(readFileSync(join(home, "config.json"), "utf8")) as {
    readonly terminals: readonly { readonly link: { readonly port: number } }[];
  };
  const socket = connect(terminals[0]?.link.port ?? 0, "127.0.0.1");
  const refused = await new Promise<boolean>((resolve) => {
    socket.on("connect", () => resolve(false)).on("error", () => resolve(true));
  });
  socket.destroy();
  assert.equal(refused, true, "the simulated terminal is gone");
}
