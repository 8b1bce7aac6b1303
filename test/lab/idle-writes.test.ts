// needs: strace
// A service at rest writes nothing to the disk: seen from outside, by every system call that could.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { test, type TestContext } from "node:test";
import { freshFolder } from "../support/home-folder.ts";
import { openShop } from "../support/shop.ts";

/** Twice the watchdog of systemd and the beat of a POS's connection. */
const WATCHED_MS = 60_000;
/** What is noted beside the journal is written so long after the last payment, and a start collects its garbage. */
const REST_MS = 35_000;

const CALLS =
  "write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync,sync_file_range,ftruncate,fallocate,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,openat";
/** To sockets, pipes and events of the system, or only to read. */
const NO_DISK = /<(TCP|TCPv6|UDP|UDPv6|UNIX|NETLINK|pipe|socket|anon_inode)[:\]]|^openat\([^)]*O_RDONLY/;

/** What the process and its threads do to the disk while this goes on. */
async function written(
  context: TestContext,
  pid: number,
  meanwhile: () => Promise<unknown>,
): Promise<readonly string[]> {
  const trace = join(freshFolder(context), "trace");
  const strace = spawn("strace", ["-f", "-yy", "-o", trace, "-e", `trace=${CALLS}`, "-p", String(pid)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(strace, "exit");
  await once(strace.stderr, "data");
  await meanwhile();
  strace.kill("SIGTERM");
  await ended;
  return readFileSync(trace, "utf8")
    .split("\n")
    .map((line) => line.replace(/^\d+ +/, ""))
    .filter((line) => /^\w+\(/.test(line) && !NO_DISK.test(line));
}

test("a service at rest, with four terminals and a till, writes nothing to the disk", async (context) => {
  const terminals = Object.fromEntries(["one", "two", "three", "four"].map((id) => [id, {}]));
  const { daemon, addTill } = await openShop(context, { terminals });
  const till = await addTill("till-2", "one");
  assert.equal((await till.sale(1_250).ended).outcome?.kind, "approved");
  await pause(REST_MS);

  const atRest = await written(context, daemon.pid, () => pause(WATCHED_MS));
  assert.deepEqual(atRest, []);

  const inSale = await written(context, daemon.pid, () => till.sale(1_300).ended);
  assert.ok(
    inSale.some((line) => /^f(data)?sync\(.*journal\.db/.test(line)),
    `a sale is seen: ${inSale.join("\n")}`,
  );
});
