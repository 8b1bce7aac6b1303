import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { Call, Command } from "../../src/cli/call.ts";
import { serviceCommands } from "../../src/cli/commands/service.ts";
import { resolveHome } from "../../src/home/paths.ts";
import { createFakeDaemon, FAKE_TOKEN, type FakeDaemon } from "../support/fake-daemon.ts";
import { serve } from "../support/fake-daemon-server.ts";
import { freshFolder } from "../support/home-folder.ts";
import { requestsOf } from "./command.ts";
import { keptOutput } from "./told.ts";
import { fakeLinux, type FakeLinux } from "./supervision/fake-linux.ts";

const OPEN = { transaction: "t-1", pos: "till-1", terminal: "counter-1", operation: "sale", state: "dispatched" };
/** What the machine has before anything is installed, and has to have again. */
type Shop = {
  readonly linux: FakeLinux;
  readonly daemon: FakeDaemon;
  readonly folder: string;
  readonly commands: ReturnType<typeof serviceCommands>;
  run(command: Command, options?: { flags?: readonly string[]; yes?: boolean; home?: string }): Promise<Ended>;
};
type Ended = {
  readonly code: number;
  readonly result: unknown;
  readonly text: string;
  readonly notes: readonly string[];
};

/** A machine with an unpacked program on it; a started service is a fake daemon. */
async function shop(t: TestContext, { isAdministrator = true, platform = "linux-x64" } = {}): Promise<Shop> {
  const linux = fakeLinux(t);
  const folder = unpacked(t, "1.2.3", platform);
  const daemon = createFakeDaemon();
  const { port } = await serve(t, daemon);
  daemon.answers.set("diagnostics.health", () => ({ status: "ok", intake: "open" }));
  daemon.answers.set("transactions.hold", () => ({ open: [] }));
  daemon.answers.set("transactions.list", () => ({ transactions: [] }));
  linux.onStart = () => {
    linux.put("etc/tillbridge/config.json", "{}");
    linux.put("var/log/tillbridge/tillbridge.log", "");
    linux.put("var/lib/tillbridge/admin.token", `${FAKE_TOKEN}\n`);
    linux.put("var/lib/tillbridge/daemon.json", JSON.stringify({ pid: process.pid, host: "127.0.0.1", port }));
    linux.put("run/tillbridge.starts", "crashes=0\nstarted=5\n");
  };
  linux.onStop = () => rmSync(linux.at("var/lib/tillbridge/daemon.json"));
  const commands = serviceCommands({
    machine: { ...linux.machine, isAdministrator },
    programFolder: `${folder}/`,
    forgetBrowsers: () => Promise.resolve([]),
  });
  const run: Shop["run"] = async (command, { flags = [], yes = false, home } = {}) => {
    const { out, told } = keptOutput();
    const call: Call = {
      arguments: [],
      text: () => undefined,
      texts: () => [],
      flag: (name) => flags.includes(name),
      home: resolveHome(home, {}, "linux"),
      homeOption: home,
      yes,
      out,
      composition: {
        ...({} as Call["composition"]),
        homeOf: (typed) => resolveHome(typed, {}, "linux"),
      },
    };
    return { code: await command(call), ...told };
  };
  return { linux, daemon, folder, commands, run };
}

