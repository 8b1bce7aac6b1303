import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { freshFolder } from "../support/home-folder.ts";

const SCRIPT = fileURLToPath(new URL("../../installers/linux/maintainer.sh", import.meta.url));

/** Runs a step of the package's scripts on a machine with systemd whose `tillbridge service stop` ends so. */
function step(t: TestContext, name: string, stopEndsWith: number) {
  const installation = freshFolder(t);
  const program = (path: string, text: string) => {
    mkdirSync(dirname(join(installation, path)), { recursive: true });
    writeFileSync(join(installation, path), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  };
  program("versions/1.0.0/bin/tillbridge", "");
  program("tillbridge", `echo "said of $*"; exit ${stopEndsWith}`);
  writeFileSync(join(installation, "current"), "1.0.0\n");
  const machine = `has_systemd() { true; }; service() { echo "manager: $1"; }; installation='${installation}'`;
  const ran = spawnSync("sh", ["-e", "-c", `. '${SCRIPT}'; ${machine}; ${name}`], { encoding: "utf8" });
  return { code: ran.status, output: ran.stdout, complaint: ran.stderr };
}

suite("what a package's scripts do before it is removed", { skip: process.platform === "win32" }, () => {
  test("given a payment that does not end, when the package is removed, then it stays, and it is said which one and what to do", (t) => {
    const { code, output, complaint } = step(t, "stop_service", 2);

    assert.equal(code, 1);
    assert.equal(output, "");
    assert.match(complaint, /^said of service stop\nNothing was removed\. .*sudo tillbridge service stop/);
  });

  for (const ended of [0, 1, 3]) {
    test(`given a service that nobody pays at, or that cannot be asked (${ended}), when the package is removed, then the service is stopped`, (t) => {
      assert.deepEqual(step(t, "stop_service", ended), { code: 0, output: "manager: stop\n", complaint: "" });
    });
  }
});

/** Runs a step where 1.0.0 runs, and its parts are kept; `machine` says what is different here, in shell. */
function putBack(t: TestContext, parts: Readonly<Record<string, string>>, name: string, machine: string) {
  const installation = freshFolder(t);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(installation, path)), { recursive: true });
    writeFileSync(join(installation, path), text, { mode: 0o755 });
  };
  write("versions/1.0.0/bin/tillbridge", "#!/bin/sh\n");
  write("current", "1.0.0\n");
  write("tillbridge", "#!/bin/sh\nexit 1\n");
  write("start-version", "of 1.1.0\n");
  write("tools/systemd-sysusers", "#!/bin/sh\n");
  for (const [part, text] of Object.entries(parts)) write(`before/${part}`, text);
  const machineOfAll = `has_systemd() { true; }; tell_udev() { :; }; service() { echo "manager: $1"; }; systemctl() { echo "systemctl $*"; }; installation='${installation}'`;
  const ran = spawnSync("sh", ["-e", "-c", `. '${SCRIPT}'; ${machineOfAll}; ${machine}; ${name}`], {
    encoding: "utf8",
  });
  const named = (text: string) => text.replaceAll(installation, "");
  return {
    code: ran.status,
    output: named(ran.stdout),
    complaint: named(ran.stderr),
    path: (place: string) => join(installation, place),
  };
}

const PUT_PARTS = 'put_parts "$installation/before"';

suite("what a package's scripts put back", { skip: process.platform === "win32" }, () => {
  test("given a part of the version before, when it is put back, then it is on the disk before it has its name, and its name at the end", (t) => {
    const written = 'sync() { echo "sync $*"; }; mv() { echo "mv $*"; command mv "$@"; }';

    const { code, output, path } = putBack(t, { "start-version": "of 1.0.0\n" }, PUT_PARTS, written);

    assert.equal(code, 0);
    assert.equal(
      output,
      "sync /start-version.fresh\nmv -f /start-version.fresh /start-version\nsync \nsystemctl daemon-reload\n",
    );
    assert.equal(readFileSync(path("start-version"), "utf8"), "of 1.0.0\n");
    assert.equal(statSync(path("start-version")).mode & 0o777, 0o755);
  });

  test("given a part that is in its place already, as rpm has put it there, then it is on the disk when the version is tried", (t) => {
    const written = 'sync() { echo "sync $*"; }';

    const { code, output } = putBack(t, { "start-version": "of 1.1.0\n" }, PUT_PARTS, written);

    assert.equal(code, 0);
    assert.equal(output, "sync /start-version \nsystemctl daemon-reload\n");
  });

  test("given a part that a power cut left empty, when it is to be put back, then the one that is there stays", (t) => {
    const { code, path } = putBack(t, { "start-version": "" }, PUT_PARTS, ":");

    assert.equal(code, 0);
    assert.equal(readFileSync(path("start-version"), "utf8"), "of 1.1.0\n");
  });

  test("given a full disk, when a version was taken back, then the service is started all the same, and it is said what happened and what to do", (t) => {
    // It ran when the package came, and does not any more.
    const machine =
      'cp() { echo "cp: no space" >&2; return 1; }; systemctl() { case "$*" in *is-active*) [ ! -e "$installation/was" ] && : >"$installation/was" ;; esac; }';

    const { code, output, complaint, path } = putBack(t, { "start-version": "of 1.0.0\n" }, "replace_running", machine);

    assert.equal(code, 1);
    assert.equal(output, "manager: restart\n");
    assert.match(
      complaint,
      /^cp: no space\n\/start-version is not the one of Tillbridge 1\.0\.0 again: .*Free some space\..*\nTillbridge \S+ does not run: see above\. 1\.0\.0 does\./,
    );
    assert.equal(readFileSync(path("start-version"), "utf8"), "of 1.1.0\n");
  });

  test("given the version that runs, when it is installed again because it is broken, then the package's own program puts it in", (t) => {
    const again =
      'new_version=1.0.0; program="$installation/package"; mkdir -p "$program/bin"; ' +
      'echo "echo of the package: \\$*" >"$program/bin/tillbridge"; chmod +x "$program/bin/tillbridge"';

    const { code, output } = putBack(t, {}, "replace_running", `systemctl() { :; }; ${again}`);

    assert.equal(code, 0);
    assert.equal(output, "of the package: update deploy /package\n");
  });

  test("given a full disk, when the parts of the new version cannot be put in, then it is not tried, and it is said what to do", (t) => {
    const machine =
      'cp() { echo "cp: no space" >&2; return 1; }; PATH="$installation/tools:$PATH"; getent() { :; }; install() { :; }; take_over() { :; }';
    const setUp =
      'mkdir -p "$installation/package/tillbridge-$new_version/service"; echo new >"$installation/package/tillbridge-$new_version/service/start-version"; set_up';

    const { code, complaint } = putBack(t, {}, setUp, machine);

    assert.equal(code, 1);
    assert.match(
      complaint,
      /^cp: no space\nTillbridge \S+ was not put in: \/start-version cannot be written .*Free some space/,
    );
  });
});
