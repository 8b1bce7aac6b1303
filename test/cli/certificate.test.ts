import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { Call, Command } from "../../src/cli/call.ts";
import { certificateCommands } from "../../src/cli/commands/certificate.ts";
import { trustOn } from "../../src/cli/trust/trust.ts";
import { readServerCertificate } from "../../src/home/certificate/certificate.ts";
import { resolveHome } from "../../src/home/paths.ts";
import { freshFolder } from "../support/home-folder.ts";
import { homeWithDaemon, requestsOf } from "./command.ts";
import { keptOutput } from "./told.ts";
import { fakeMachine, type FakeMachineOptions } from "./trust/fake-machine.ts";

type Ended = {
  readonly code: number;
  readonly result: unknown;
  readonly text: string;
  readonly notes: readonly string[];
};

const WITH_CHROMIUM: FakeMachineOptions = {
  programs: ["certutil", "update-ca-certificates", "mkdir", "rm", "rmdir", "chromium"],
};

/** The commands on a machine that is played, so that no test touches what this one trusts. */
function commandsOn(t: TestContext, home: string, options: FakeMachineOptions = WITH_CHROMIUM) {
  const fake = fakeMachine(t, options);
  mkdirSync(fake.at("usr/local/share/ca-certificates"), { recursive: true });
  const commands = certificateCommands(() => trustOn(fake.machine));
  const run = async (command: Command, names: readonly string[] = []): Promise<Ended> => {
    const { out, told } = keptOutput();
    const call: Call = {
      arguments: [],
      text: () => undefined,
      texts: (name) => (name === "name" ? names : []),
      flag: () => false,
      home: resolveHome(home, {}, process.platform),
      homeOption: home,
      yes: false,
      out,
      composition: {
        homeOf: (typed) => resolveHome(typed, {}, process.platform),
        runDaemon: () => assert.fail("no daemon"),
        loadTerminalCheck: () => assert.fail("no terminals"),
        loadNativeParts: () => assert.fail("no native parts"),
        loadVendors: () => assert.fail("no vendors"),
      },
    };
    return { code: await command(call), ...told };
  };
  return { fake, commands, run };
}

describe("certificate install", () => {
  it("takes the names of the configuration, or those that are given, and is trusted", async (t) => {
    const home = freshFolder(t);
    writeFileSync(
      join(home, "config.json"),
      JSON.stringify({ server: { lan: { host: "192.168.1.30", names: ["till-pc.local"] } } }),
    );
    const { commands, run } = commandsOn(t, home);
    const namesNow = async () => (await readServerCertificate(join(home, "data"), Date.now()))?.names.slice(3);

    const first = await run(commands.install);
    assert.deepEqual(await namesNow(), ["192.168.1.30", "till-pc.local"]);
    await run(commands.install, ["192.168.1.20"]);

    assert.deepEqual(await namesNow(), ["192.168.1.20"]);
    assert.equal(first.code, 0);
    const { installed, inUse, browsers } = first.result as {
      installed: boolean;
      inUse: { number: number; of: number };
      browsers: { browser: string; trusts: boolean }[];
    };
    assert.deepEqual([installed, inUse.number, inUse.of], [true, 1, 10]);
    assert.deepEqual(
      browsers.map(({ browser, trusts }) => [browser, trusts]),
      [["Chromium", true]],
    );
  });

  it("tells a daemon that runs, after the browsers trust and before they forget the one before", async (t) => {
    const { home, daemon } = await homeWithDaemon(t);
    const { commands, run, fake } = commandsOn(t, home);
    const nss = () => fake.nss.get(fake.at("home/ana/.pki/nssdb"))?.size;
    const trusted: (number | undefined)[] = [];
    daemon.answers.set("certificate.reload", () => {
      trusted.push(nss());
      return { url: "wss://localhost:8456/v1", notAfter: "2027-12-22T11:59:59.000Z" };
    });

    const { notes } = await run(commands.install);
    await run(commands.install);

    assert.deepEqual(trusted, [1, 2]);
    assert.equal(nss(), 1);
    assert.ok(notes.includes("The service is reached at wss://localhost:8456/v1"));
    assert.deepEqual(requestsOf(daemon, "certificate.reload"), [{}, {}]);
  });

  it("ends with 1 where a browser that is there does not trust it, and is installed all the same", async (t) => {
    const home = freshFolder(t);
    const { commands, run } = commandsOn(t, home, { programs: ["update-ca-certificates", "chromium"] });

    const { code, notes } = await run(commands.install);

    assert.equal(code, 1);
    assert.ok(notes.some((note) => note.includes("apt-get install libnss3-tools")));
    assert.ok((await readServerCertificate(join(home, "data"), Date.now())) !== undefined);
  });

  it("refuses what is no name before it makes anything", async (t) => {
    const home = freshFolder(t);
    const { commands, run, fake } = commandsOn(t, home);

    await assert.rejects(run(commands.install, ["*.example.com"]), { exitCode: 2 });
    writeFileSync(join(home, "config.json"), "{");
    await assert.rejects(run(commands.install), { exitCode: 1 });

    assert.deepEqual(fake.ran, []);
    assert.equal(existsSync(join(home, "data", "certificate")), false);
  });
});

describe("certificate status, renew and remove", () => {
  it("say that there is none", async (t) => {
    const { commands, run } = commandsOn(t, freshFolder(t));

    const status = await run(commands.status);
    const removed = await run(commands.remove);

    assert.equal(status.code, 0);
    assert.equal((status.result as { installed: boolean }).installed, false);
    assert.match(status.text, /No certificate is installed/);
    await assert.rejects(run(commands.renew), { exitCode: 1 });
    assert.deepEqual([removed.code, removed.result], [0, { removed: false, left: [] }]);
  });

  it("renew says which one is in use and touches nothing but what a running daemon shows", async (t) => {
    const { home, daemon } = await homeWithDaemon(t);
    daemon.answers.set("certificate.reload", () => ({}));
    const { commands, run, fake } = commandsOn(t, home);
    await run(commands.install);
    const ran = fake.ran.length;
    const before = await readServerCertificate(join(home, "data"), Date.now());

    const { code, text } = await run(commands.renew);

    assert.equal(code, 0);
    assert.match(text, /^Certificate 1 of 10 is in use until /);
    assert.equal(fake.ran.length, ran);
    assert.deepEqual(await readServerCertificate(join(home, "data"), Date.now()), before);
    assert.equal(requestsOf(daemon, "certificate.reload").length, 2);
  });

  it("status tells what is broken, and remove leaves nothing of it", async (t) => {
    const home = freshFolder(t);
    const { commands, run, fake } = commandsOn(t, home);
    await run(commands.install);
    writeFileSync(join(home, "data", "certificate", "installed.pem"), "torn");

    await assert.rejects(run(commands.status), /certificate install/);
    const { code, result } = await run(commands.remove);

    assert.deepEqual([code, result], [0, { removed: true, left: [] }]);
    assert.deepEqual(readdirSync(join(home, "data")), []);
    assert.deepEqual(readdirSync(fake.at("usr/local/share/ca-certificates")), []);
    assert.equal(existsSync(fake.at("home/ana/.pki")), false);
  });

  it("remove says what it could not take away, and ends with 1", async (t) => {
    const home = freshFolder(t);
    const { commands, run, fake } = commandsOn(t, home);
    await run(commands.install);
    fake.failing.add("update-ca-certificates --fresh");

    const { code, result } = await run(commands.remove);

    assert.equal(code, 1);
    assert.deepEqual(
      (result as { left: { store: string }[] }).left.map(({ store }) => store),
      ["the system's store"],
    );
  });
});
