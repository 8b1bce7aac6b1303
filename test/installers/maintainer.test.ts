import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
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
