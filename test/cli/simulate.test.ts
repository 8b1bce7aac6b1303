import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import type { SimulatedLink } from "../../src/cli/simulate/link-to.ts";
import { vendors } from "../../src/drivers/registry.ts";
import { freshFolder } from "../support/home-folder.ts";
import { run, start } from "./command.ts";

function placeOf(link: SimulatedLink): { readonly host: string; readonly port: number } {
  assert(link.type !== "serial");
  if (link.type !== "cloud") return link;
  const { hostname: host, port } = new URL(link.baseUrl);
  return { host, port: Number(port) };
}

for (const { id, wire } of vendors) {
  const [place, other] = wire.kind === "http" ? ["--http", "--tcp"] : ["--tcp", "--http"];

  test(`${id}: a simulated terminal says where it is, can be reached there, and ends in order`, async (t) => {
    const terminal = start(t, ["simulate", id, place, "0", "--json"]);
    await terminal.said("waits there");
    const { host, port } = placeOf(JSON.parse(await terminal.printed()) as SimulatedLink);
    const socket = connect(port, host);
    await once(socket, "connect");

    terminal.interrupt();
    const { code } = await terminal.ended;

    socket.destroy();
    assert.equal(code, 0);
  });

  test(`${id}: a scenario that is wrong, unreadable, or a place that is not clear is said`, async (t) => {
    const folder = freshFolder(t);
    const wrong = join(folder, "wrong.json");
    writeFileSync(wrong, '{"frobnicate": true}');

    const [unknown, unreadable, nowhere, twice, wrongPlace] = await Promise.all([
      run(t, ["simulate", id, place, "0", "--scenario", wrong]),
      run(t, ["simulate", id, place, "0", "--scenario", join(folder, "missing.json")]),
      run(t, ["simulate", id]),
      run(t, ["simulate", id, place, "0", "--pty"]),
      run(t, ["simulate", id, other, "0"]),
    ]);
    const [beyond, ledger, memory] = await Promise.all([
      run(t, ["simulate", id, place, "99999"]),
      run(t, ["simulate", id, place, "0", "--ledger", join(folder, "nowhere", "ledger")]),
      run(t, ["simulate", id, place, "0", "--memory", join(folder, "nowhere", "memory")]),
    ]);
    assert.deepEqual([beyond.code, ledger.code, memory.code], [2, 1, 1]);
    assert.match(ledger.stderr, /^tillbridge: The simulated terminal cannot write .*ledger: .*\n$/);

    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /frobnicate/);
    assert.deepEqual([unreadable.code, nowhere.code, twice.code, wrongPlace.code], [2, 2, 2, 2]);
    assert.match(wrongPlace.stderr, new RegExp(`is reached over .* ${place} PORT`));
  });
}
