// needs: debootstrap, systemd-container, root
// The .deb in a Debian with a systemd of its own, from its installation to the last trace of it.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import packageDescription from "../../../package.json" with { type: "json" };
import { lastFirst } from "../../support/ending.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { until } from "../../support/until.ts";
import { emptyPackage, packagesOf } from "./packages.ts";
import { bootShopPc, type ShopPc } from "./shop-pc.ts";

const { version } = packageDescription;
const OLDER = "0.0.1";
const PACKAGE = "/root/tillbridge.deb";
const OLDER_PACKAGE = "/root/older.deb";
const SETTINGS = "--setting currency=CLP --setting quietMs=300 --setting askEveryMs=100";
/**
 * Everything of the machine but what changes by itself: the folders that systemd makes for its own services, and `/opt`, which dpkg
 * takes with its last package and which is looked at on its own.
 */
const LOOK = "find / -xdev \\( -path '*/systemd-private-*' -o -path /root -o -path /opt \\) -prune -o -print | sort";

suite("the .deb on a Debian with systemd", { timeout: 280_000 }, () => {
  const ends: (() => Promise<void> | void)[] = [];
  const ending = lastFirst({ after: (end) => void ends.push(end) });
  let pc: ShopPc;
  let untouched = "";

  before(async () => {
    const folder = freshFolder(ending);
    const built = packagesOf(version, folder, ["deb"]);
    const older = emptyPackage(OLDER, folder, built);
    pc = await bootShopPc(ending);
    pc.put(built.deb, PACKAGE);
    pc.put(older, OLDER_PACKAGE);
    untouched = await pc.says(LOOK);
  });
  after(async () => {
    for (const end of ends.toReversed()) await end();
  });

  test("given a machine without it, when it is installed, then its service is ready, under a user of its own and with few rights", async (t) => {
    const startMs = performance.now();

    await pc.says(`dpkg --install ${PACKAGE}`);

    t.diagnostic(`installed and ready after ${seconds(startMs)}`);
    assert.equal(await shown("ActiveState"), "active");
    const processStatus = await pc.says(`grep -E '^(Uid|CapEff|NoNewPrivs)' /proc/${await mainProcess()}/status`);
    assert.match(processStatus, /^CapEff:\t0+$/m);
    assert.match(processStatus, /^NoNewPrivs:\t1$/m);
    assert.doesNotMatch(processStatus, /^Uid:\t0/m);
    const exposure = Number(
      /exposure level .*: ([\d.]+)/.exec(await pc.says("systemd-analyze security tillbridge"))?.[1],
    );
    t.diagnostic(`systemd-analyze security: ${exposure}`);
    assert.ok(exposure < 3);
    assert.equal(await pc.says("stat --format %U:%a /var/lib/tillbridge/admin.token"), "tillbridge:600\n");
  });

  test("given the service, when terminals are added at a socket and at a pseudo-terminal, then sales at both are approved", async () => {
    await pc.says("install -d -o tillbridge /srv/cable");
    await startTerminal("socket", "--tcp 5001");
    await startTerminal("cable", "--pty /srv/cable/device", "--uid tillbridge");
    await pc.says(`tillbridge terminals add socket --vendor getnet --tcp 127.0.0.1:5001 ${SETTINGS}`);
    await pc.says(`tillbridge terminals add cable --vendor getnet --serial /srv/cable/device ${SETTINGS}`);
    await terminalsAreReady();

    for (const terminal of ["socket", "cable"]) {
      const sale = await pc.says(
        `tillbridge --json --yes sale --terminal ${terminal} --amount 1250 --currency CLP 2>/dev/null`,
      );

      assert.match(sale, /"approved"/);
    }
    assert.equal(await approvedSales(), 2);
  });

  test("given the service, when the machine is started anew, then the service is there and knows the sales", async () => {
    await pc.reboot();

    await until(async () => (await shown("ActiveState")) === "active");
    assert.equal(await approvedSales(), 2);
  });

  test("given the service, when it is killed, then it is ready again", async (t) => {
    const killed = await mainProcess();
    const startMs = performance.now();
    await pc.says(`kill -KILL ${killed}`);

    await isReadyAgain(killed);

    t.diagnostic(`killed, and ready after ${seconds(startMs)}`);
    assert.equal(await approvedSales(), 2);
  });

  test("given the service, when it hangs, then the watchdog ends it and it is ready again", async (t) => {
    pc.write("/etc/systemd/system/tillbridge.service.d/lab.conf", "[Service]\nWatchdogSec=2\n");
    await pc.says("systemctl daemon-reload; systemctl restart tillbridge");
    const hanging = await mainProcess();
    await pc.says(`kill -STOP ${hanging}`);
    const startMs = performance.now();

    await isReadyAgain(hanging);

    t.diagnostic(`with a watchdog of 2 s: ready ${seconds(startMs)} after it stood still`);
    assert.match(await said(), /[Ww]atchdog timeout/);
  });

  test("given a service that ended twice by itself, then it waits before it starts, and says so", async () => {
    assert.match(await said(), /ended by itself, and starts again/);
    await pc.says(`kill -KILL ${await mainProcess()}`);

    await until(async () => /ended by itself 2 times in a row.*It starts again in 1 s/.test(await said()));
  });

  test("given a port that another program has, when the service starts, then its state tells what to do", async () => {
    await pc.says("systemctl stop tillbridge");
    const listen =
      'use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1:8455", Listen => 1) or die; sleep 600';
    await pc.says(`systemd-run --quiet --unit other-program perl -e '${listen}'`);
    await until(async () => (await pc.tries("grep -q ':2107 00000000:0000 0A' /proc/net/tcp")).code === 0);

    await pc.tries("systemctl start tillbridge");

    await until(async () =>
      /8455.*(another|in use|taken)/.test((await pc.tries("systemctl status --full tillbridge")).output),
    );
    await pc.says("systemctl stop other-program");
    await until(async () => (await shown("ActiveState")) === "active");
  });

  test("given the version that runs, when an older package is installed, then it is refused with words and the service goes on", async () => {
    const running = await mainProcess();

    const refused = await pc.tries(`dpkg --install ${OLDER_PACKAGE}`);

    assert.notEqual(refused.code, 0);
    assert.match(refused.output, new RegExp(`Tillbridge ${version} runs on this machine and is newer`));
    assert.equal(await mainProcess(), running);
    assert.equal(await pc.says("tillbridge --version"), `${version}\n`);
  });

  test("given data, when it is removed and installed again, then the data is there", async () => {
    await pc.says("dpkg --remove tillbridge");
    assert.equal(await shown("LoadState"), "not-found");
    assert.notEqual((await pc.tries("ls /opt/tillbridge")).code, 0);

    await pc.says(`dpkg --install ${PACKAGE}`);

    assert.equal(await approvedSales(), 2);
  });

  test("given the service, when it is purged, then the machine is as it was before", async () => {
    await pc.says("rm -r /srv/cable");

    await pc.says("dpkg --purge tillbridge");

    assert.equal(await pc.says("find /opt -mindepth 1 2>/dev/null || true"), "");
    assert.deepEqual(differences(untouched, await pc.says(LOOK)), []);
    assert.doesNotMatch(await pc.says("cat /etc/passwd /etc/group"), /tillbridge/);
  });

  async function mainProcess(): Promise<string> {
    let id = "0";
    await until(async () => (id = await shown("MainPID")) !== "0");
    return id;
  }

  async function shown(property: string): Promise<string> {
    return (await pc.says(`systemctl show --property ${property} --value tillbridge`)).trim();
  }

  /** What systemd and the service itself said, from the first start on. */
  async function said(): Promise<string> {
    return pc.says("journalctl --unit tillbridge --output cat");
  }

  async function isReadyAgain(processBefore: string): Promise<void> {
    await until(
      async () => (await shown("ActiveState")) === "active" && !["0", processBefore].includes(await shown("MainPID")),
    );
  }

  async function startTerminal(name: string, place: string, options = ""): Promise<void> {
    await pc.says(`systemd-run --quiet --unit terminal-${name} ${options} tillbridge simulate getnet ${place}`);
    await until(async () => (await pc.says(`journalctl --unit terminal-${name} --output cat`)).includes("simulated"));
  }

  async function terminalsAreReady(): Promise<void> {
    await until(async () => (await pc.says("tillbridge --json terminals list")).match(/"ready"/g)?.length === 2);
  }

  async function approvedSales(): Promise<number> {
    const list = await pc.says("tillbridge --json transactions list --outcome approved");
    return (JSON.parse(list) as { readonly transactions: readonly unknown[] }).transactions.length;
  }
});

/** As `diff` shows it; the parts of Debian that keep their own books are left out. */
function differences(one: string, other: string): readonly string[] {
  const [before, now] = [one, other].map((text) => new Set(text.split("\n")));
  const gone = [...(before ?? [])].filter((path) => now?.has(path) !== true).map((path) => `- ${path}`);
  const more = [...(now ?? [])].filter((path) => before?.has(path) !== true).map((path) => `+ ${path}`);
  return [...gone, ...more];
}

function seconds(startMs: number): string {
  return `${((performance.now() - startMs) / 1_000).toFixed(2)} s`;
}
