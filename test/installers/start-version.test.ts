import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { trialText, type Trial } from "../../src/home/program/installed.ts";
import { freshFolder } from "../support/home-folder.ts";

const SCRIPT = fileURLToPath(new URL("../../installers/linux/start-version", import.meta.url));
const TRIAL: Trial = { from: "1.0.0", to: "1.1.0", starts: 0, limitSeconds: 90 };

const PLACES = {
  "tillbridge.service": "usr/lib/systemd/system/tillbridge.service",
  "91-tillbridge.rules": "usr/lib/udev/rules.d/91-tillbridge.rules",
  tillbridge: "tillbridge",
};

/** An installation of two versions, a `sleep` that writes down how long it should have been, and a system that writes down what it is told. */
function installation(context: TestContext) {
  const folder = freshFolder(context);
  const path = (name: string) => join(folder, name);
  copyFileSync(SCRIPT, path("start-version"));
  for (const version of ["1.0.0", "1.1.0"]) {
    mkdirSync(path(`versions/${version}/bin`), { recursive: true });
    writeFileSync(path(`versions/${version}/bin/tillbridge`), "#!/bin/sh\n", { mode: 0o755 });
    writeFileSync(path(`versions/${version}/program.json`), "{}\n");
  }
  mkdirSync(path("tools"));
  writeFileSync(path("tools/sleep"), `#!/bin/sh\necho "$1" >> '${path("slept")}'\n`, { mode: 0o755 });
  for (const name of ["systemctl", "udevadm"]) {
    writeFileSync(path(`tools/${name}`), `#!/bin/sh\necho "${name} $*" >> '${path("told")}'\n`, { mode: 0o755 });
  }
  const run = (args: readonly string[], environment: Readonly<Record<string, string>>): string =>
    execFileSync("sh", [path("start-version"), ...args], {
      encoding: "utf8",
      env: {
        PATH: `${path("tools")}:${process.env["PATH"] ?? ""}`,
        TILLBRIDGE_RUN: folder,
        TILLBRIDGE_SYSTEM: folder,
        ...environment,
      },
    });
  return {
    path,
    write: (name: string, text: string) => {
      writeFileSync(path(name), text);
    },
    read: (name: string) => (existsSync(path(name)) ? readFileSync(path(name), "utf8") : undefined),
    /** What the unit does before each start, and what is said of it. */
    start: () => run([], {}),
    /** And after each end. */
    end: (result: "success" | "signal") => run(["ended"], { SERVICE_RESULT: result }),
    current: () => readFileSync(path("current"), "utf8").trim(),
    /** As the package of 1.1.0 leaves it: its own parts in their places, those of 1.0.0 kept. */
    unpackOver: () => {
      for (const [name, place] of Object.entries(PLACES)) {
        for (const [part, version] of [
          [`before/${name}`, "1.0.0"],
          [`package/tillbridge-1.1.0/service/${name}`, "1.1.0"],
          [place, "1.1.0"],
        ] as const) {
          mkdirSync(dirname(path(part)), { recursive: true });
          writeFileSync(path(part), `of ${version}\n`);
        }
      }
      writeFileSync(path("before/version"), "1.0.0\n");
    },
    /** Of which version the unit and what goes with it are. */
    parts: () => Object.values(PLACES).map((place) => readFileSync(path(place), "utf8").trim()),
  };
}

