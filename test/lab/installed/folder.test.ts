// needs: debootstrap, systemd-container, root
// The archive without an installer, in a Debian with a systemd of its own: `service install` to the last trace of it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import packageDescription from "../../../package.json" with { type: "json" };
import { lastFirst } from "../../support/ending.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { until } from "../../support/until.ts";
import { bootShopPc, type ShopPc } from "./shop-pc.ts";

const BUILD = fileURLToPath(new URL("../../../scripts/build.ts", import.meta.url));
const { version } = packageDescription;
const ARCHIVE = `tillbridge-${version}-linux-x64.tar.gz`;
/** Somebody's home: what lies there belongs to a user who is not root. */
const UNPACKED = `/home/ana/tillbridge-${version}`;
const COMMAND = `${UNPACKED}/bin/tillbridge`;
/** Everything of the machine but what changes by itself, with its owners and rights, and everybody who is known there. */
const LOOK =
  "find / -xdev \\( -path '*/systemd-private-*' -o -path '*/journal/*' -o -path /root -o -path /home -o -path /tmp \\) -prune" +
  " -o -printf '%p %u:%g %m %y\\n' | sort; cat /etc/passwd /etc/group";

suite("an unpacked folder on a Debian with systemd", { timeout: 280_000 }, () => {
  const ends: (() => Promise<void> | void)[] = [];
  const ending = lastFirst({ after: (end) => void ends.push(end) });
  let pc: ShopPc;
  let untouched = "";

  before(async () => {
    const folder = freshFolder(ending);
    execFileSync(process.execPath, [BUILD, "--platform", "linux-x64", "--out", folder], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    pc = await bootShopPc(ending);
    pc.put(join(folder, ARCHIVE), `/home/ana/${ARCHIVE}`);
    await pc.says(
      `useradd ana && cd /home/ana && chown ana . && tar --extract --gunzip --file ${ARCHIVE} && chown --recursive ana ${UNPACKED}`,
    );
    untouched = await pc.says(LOOK);
  });
  after(async () => {
    for (const end of ends.toReversed()) await end();
  });

  test("given somebody's unpacked folder, when it is installed, then the service runs and nobody but root can change it", async (t) => {
    const startMs = performance.now();

    t.diagnostic(await pc.says(`umask 077; ${COMMAND} service install`));

    t.diagnostic(`installed and ready after ${((performance.now() - startMs) / 1_000).toFixed(1)} s`);
    assert.equal(await pc.says("systemctl is-active tillbridge; systemctl is-enabled tillbridge"), "active\nenabled\n");
    assert.equal(await pc.says("find /opt/tillbridge \\( ! -user root -o -perm /022 \\) ! -type l"), "");
    const asAna = await pc.tries("setpriv --reuid=ana --clear-groups tillbridge service status");
    assert.deepEqual([asAna.code, /running, process \d+/.test(asAna.output)], [0, true], asAna.output);
    assert.equal((await pc.tries("setpriv --reuid=ana --clear-groups tillbridge service stop")).code, 1);
  });

  test("given the service, when a terminal is added, then a sale is approved, and one that runs is waited for by `service stop`", async () => {
    await pc.says("systemd-run --quiet --unit terminal tillbridge simulate getnet --tcp 5001 --ledger /root/ledger");
    await until(async () => (await pc.says("journalctl --unit terminal --output cat")).includes("simulated"));
    await pc.says("tillbridge terminals add till --vendor getnet --tcp 127.0.0.1:5001 --setting currency=CLP");
    const sale = "tillbridge --yes sale --terminal till --amount 1250 --currency CLP";
    assert.match(await pc.says(sale), /approved 1250 CLP/);

    await pc.says(`systemd-run --quiet --unit sale ${sale}`);
    await until(async () => (await pc.says("tillbridge transactions list --state dispatched --json")).includes("till"));
    await pc.says("tillbridge service stop");

    await until(async () => (await pc.says("journalctl --unit sale --output cat")).includes("approved 1250 CLP"));
    assert.equal((await pc.says("cat /root/ledger")).match(/"kind":"sale"/g)?.length, 2);
    assert.equal((await pc.tries("tillbridge service status")).code, 1);
    assert.match(await pc.says("tillbridge service start"), /running, process \d+/);
    await pc.says("systemctl stop terminal");
  });

  test("given a spoilt file and a missing one, when it is installed again, then it is whole, and the service has gone on", async () => {
    const before = await pc.says("systemctl show --property MainPID tillbridge");
    await pc.says(`rm /opt/tillbridge/start-version; echo x >> /opt/tillbridge/versions/${version}/LICENSE`);

    await pc.says(`${COMMAND} service install`);

    await pc.says(`diff --recursive ${UNPACKED} /opt/tillbridge/versions/${version}`);
    assert.equal(await pc.says("systemctl show --property MainPID tillbridge"), before);
    assert.equal(await pc.says("stat --format %U:%a /opt/tillbridge/start-version"), "root:755\n");
  });

  test("given the installed service, when it is taken away by its own command, then its data stay, and with --purge nothing stays", async () => {
    await pc.says("tillbridge service uninstall");
    await pc.says("test -s /var/lib/tillbridge/journal.db && test ! -e /opt/tillbridge && ! command -v tillbridge");

    await pc.says(`${COMMAND} service install`);
    assert.match(await pc.says("tillbridge transactions list"), /1250/);
    await pc.says("tillbridge service uninstall --purge --yes");

    assert.equal(await pc.says(LOOK), untouched);
  });

  test("given a port that another program has, when it is installed, then nothing is left, and the message says which port", async () => {
    await pc.says(
      `systemd-run --quiet --unit other ${UNPACKED}/runtime/node -e "require('net').createServer().listen(8455, '127.0.0.1')"`,
    );
    await until(async () => (await pc.says("cat /proc/net/tcp")).includes("0100007F:2107"));

    const { code, output } = await pc.tries(`${COMMAND} service install`);

    assert.equal(code, 1);
    assert.match(output, /Port 8455 on 127\.0\.0\.1 is in use by another program.*taken away again/);
    assert.equal(await pc.says(LOOK), untouched);
  });
});
