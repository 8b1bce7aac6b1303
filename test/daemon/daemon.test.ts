import assert from "node:assert/strict";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { startProgram } from "../support/child-program.ts";
import { freshFolder } from "../support/home-folder.ts";

const program = fileURLToPath(new URL("./daemon-process.ts", import.meta.url));
const READY = /^ready ws:\/\/127\.0\.0\.1:(\d+)\/v1$/;

const startDaemon = (
  context: TestContext,
  home: string,
  port = 0,
  environment: Readonly<Record<string, string>> = {},
) => startProgram(context, [program, home, String(port)], environment);

const portOf = (line: string) => Number(READY.exec(line)?.[1]);

const health = async (port: number) => {
  const response = await fetch(`http://127.0.0.1:${port}/health`);
  return { status: response.status, body: (await response.json()) as { status: string } };
};

describe("the daemon", () => {
  it("says in one line where it is, writes that down, and ends in order on SIGTERM", async (context) => {
    const home = freshFolder(context);
    const daemon = startDaemon(context, home);
    const line = await daemon.nextLine();
    assert.match(line, READY);
    const running = JSON.parse(readFileSync(join(home, "data", "daemon.json"), "utf8")) as unknown;
    assert.deepEqual(running, { pid: daemon.pid, host: "127.0.0.1", port: portOf(line) });
    assert.deepEqual((await health(portOf(line))).status, 200);

    daemon.kill("SIGTERM");

    assert.deepEqual(await daemon.ended, { code: 0, signal: null, stderr: "" });
    assert.equal(existsSync(join(home, "data", "daemon.json")), false);
    assert.match(readFileSync(join(home, "logs", "tillbridge.log"), "utf8"), /Asked to end.*SIGTERM/);
    await assert.rejects(daemon.nextLine(), "ready was its only line");
  });

  it("does not run as root in a folder of the service's user, who could not read what root leaves there", async (context) => {
    if (process.geteuid?.() !== 0) return context.skip("only root can try it");
    const home = freshFolder(context);
    const data = join(home, "data");
    mkdirSync(data);
    chownSync(data, 12_345, 12_345);

    const { code, stderr } = await startDaemon(context, home).ended;

    assert.equal(code, 1);
    assert.match(stderr, /belongs to the user of the service.*sudo tillbridge service start/);
    assert.deepEqual(readdirSync(data), [], "nothing is left there");
  });

  it("ends in order on Ctrl-C", async (context) => {
    const daemon = startDaemon(context, freshFolder(context));
    await daemon.nextLine();

    daemon.kill("SIGINT");

    assert.equal((await daemon.ended).code, 0);
  });

  it("keeps what is secret from other users of the machine", async (context) => {
    const home = freshFolder(context);
    await startDaemon(context, home).nextLine();

    const rightsOf = (name: string) => (statSync(join(home, "data", name)).mode & 0o777).toString(8);
    assert.equal(rightsOf("."), "700");
    assert.equal(rightsOf("admin.token"), "600");
    const log = readFileSync(join(home, "data", "admin.token"), "utf8").trim();
    assert.match(log, /^[0-9a-f]{64}$/);
  });

  it("refuses a folder that another daemon has, and names that one's process", async (context) => {
    const home = freshFolder(context);
    const first = startDaemon(context, home);
    await first.nextLine();

    const second = await startDaemon(context, home).ended;

    assert.equal(second.code, 1);
    assert.match(second.stderr, new RegExp(`Process ${first.pid} has the home folder .*config\\.json`));
  });

  it("starts in the folder of one that was killed, with the same token and installation", async (context) => {
    const home = freshFolder(context);
    const first = startDaemon(context, home);
    await first.nextLine();
    const stored = () =>
      ["admin.token", "installation.json"].map((name) => readFileSync(join(home, "data", name), "utf8"));
    const before = stored();
    first.kill("SIGKILL");
    await first.ended;

    assert.match(await startDaemon(context, home).nextLine(), READY);
    assert.deepEqual(stored(), before);
  });

  it("says that the last run was killed, and nothing of one that ended in order", async (context) => {
    const home = freshFolder(context);
    const killed = startDaemon(context, home);
    await killed.nextLine();
    killed.kill("SIGKILL");
    await killed.ended;

    const next = startDaemon(context, home);
    await next.nextLine();
    next.kill("SIGTERM");

    assert.match((await next.ended).stderr, /The last run .*did not end in order: it was killed/);
    const after = startDaemon(context, home);
    await after.nextLine();
    after.kill("SIGTERM");
    assert.equal((await after.ended).stderr, "");
  });

  it("says which port is taken and what to do, and leaves nothing running", async (context) => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    context.after(() => taken.close());
    const { port } = taken.address() as AddressInfo;

    const { code, stderr } = await startDaemon(context, freshFolder(context), port).ended;

    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`Port ${port} .*in use.*--port`));
  });

  it("does not start with a broken configuration that has no good copy", async (context) => {
    const home = freshFolder(context);
    writeFileSync(join(home, "config.json"), '{"server": {"prot": 1}}');

    const { code, stderr } = await startDaemon(context, home).ended;

    assert.equal(code, 1);
    assert.match(stderr, /server\.prot is 1, it is not known here; known are host, port/);
  });

  it("does not start with a terminal of a currency that no request may name", async (context) => {
    const home = freshFolder(context);
    const link = { type: "tcp", host: "127.0.0.1", port: 7000 };
    const terminals = [{ id: "counter-1", vendor: "getnet", link, settings: { currency: "XYZ" } }];
    writeFileSync(join(home, "config.json"), JSON.stringify({ terminals }));

    const { code, stderr } = await startDaemon(context, home).ended;

    assert.equal(code, 1);
    assert.match(stderr, /terminals\.0\.settings\.currency is "XYZ", it must be one of ISO 4217/);
  });

  it("opens no debugger when it gets the signal for one", async (context) => {
    const daemon = startDaemon(context, freshFolder(context));
    const port = portOf(await daemon.nextLine());

    daemon.kill("SIGUSR1");
    assert.equal((await health(port)).status, 200);
    daemon.kill("SIGTERM");

    assert.deepEqual(await daemon.ended, { code: 0, signal: null, stderr: "" });
  });

  it("says aloud that its log cannot be written", async (context) => {
    const home = freshFolder(context);
    mkdirSync(join(home, "logs", "tillbridge.log"), { recursive: true });

    const daemon = startDaemon(context, home);

    await daemon.said(/tillbridge: The log cannot be written: EISDIR/);
  });

  it("goes on with the last good configuration, aloud, and leaves the broken file", async (context) => {
    const home = freshFolder(context);
    const file = join(home, "config.json");
    writeFileSync(file, '{"logging": {"level": "debug"}}');
    const first = startDaemon(context, home);
    await first.nextLine();
    first.kill("SIGTERM");
    await first.ended;
    writeFileSync(file, '{"logging": {"lev');

    const second = startDaemon(context, home);
    await second.nextLine();
    second.kill("SIGTERM");
    const { code, stderr } = await second.ended;

    assert.equal(code, 0);
    assert.match(stderr, /config\.json cannot be used; the last good configuration is, .*not JSON/);
    assert.equal(readFileSync(file, "utf8"), '{"logging": {"lev');
  });

  it("runs without a journal, takes no money and says so", async (context) => {
    const home = freshFolder(context);
    mkdirSync(join(home, "data", "journal.db"), { recursive: true });
    const daemon = startDaemon(context, home);

    const port = portOf(await daemon.nextLine());

    const { status, body } = await health(port);
    assert.deepEqual([status, body.status], [503, "degraded"]);
    daemon.kill("SIGTERM");
    const { code, stderr } = await daemon.ended;
    assert.equal(code, 0);
    assert.match(stderr, /the journal cannot be opened, so no payment is taken/);
    rmdirSync(join(home, "data", "journal.db"));
  });

  it("takes no money without the journal that it had, and makes none in its place", async (context) => {
    const home = freshFolder(context);
    const first = startDaemon(context, home);
    await first.nextLine();
    first.kill("SIGTERM");
    await first.ended;
    const file = join(home, "data", "journal.db");
    rmSync(file);

    const second = startDaemon(context, home);
    const port = portOf(await second.nextLine());

    assert.equal((await health(port)).status, 503);
    second.kill("SIGTERM");
    assert.match((await second.ended).stderr, /journal\.db: it is missing.*`tillbridge journal start-new`/);
    assert.ok(!existsSync(file));
  });

  it("ends at once on a mistake of its own, and leaves its last words in the log", async (context) => {
    const home = freshFolder(context);
    const daemon = startDaemon(context, home, 0, { MISTAKE: "yes" });

    const { code, stderr } = await daemon.ended;

    assert.equal(code, 70);
    assert.match(stderr, /a mistake in the program ended the service: an invariant does not hold/);
    assert.doesNotMatch(stderr, /at .*\.ts:/, "no stack for people");
    assert.match(
      readFileSync(join(home, "logs", "tillbridge.log"), "utf8"),
      /an invariant does not hold.*daemon-process/,
    );
    const report = /Please report it with (\S+crash-\S+\.json)\./.exec(stderr)?.[1] ?? "no report";
    assert.match(readFileSync(report, "utf8"), /an invariant does not hold: yes/);
    const next = startDaemon(context, home);
    await next.nextLine();
    next.kill("SIGTERM");
    assert.ok((await next.ended).stderr.includes(`left a report in ${report}`));
  });
});