suite("start-version", { skip: process.platform === "win32" }, () => {
  test("given a version on trial that was never started, when the service starts, then the start is counted and that version runs", (t) => {
    const machine = installation(t);
    machine.write("current", "1.1.0\n");
    machine.write("trial", trialText(TRIAL));

    machine.start();

    assert.equal(machine.current(), "1.1.0");
    assert.equal(machine.read("trial"), trialText({ ...TRIAL, starts: 1 }));
  });

  test("given a version on trial that was started once, when the service starts again, then the version before runs", (t) => {
    const machine = installation(t);
    machine.write("current", "1.1.0\n");
    machine.write("trial", trialText(TRIAL));
    machine.start();

    const said = machine.start();

    assert.equal(machine.current(), "1.0.0");
    assert.equal(machine.read("trial"), undefined);
    assert.match(said, /Version 1\.1\.0 was taken back/);
    assert.match(machine.read("updates.log") ?? "", /^\S+Z rolledBack 1\.1\.0 1\.0\.0 \w.*\n$/);
  });

  test("given a trial that was written before a power cut and a version that was not, when the service starts, then no trial is left", (t) => {
    const machine = installation(t);
    machine.write("current", "1.0.0\n");
    machine.write("trial", trialText(TRIAL));

    machine.start();

    assert.equal(machine.current(), "1.0.0");
    assert.equal(machine.read("trial"), undefined);
  });

  test("given a trial whose file is cut at any place, when the service starts, then the version that is current or the one before runs", (t) => {
    const whole = trialText({ ...TRIAL, starts: 1 });
    const machine = installation(t);
    for (let length = 0; length < whole.length; length += 1) {
      machine.write("current", "1.0.0\n");
      machine.write("trial", whole.slice(0, length));

      machine.start();

      assert.equal(machine.current(), "1.0.0", whole.slice(0, length));
      assert.equal(machine.read("trial"), undefined);
    }
  });

  test("given a full disk, when a version on trial is started twice, then the start is counted and the version before runs", (t) => {
    const machine = installation(t);
    machine.write("current", "1.1.0\n");
    machine.write("trial", trialText(TRIAL));
    // No second file can be made beside the first.
    for (const name of ["current.fresh", "trial.fresh"]) mkdirSync(machine.path(name));

    machine.start();
    const counted = machine.read("trial");
    machine.start();

    assert.equal(counted, trialText({ ...TRIAL, starts: 1 }));
    assert.equal(machine.current(), "1.0.0");
    assert.equal(machine.read("trial"), undefined);
  });

  test("given a file that names no version while one is on trial, when the service starts, then the version before runs", (t) => {
    const machine = installation(t);
    machine.write("current", "../../etc\n");
    machine.write("trial", trialText(TRIAL));

    machine.start();

    assert.equal(machine.current(), "1.0.0");
  });

  test("given a version that is not there, when the service starts, then the newest one that is there runs, and it is said", (t) => {
    const machine = installation(t);
    machine.write("current", "1.2.0\n");

    const said = machine.start();

    assert.equal(machine.current(), "1.1.0");
    assert.match(said, /"1\.2\.0", which is not in .*Version 1\.1\.0 runs in its place/);
  });

  test("given no version at all, when the service starts, then it fails and says what to do", (t) => {
    const machine = installation(t);
    rmSync(machine.path("versions"), { recursive: true });

    assert.throws(() => machine.start(), /Command failed/);
    assert.match(
      failed(() => machine.start()),
      /Install the package again/,
    );
  });

  test("given a package that brought another unit, when its version is tried, taken back and tried again, then each runs with its own", (t) => {
    const machine = installation(t);
    machine.unpackOver();
    machine.write("current", "1.1.0\n");
    machine.write("trial", trialText(TRIAL));
    machine.start();
    assert.deepEqual(machine.parts(), ["of 1.1.0", "of 1.1.0", "of 1.1.0"]);
    assert.equal(machine.read("told"), undefined);

    machine.start();

    assert.equal(machine.current(), "1.0.0");
    assert.deepEqual(machine.parts(), ["of 1.0.0", "of 1.0.0", "of 1.0.0"]);
    assert.equal(machine.read("told"), "systemctl daemon-reload\nudevadm control --reload\n");

    machine.write("trial", trialText(TRIAL));
    machine.write("current", "1.1.0\n");
    machine.start();

    assert.deepEqual(machine.parts(), ["of 1.1.0", "of 1.1.0", "of 1.1.0"]);
  });

  test("given a power cut between a package's files and its trial, when the service starts, then the version before runs with what it had", (t) => {
    const machine = installation(t);
    machine.unpackOver();
    machine.write("current", "1.0.0\n");

    machine.start();

    assert.deepEqual(machine.parts(), ["of 1.0.0", "of 1.0.0", "of 1.0.0"]);
  });

  test("given a part that a power cut left empty, when the service starts, then the one that is there stays", (t) => {
    const machine = installation(t);
    machine.unpackOver();
    machine.write("current", "1.0.0\n");
    machine.write("before/tillbridge", "");

    machine.start();

    assert.deepEqual(machine.parts(), ["of 1.0.0", "of 1.0.0", "of 1.1.0"]);
  });

  test("given a full disk, when the unit of the version before cannot be put back, then that version starts all the same and it is said", (t) => {
    const machine = installation(t);
    machine.unpackOver();
    machine.write("current", "1.0.0\n");
    const unit = PLACES["tillbridge.service"];
    // No second file can be made beside it.
    mkdirSync(machine.path(`${unit}.fresh`));

    const said = machine.start();

    assert.match(said, /tillbridge\.service cannot be written: is the disk full\?/);
  });

  test("given a service that crashes at each start, when it is started again and again, then the waits grow to a minute and are said", (t) => {
    const machine = installation(t);
    machine.write("current", "1.0.0\n");
    let said = machine.start();

    for (let crash = 1; crash <= 9; crash += 1) {
      machine.end("signal");
      said = machine.start();
    }

    assert.equal(machine.read("slept"), "1\n2\n4\n8\n16\n32\n60\n60\n");
    assert.match(said, /ended by itself 9 times in a row.*starts again in 60 s/);
  });

  test("given a service that crashed, when it has run for a minute, or somebody stopped it, then the next crash is the first", (t) => {
    const machine = installation(t);
    machine.write("current", "1.0.0\n");
    machine.write("tillbridge.starts", "crashes=6\nstarted=0\n");
    machine.end("signal");
    const afterLongRun = machine.read("tillbridge.starts");
    machine.start();
    machine.end("success");

    machine.start();

    assert.match(afterLongRun ?? "", /^crashes=1$/m);
    assert.match(machine.read("tillbridge.starts") ?? "", /^crashes=0$/m);
    assert.equal(machine.read("slept"), undefined);
  });
});

function failed(start: () => string): string {
  try {
    return `it did not fail: ${start()}`;
  } catch (error) {
    return error instanceof Error && "stdout" in error ? String(error.stdout) : "";
  }
}
