// needs: debootstrap, systemd-container, root
// A newer .deb over one that runs, while a payment is in doubt; and one whose program does not start, with a unit of its own.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import packageDescription from "../../../package.json" with { type: "json" };
import { lastFirst } from "../../support/ending.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { until } from "../../support/until.ts";
import { packagesOf } from "./packages.ts";
import { bootShopPc, type ShopPc } from "./shop-pc.ts";

const OLD = packageDescription.version;
const NEW = "77.0.0";
const BROKEN = "78.0.0";
const TERMINAL = "--tcp 5001 --ledger /root/ledger --memory /root/memory";
/** The money moves, and nobody is told of it. */
const SILENT = { rules: [{ when: { command: "sale" }, then: [{ kind: "silent", from: "money" }] }] };

const UNIT_FILE = "/usr/lib/systemd/system/tillbridge.service";
/** No other version starts under it. */
const UNIT_OF_BROKEN = `ExecStartPre=/bin/sh -c 'grep -qx ${BROKEN} /opt/tillbridge/current'\nEnvironment=UNIT_OF=${BROKEN}\nExecStart=`;
const DIES = 'if (process.argv.includes("daemon")) process.exit(9);\n';

type Listed = {
  readonly transactions: readonly { readonly state: string; readonly outcome?: { readonly kind: string } }[];
};

suite("a newer .deb over the service that runs", { timeout: 290_000 }, () => {
  const ends: (() => Promise<void> | void)[] = [];
  const ending = lastFirst({ after: (end) => void ends.push(end) });
  let pc: ShopPc;

  before(async () => {
    const folder = freshFolder(ending);
    const broken = packagesOf(BROKEN, folder, []).program;
    const main = join(broken, "app", "main.js");
    // Whoever looks at it finds nothing wrong: only the service ends.
    writeFileSync(main, `${DIES}${readFileSync(main, "utf8")}`);
    const unit = join(broken, "service", "tillbridge.service");
    writeFileSync(unit, readFileSync(unit, "utf8").replace("ExecStart=", UNIT_OF_BROKEN));
    const built = [OLD, NEW, BROKEN].map((version) => packagesOf(version, folder, ["deb"]).deb);
    pc = await bootShopPc(ending);
    for (const [index, deb] of built.entries()) pc.put(deb, `/root/${index}.deb`);
    await pc.says("dpkg --install /root/0.deb");
    pc.write("/root/scenario.json", JSON.stringify(SILENT));
    await pc.says(
      `systemd-run --quiet --unit terminal tillbridge simulate getnet ${TERMINAL} --scenario /root/scenario.json`,
    );
    await until(async () => (await pc.says("journalctl --unit terminal --output cat")).includes("simulated"));
    await pc.says("tillbridge terminals add till --vendor getnet --tcp 127.0.0.1:5001 --setting currency=CLP");
  });
  after(async () => {
    for (const end of ends.toReversed()) await end();
  });

  test("given a payment in doubt, when a newer package is installed, then it runs, and the payment's end is found out", async (t) => {
    await pc.says("systemd-run --quiet --unit sale tillbridge --yes sale --terminal till --amount 1250 --currency CLP");
    await until(() => ledger().includes('"kind":"sale"'));
    await pc.says("systemctl stop terminal");
    await until(async () => (await transactions()).some(({ state }) => state === "dispatched"));
    const startMs = performance.now();

    t.diagnostic(await pc.says("dpkg --install /root/1.deb"));

    t.diagnostic(`upgraded after ${((performance.now() - startMs) / 1_000).toFixed(1)} s`);
    assert.equal(await pc.says("tillbridge --version"), `${NEW}\n`);
    assert.equal(await pc.says("systemctl is-active tillbridge"), "active\n");
    assert.equal((await transactions()).length, 1);
    await pc.says(`systemd-run --quiet --unit terminal-again tillbridge simulate getnet ${TERMINAL}`);
    await until(async () => (await transactions())[0]?.outcome?.kind === "approved");
    assert.equal(ledger().match(/"kind":"sale"/g)?.length, 1);
  });

  test("given a newer package whose program does not start, when it is installed, then the one before runs, under the unit that it had, and it is said", async (t) => {
    const unit = await pc.says(`cat ${UNIT_FILE}`);

    const refused = await pc.tries("dpkg --install /root/2.deb");

    t.diagnostic(refused.output);
    assert.notEqual(refused.code, 0);
    assert.match(refused.output, new RegExp(`Tillbridge ${BROKEN} does not run`));
    assert.equal(await pc.says("tillbridge --version"), `${NEW}\n`);
    assert.equal(await pc.says("systemctl is-active tillbridge"), "active\n");
    assert.equal((await transactions())[0]?.outcome?.kind, "approved");
    assert.match(await pc.says("cat /opt/tillbridge/updates.log"), new RegExp(`rolledBack ${BROKEN} ${NEW}`));
    assert.equal(await pc.says(`cat ${UNIT_FILE}`), unit);
    assert.equal(await pc.says("systemctl show --property NeedDaemonReload --value tillbridge"), "no\n");
    assert.doesNotMatch(await mainEnvironment(), /UNIT_OF/);
  });

  test("given a package that was taken back, when it is mended and configured again, then it runs under the unit that it brought", async (t) => {
    await pc.says(`sed -i 1d /opt/tillbridge/package/tillbridge-${BROKEN}/app/main.js`);

    t.diagnostic(await pc.says("dpkg --configure tillbridge"));

    assert.equal(await pc.says("tillbridge --version"), `${BROKEN}\n`);
    assert.match(await mainEnvironment(), new RegExp(`UNIT_OF=${BROKEN}`));
    assert.equal((await pc.tries("ls /opt/tillbridge/before")).code, 2);
  });

  /** Of the service's process: what it was really started with, whatever the unit says. */
  async function mainEnvironment(): Promise<string> {
    return pc.says('tr "\\0" "\\n" < /proc/$(systemctl show --property MainPID --value tillbridge)/environ');
  }

  async function transactions(): Promise<Listed["transactions"]> {
    return (JSON.parse(await pc.says("tillbridge --json transactions list")) as Listed).transactions;
  }

  function ledger(): string {
    try {
      return readFileSync(join(pc.root, "root", "ledger"), "utf8");
    } catch {
      return ""; // no money has moved yet
    }
  }
});
