// What a package's script asks for, of a service that is the real one: `update deploy` while somebody pays.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { Call } from "../../src/cli/call.ts";
import { updateCommands } from "../../src/cli/commands/update.ts";
import type { Supervisor } from "../../src/cli/supervision/supervisor.ts";
import { resolveHome } from "../../src/home/paths.ts";
import { readCurrent, writeCurrent } from "../../src/home/program/switching.ts";
import { keptOutput } from "../cli/told.ts";
import { freshFolder } from "../support/home-folder.ts";
import { openShop, TERMINAL } from "../support/shop.ts";
import { until } from "../support/until.ts";
import { NEW, OLD, programOf, writeProgram } from "../support/update-machine.ts";

/** The customer never comes, and the terminal says nothing more. */
const SILENT = { rules: [{ when: { command: "sale", nth: 1 }, then: [{ kind: "silent", from: "acknowledgement" }] }] };

async function installationWithPackage(t: TestContext): Promise<string> {
  const installation = freshFolder(t);
  await writeProgram(join(installation, "versions", OLD), programOf(OLD));
  mkdirSync(join(installation, "package"));
  await writeProgram(join(installation, "package", `tillbridge-${NEW}`), programOf(NEW));
  await writeCurrent(installation, OLD);
  return installation;
}

const untouched = () => assert.fail("the service is not to be touched");
const supervisor: Supervisor = {
  state: () => Promise.resolve({ kind: "running", pid: process.pid, account: "tillbridge" }),
  start: untouched,
  stop: untouched,
  restart: untouched,
};

async function deployIn(installation: string, home: string) {
  const { deploy } = updateCommands({
    programFolder: join(installation, "versions", OLD),
    supervisor,
    reached: () => undefined,
  });
  const { out, told } = keptOutput();
  const call: Call = {
    arguments: [join(installation, "package", `tillbridge-${NEW}`)],
    text: (name) => (name === "wait" ? "0" : undefined),
    texts: () => [],
    flag: () => false,
    home: resolveHome(home, {}, process.platform),
    homeOption: home,
    yes: true,
    out,
    composition: {} as Call["composition"],
  };
  const code = await deploy(call);
  return { code, text: told.text, result: told.result as { readonly outcome: string } };
}

test("given a sale at a terminal, when a package is put in, then it is put off and nothing is changed; once the sale is in doubt, it is not put off any more", async (t) => {
  const shop = await openShop(t, { terminals: { [TERMINAL]: { scenario: SILENT } } });
  const installation = await installationWithPackage(t);
  // The till leaves with the test, before anybody knows.
  shop.till.sale(1_250).ended.catch(() => undefined);
  await until(async () => {
    const { transactions } = await shop.till.client.call("transactions.list", { state: "dispatched" });
    return transactions.length === 1;
  });

  const putOff = await deployIn(installation, shop.home);

  assert.equal(putOff.code, 0);
  assert.equal(putOff.result.outcome, "postponed");
  assert.match(putOff.text, new RegExp(`Version ${OLD} goes on running.* a sale of till-1 at ${TERMINAL}`));
  assert.match(putOff.text, /tillbridge update deploy .* puts it in, when it is quiet/);
  assert.equal(await readCurrent(installation), OLD);
  assert.deepEqual(readdirSync(join(installation, "versions")), [OLD]);
  const { intake } = await shop.till.client.call("diagnostics.health", {});
  assert.equal(intake, "open");

  shop.terminal().program.kill("SIGKILL");
  // The new program is none, so it is refused: it was asked.
  await until(async () => (await deployIn(installation, shop.home)).result.outcome === "refused");
});
