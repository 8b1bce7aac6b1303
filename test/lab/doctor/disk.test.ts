// needs: root
// A disk that is really full, and one that is read-only, in a mount namespace of its own.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { test, type TestContext } from "node:test";
import { diagnosisIn, homeOf, type Diagnosis } from "./doctor-run.ts";

const MAIN = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));

/** What the doctor finds in a home whose data folder is on a disk of its own, of which the script makes what it is. */
async function doctorOn(t: TestContext, script: string): Promise<Diagnosis> {
  const home = homeOf(t, { server: { port: 0 } });
  const mount = 'mount -t tmpfs -o size=16m,mode=700 tmpfs "$1/data"';
  const doctor = 'exec "$2" "$3" doctor --json --home "$1"';
  const args = [
    "--mount",
    "sh",
    "-c",
    `${mount} && { ${script}; } 2>/dev/null; ${doctor}`,
    "sh",
    home,
    process.execPath,
    MAIN,
  ];
  const child = spawn("unshare", args, { stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return diagnosisIn(code, stdout, stderr);
}

test("a full disk: no byte is free, nothing can be written, and the remedy is told", async (t) => {
  const diagnosis = await doctorOn(t, 'dd if=/dev/zero of="$1/data/filler" bs=4096');

  assert.match(diagnosis.check("disk.space").evidence, /^0 MB of 16 MB are free/);
  assert.equal(diagnosis.check("disk.space").verdict, "fault");
  const sync = diagnosis.check("disk.sync");
  assert.deepEqual([sync.verdict, sync.evidence.includes("the disk is full")], ["fault", true], sync.evidence);
  assert.match(sync.remedy ?? "", /Free some space/);
});

test("a disk that is read-only, and in memory", async (t) => {
  const diagnosis = await doctorOn(t, 'mount -o remount,ro "$1/data"');

  assert.match(diagnosis.check("disk.sync").evidence, /the disk is read-only/);
  assert.match(diagnosis.check("disk.kind").evidence, /in memory \(tmpfs\)/);
});

test("a disk with room, which is measured", async (t) => {
  const diagnosis = await doctorOn(t, "true");

  assert.match(diagnosis.check("disk.sync").evidence, /^A write to the disk of .* takes \d+ ms/);
});
