import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test, type TestContext } from "node:test";
import { vendors } from "../../src/drivers/registry.ts";
import type { SightingOnWire } from "../../src/protocol/terminal.ts";
import { run } from "../cli/command.ts";
import { startProgram } from "../support/child-program.ts";
import { freshFolder } from "../support/home-folder.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const LIMIT = { timeout: 110_000 };

/** What the system calls the loopback. */
function loopback(): string {
  const cards = Object.entries(networkInterfaces());
  return cards.find(([, addresses = []]) => addresses.some(({ address }) => address === "127.0.0.1"))?.[0] ?? "";
}

async function runDaemon(context: TestContext, discovery: object): Promise<string> {
  const home = freshFolder(context);
  writeFileSync(join(home, "config.json"), JSON.stringify({ discovery }));
  await startProgram(context, [main, "daemon", "--home", home, "--port", "0"]).nextLine();
  return home;
}

/** A terminal that announces itself; answers its port. */
async function announced(context: TestContext, vendor: string, place: string) {
  const settings = ["--setting", "currency=CLP"];
  const program = startProgram(context, [main, "simulate", vendor, place, "0", "--json", "--advertise", ...settings]);
  const { port } = JSON.parse(await program.nextLine()) as { readonly port: number };
  await program.said(/it is announced as /);
  return { program, port };
}

async function discover(context: TestContext, home: string): Promise<readonly SightingOnWire[]> {
  const { code, stdout, stderr } = await run(context, ["discover", "--seconds", "2", "--json", "--home", home]);
  assert.equal(code, 0, stderr);
  return (JSON.parse(stdout) as { readonly sightings: readonly SightingOnWire[] }).sightings;
}

test(
  "a terminal of each vendor is found, added by the command that is shown, and then known by its name",
  LIMIT,
  async (context) => {
    const home = await runDaemon(context, { interfaces: [loopback()] });
    const terminals = await Promise.all(
      vendors
        .filter(({ links }) => links.includes("tcp") || links.includes("http"))
        .map(async ({ id, links }) => ({
          id,
          ...(await announced(context, id, links.includes("http") ? "--http" : "--tcp")),
        })),
    );

    const before = await discover(context, home);

    for (const { id, port } of terminals) {
      const sighting = before.find((each) => each.port === port);
      assert.deepEqual([sighting?.vendor, sighting?.address], [id, "127.0.0.1"]);
      assert.equal(sighting?.simulated, true, id);
      assert.equal(
        sighting.reachable,
        sighting.link?.type === "http" ? true : undefined,
        "a byte stream is left alone",
      );
      // As a person pastes it, with this source in place of the installed command.
      const words = (sighting.command ?? "").split(" ").slice(1);
      execFileSync(process.execPath, [main, ...words, "--home", home], { stdio: "pipe" });
    }
    const [first] = terminals;
    first?.program.kill("SIGTERM");
    await first?.program.ended;

    const after = await discover(context, home);

    for (const { id, port } of terminals.slice(1)) {
      const sighting = after.find((each) => each.port === port);
      assert.match(sighting?.terminal ?? "", new RegExp(`^${id}-\\d+$`));
      assert.deepEqual([sighting?.command, sighting?.reachable], [undefined, undefined], "it is left alone");
    }
    assert.equal(
      after.some(({ port }) => port === first?.port),
      false,
      "it said goodbye",
    );
  },
);

test(
  "discovery that is switched off says how to switch it on, and a card that is not there is named",
  LIMIT,
  async (context) => {
    const [off, nowhere] = await Promise.all([
      runDaemon(context, { mdns: false, usb: false, serial: false, accounts: false }),
      runDaemon(context, { interfaces: ["no-such-card"] }),
    ]);
    const [refused, deaf] = await Promise.all([
      run(context, ["discover", "--home", off]),
      run(context, ["discover", "--seconds", "1", "--home", nowhere]),
    ]);

    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /`discovery` in config\.json says false to all of it/);
    assert.equal(deaf.code, 0);
    assert.match(deaf.stderr, /There is no network card no-such-card/);
  },
);