function unpacked(t: TestContext, version: string, platform = "linux-x64"): string {
  const folder = join(freshFolder(t), `tillbridge-${version}`);
  for (const name of ["bin", "runtime", "app", "service"]) mkdirSync(join(folder, name), { recursive: true });
  const program = { name: "tillbridge", version, platform, journal: { schema: 2, oldestReader: 1 } };
  writeFileSync(join(folder, "program.json"), JSON.stringify(program));
  writeFileSync(join(folder, "app", "main.js"), "// the program");
  for (const name of ["bin/tillbridge", "runtime/node", "service/tillbridge", "service/start-version"]) {
    writeFileSync(join(folder, name), `#!/bin/sh\n# ${name} of ${version}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  writeFileSync(join(folder, "service", "tillbridge.service"), "[Service]\nType=notify\n");
  writeFileSync(join(folder, "service", "tillbridge.sysusers"), 'u tillbridge - "Tillbridge"\n');
  writeFileSync(join(folder, "service", "91-tillbridge.rules"), "# rules\n");
  return folder;
}

/** Everything below the root of the machine, with its rights. */
function everythingOn({ linux }: Shop): readonly string[] {
  return readdirSync(linux.machine.root, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${path.slice(linux.machine.root.length)} ${(lstatSync(path).mode & 0o7777).toString(8)}`)
    .sort();
}

const text = ({ linux }: Shop, path: string) => readFileSync(linux.at(path), "utf8");
const modeOf = ({ linux }: Shop, path: string) => statSync(linux.at(path)).mode & 0o7777;

describe("service install", () => {
  it("given an unpacked program, then it lies in its place, starts at boot, and runs", async (t) => {
    const before = process.umask(0o077);
    t.after(() => process.umask(before));
    const here = await shop(t);

    const { code, result } = await here.run(here.commands.install);

    assert.equal(code, 0);
    assert.match((result as { address: string }).address, /^ws:\/\/127\.0\.0\.1:\d+\/v1$/);
    assert.equal(text(here, "opt/tillbridge/current"), "1.2.3\n");
    assert.equal(text(here, "opt/tillbridge/versions/1.2.3/app/main.js"), "// the program");
    assert.equal(text(here, "opt/tillbridge/start-version"), "#!/bin/sh\n# service/start-version of 1.2.3\n");
    assert.equal(readlinkSync(here.linux.at("usr/local/bin/tillbridge")), "/opt/tillbridge/tillbridge");
    assert.equal(text(here, "etc/systemd/system/tillbridge.service"), "[Service]\nType=notify\n");
    assert.equal(text(here, "etc/udev/rules.d/91-tillbridge.rules"), "# rules\n");
    assert.ok(
      lstatSync(here.linux.at("etc/systemd/system/multi-user.target.wants/tillbridge.service")).isSymbolicLink(),
    );
    assert.ok(here.linux.accounts.has("passwd tillbridge"));
    assert.ok(here.linux.isRunning());
    assert.deepEqual(
      [
        "opt/tillbridge",
        "opt/tillbridge/versions/1.2.3/app",
        "opt/tillbridge/tillbridge",
        "opt/tillbridge/versions/1.2.3/runtime/node",
      ].map((path) => modeOf(here, path)),
      [0o755, 0o755, 0o755, 0o755],
    );
    assert.equal(modeOf(here, "etc/systemd/system/tillbridge.service"), 0o644);
  });

  it("given a file that others may change, then the installed one is a copy that they may not", async (t) => {
    const here = await shop(t);
    chmodSync(join(here.folder, "app", "main.js"), 0o666);

    await here.run(here.commands.install);
    writeFileSync(join(here.folder, "app", "main.js"), "// somebody else's");

    assert.equal(text(here, "opt/tillbridge/versions/1.2.3/app/main.js"), "// the program");
    assert.equal(modeOf(here, "opt/tillbridge/versions/1.2.3/app/main.js"), 0o644);
  });

  it("given the sources, another system's program or a user without rights, then it refuses and says what to do", async (t) => {
    const here = await shop(t);
    const windows = await shop(t, { platform: "win-x64" });
    const asUser = await shop(t, { isAdministrator: false });
    const before = everythingOn(asUser);
    rmSync(join(here.folder, "program.json"));

    await assert.rejects(here.run(here.commands.install), { exitCode: 1, message: /npm run build/ });
    await assert.rejects(windows.run(windows.commands.install), { exitCode: 1, message: /for win-x64/ });
    await assert.rejects(asUser.run(asUser.commands.install), {
      exitCode: 1,
      message: /sudo tillbridge service install/,
    });
    await assert.rejects(asUser.run(asUser.commands.install, { home: "/tmp/other" }), { exitCode: 2 });
    assert.deepEqual(everythingOn(asUser), before);
  });

  it("given no systemd, then it refuses and says what it needs", async (t) => {
    const here = await shop(t);
    here.linux.absent.add("systemctl");

    await assert.rejects(here.run(here.commands.install), { exitCode: 1, message: /systemd does not answer/ });
    assert.equal(existsSync(here.linux.at("opt/tillbridge")), false);
  });

  it("given a package or another version, then it leaves that alone", async (t) => {
    const here = await shop(t);
    await here.run(here.commands.install);
    writeFileSync(here.linux.at("opt/tillbridge/current"), "1.2.2\n");
    await assert.rejects(here.run(here.commands.install), {
      exitCode: 1,
      message: /Version 1\.2\.2 is installed.*update apply/,
    });

    mkdirSync(here.linux.at("opt/tillbridge/package"));
    here.linux.put("var/lib/dpkg/info/tillbridge.list", "");
    await assert.rejects(here.run(here.commands.install), {
      exitCode: 1,
      message: /by a package already.*apt remove tillbridge/,
    });
    await assert.rejects(here.run(here.commands.uninstall), { exitCode: 1, message: /apt remove tillbridge/ });
    await assert.rejects(here.run(here.commands.uninstall, { flags: ["purge"] }), {
      exitCode: 1,
      message: /apt purge tillbridge/,
    });
    assert.equal(text(here, "opt/tillbridge/current"), "1.2.2\n");
  });

  it("given the same version with parts missing or spoilt, then it is whole again, and a running service goes on", async (t) => {
    const here = await shop(t);
    await here.run(here.commands.install);
    const whole = everythingOn(here);
    const again = await here.run(here.commands.install);
    const starts = here.linux.ran.filter((line) => line.startsWith("systemctl start")).length;

    rmSync(here.linux.at("opt/tillbridge/start-version"));
    rmSync(here.linux.at("usr/local/bin/tillbridge"));
    rmSync(here.linux.at("opt/tillbridge/versions/1.2.3/app/main.js"));
    writeFileSync(here.linux.at("opt/tillbridge/versions/1.2.3/app/main.js"), "// spoilt");
    const repaired = await here.run(here.commands.install);

    assert.deepEqual([again.code, again.notes], [0, []]);
    assert.equal(repaired.code, 0);
    assert.match(repaired.notes.join(), /runs what was there before/);
    assert.deepEqual(everythingOn(here), whole);
    assert.equal(text(here, "opt/tillbridge/versions/1.2.3/app/main.js"), "// the program");
    assert.equal(here.linux.ran.filter((line) => line.startsWith("systemctl start")).length, starts);
  });

  it("given a failure at any step, then nothing is left, and it says why", async (t) => {
    const steps = new Map([
      ["systemd-sysusers", "no space"],
      ["systemctl daemon-reload", "it is broken"],
      ["systemctl enable", "the link cannot be made"],
      ["systemctl start", "Job for tillbridge.service failed"],
    ]);
    for (const [step, complaint] of steps) {
      const here = await shop(t);
      const before = everythingOn(here);
      const accounts = [...here.linux.accounts];
      here.linux.failing.set(step, complaint);

      await assert.rejects(here.run(here.commands.install), {
        exitCode: 1,
        message: new RegExp(`${complaint}.*taken away again`),
      });

      assert.deepEqual(everythingOn(here), before, step);
      assert.deepEqual([...here.linux.accounts], accounts, step);
      assert.equal(here.linux.isRunning(), false);
    }
  });

  it("given data of an earlier installation, when the start fails, then they stay", async (t) => {
    const here = await shop(t);
    here.linux.put("var/lib/tillbridge/journal.db", "payments");
    here.linux.failing.set("systemctl start", "Job failed");

    await assert.rejects(here.run(here.commands.install), { exitCode: 1 });

    assert.equal(text(here, "var/lib/tillbridge/journal.db"), "payments");
    assert.ok(here.linux.accounts.has("passwd tillbridge"), "whose they are by now");
  });

  it("given a machine without /opt, then it is made for everybody to read", async (t) => {
    const before = process.umask(0o077);
    t.after(() => process.umask(before));
    const here = await shop(t);
    rmSync(here.linux.at("opt"), { recursive: true });

    const { code } = await here.run(here.commands.install);

    assert.equal(code, 0);
    assert.equal(modeOf(here, "opt"), 0o755);
  });

  it("given what somebody else put in its place, then it does not touch it", async (t) => {
    const here = await shop(t);
    const theirs = freshFolder(t);
    symlinkSync(theirs, here.linux.at("opt/tillbridge"));
    await assert.rejects(here.run(here.commands.install), { exitCode: 1, message: /opt\/tillbridge is no folder/ });
    assert.deepEqual(readdirSync(theirs), []);

    rmSync(here.linux.at("opt/tillbridge"));
    mkdirSync(here.linux.at("opt/tillbridge"));
    chmodSync(here.linux.at("opt/tillbridge"), 0o777);
    await assert.rejects(here.run(here.commands.install), { exitCode: 1, message: /can be changed by others/ });
    assert.deepEqual(readdirSync(here.linux.at("opt/tillbridge")), []);

    rmSync(here.linux.at("opt/tillbridge"), { recursive: true });
    writeFileSync(join(theirs, "precious"), "precious");
    symlinkSync(join(theirs, "precious"), here.linux.at("etc/systemd/system/tillbridge.service"));
    here.linux.put("usr/local/bin/tillbridge", "a command of somebody else's");
    const { code, notes } = await here.run(here.commands.install);
    assert.equal(code, 0);
    assert.equal(readFileSync(join(theirs, "precious"), "utf8"), "precious");
    assert.equal(text(here, "usr/local/bin/tillbridge"), "a command of somebody else's");
    assert.match(notes.join(), /is something else, so it was left alone/);
  });
});

describe("service uninstall", () => {
  it("given an installed folder, then configuration and data stay, and nothing else; with --purge nothing stays", async (t) => {
    const here = await shop(t);
    const before = everythingOn(here);
    await here.run(here.commands.install);

    const removed = await here.run(here.commands.uninstall);
    const kept = everythingOn(here).filter((line) => !before.includes(line));
    await assert.rejects(here.run(here.commands.uninstall, { flags: ["purge"] }), {
      exitCode: 2,
      message: /journal of all payments/,
    });
    const purged = await here.run(here.commands.uninstall, { flags: ["purge"], yes: true });

    assert.equal(removed.code, 0);
    assert.deepEqual(
      kept.map((line) => line.split(" ")[0]),
      [
        "/etc/tillbridge",
        "/etc/tillbridge/config.json",
        "/var/lib/tillbridge",
        "/var/lib/tillbridge/admin.token",
        "/var/log/tillbridge",
        "/var/log/tillbridge/tillbridge.log",
      ],
    );
    assert.equal(purged.code, 0, purged.notes.join());
    assert.deepEqual(everythingOn(here), before);
    assert.deepEqual([...here.linux.accounts], ["group dialout"]);
  });

  it("given nothing installed, then it says so and is done", async (t) => {
    const here = await shop(t);

    const { code, result } = await here.run(here.commands.uninstall);

    assert.deepEqual([code, result], [0, { removed: false }]);
  });

  it("given a payment that does not end, then it refuses without --yes, and the service runs on", async (t) => {
    const here = await shop(t);
    await here.run(here.commands.install);
    here.daemon.answers.set("transactions.hold", () => ({ open: [OPEN] }));

    await assert.rejects(here.run(here.commands.uninstall), { exitCode: 2, message: /1 payment is open still/ });
    await assert.rejects(here.run(here.commands.stop), { exitCode: 2, message: /say --yes/ });
    assert.ok(here.linux.isRunning());
    assert.ok(existsSync(here.linux.at("opt/tillbridge/current")));

    const { code, notes } = await here.run(here.commands.uninstall, { yes: true });
    assert.equal(code, 0);
    assert.match(notes.join("\n"), /t-1.*till-1.*counter-1.*sale/);
  });

  it("given a service that cannot be stopped, then nothing is taken away", async (t) => {
    const here = await shop(t);
    await here.run(here.commands.install);
    const whole = everythingOn(here);
    here.linux.failing.set("systemctl stop", "Job for tillbridge.service timed out");

    await assert.rejects(here.run(here.commands.uninstall), { exitCode: 1, message: /timed out/ });

    assert.deepEqual(everythingOn(here), whole);
  });

  it("given undecided payments, when purged, then the question counts them", async (t) => {
    const here = await shop(t);
    await here.run(here.commands.install);
    here.daemon.answers.set("transactions.list", () => ({ transactions: [{}, {}] }));

    await assert.rejects(here.run(here.commands.uninstall, { flags: ["purge"] }), {
      message: /2 of its payments are not decided/,
    });
  });
});

describe("service stop, start and status", () => {
  it("given a payment that ends in time, when stopped, then it was waited for and no new one was taken", async (t) => {
    const here = await shop(t);
    await here.run(here.commands.install);
    const answers = [[OPEN], [OPEN], []];
    here.daemon.answers.set("transactions.hold", () => ({ open: answers.shift() ?? [] }));

    const { code } = await here.run(here.commands.stop);

    assert.equal(code, 0);
    assert.equal(requestsOf(here.daemon, "transactions.hold").length, 3);
    assert.equal(here.linux.isRunning(), false);
  });

  it("given each state, then status tells it with its exit code", async (t) => {
    const here = await shop(t);
    const absent = await here.run(here.commands.status);
    await here.run(here.commands.install);
    const running = await here.run(here.commands.status);
    here.linux.put("run/tillbridge.starts", "crashes=4\nstarted=waiting\n");
    here.linux.put("opt/tillbridge/trial", "from=1.2.2\nto=1.2.3\nstarts=1\nlimitSeconds=120\n");
    here.daemon.answers.set("diagnostics.health", () => ({ status: "ok", intake: "trial" }));
    const onTrial = await here.run(here.commands.status);
    here.daemon.answers.set("diagnostics.health", () => ({ status: "degraded", intake: "open" }));
    const withoutJournal = await here.run(here.commands.status);
    rmSync(here.linux.at("var/lib/tillbridge/daemon.json"));
    const silent = await here.run(here.commands.status);
    here.linux.put("var/lib/tillbridge/daemon.json", "{}");
    await here.run(here.commands.stop, { yes: true });
    const stopped = await here.run(here.commands.status);
    const started = await here.run(here.commands.start);

    assert.deepEqual([absent.code, running.code, silent.code, stopped.code, started.code], [1, 0, 3, 1, 0]);
    assert.match(absent.text, /tillbridge service install/);
    const { address, ...told } = running.result as { address: string };
    assert.match(address, /^ws:/);
    assert.deepEqual(told, {
      state: "running",
      startsAtBoot: true,
      account: "tillbridge",
      restarts: 0,
      sinceMs: Date.UTC(2026, 10, 29, 16, 55, 41),
      processId: process.pid,
      version: "1.2.3",
      health: "ok",
      intake: "open",
      crashesInARow: 0,
    });
    assert.match(onTrial.text, /not taken yet/);
    assert.match(onTrial.text, /Version 1\.2\.3 is on trial in place of 1\.2\.2/);
    assert.match(onTrial.text, /ended by itself 4 times in a row/);
    assert.match(withoutJournal.text, /payments +are not taken: the journal does not work/);
    assert.match(stopped.text, /stopped/);
  });

  it("given nothing installed, then start and stop say how to install", async (t) => {
    const here = await shop(t);

    await assert.rejects(here.run(here.commands.start), { exitCode: 1, message: /tillbridge service install/ });
    const stopped = await here.run(here.commands.stop);

    assert.equal(stopped.code, 1);
    assert.match(stopped.text, /tillbridge service install/);
  });
});
