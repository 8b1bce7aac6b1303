import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { run } from "../cli/command.ts";
import { freshFolder } from "../support/home-folder.ts";
import { openShop, TERMINAL, type Shop } from "../support/shop.ts";

const LIMIT = { timeout: 120_000 };
const CARD = "4111111111111111";
const SECRET = "hunter2-of-the-cloud";
const KEY = `-----BEGIN PRIVATE KEY-----\n${"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n".repeat(8)}-----END PRIVATE KEY-----`;
/** What a hostile terminal, till or program could have had written anywhere. */
const PLANTED = [
  SECRET,
  Buffer.from(SECRET).toString("base64"),
  `card ${CARD}`,
  `;${CARD}=29121010000000000000?`,
  KEY,
  "https://till:hunter3@cloud.test/?access_token=hunter4hunter4",
  "\u001B[2J\u202Eevil",
].join("\n");

type Bundle = {
  readonly path: string;
  readonly files: readonly { readonly path: string }[];
  readonly leftOut: readonly { readonly path: string; readonly why: string }[];
};

/** Where a support bundle looks, each place with something that must not leave it. */
function plant(home: string): void {
  const [logs, traces, secrets] = [join(home, "logs"), join(home, "logs", "traces"), join(home, "data", "secrets")];
  for (const folder of [traces, secrets]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(secrets, "cloud"), `${SECRET}\n`, { mode: 0o600 });
  writeFileSync(join(logs, "tillbridge.1.log"), `${PLANTED}\n${"x".repeat(3 * 1_048_576)}\n${PLANTED}\n`);
  writeFileSync(join(logs, "crash-2026-01-02T03-04-05.000Z.json"), JSON.stringify({ stack: PLANTED }));
  writeFileSync(join(traces, `2026-01-02T03-04-05.000Z-${TERMINAL}.jsonl`), `${JSON.stringify({ text: PLANTED })}\n`);
  symlinkSync("/etc/passwd", join(logs, "passwd.log"));
  const config = JSON.parse(readFileSync(join(home, "config.json"), "utf8")) as object;
  const faulty = { ...config, apiKey: "hunter5", proxy: { password: "hunter6" }, text: PLANTED };
  writeFileSync(join(home, "config.json"), JSON.stringify(faulty));
}

/** Unpacked by the system's own tar: somebody else's reader. */
function unpacked(context: TestContext, archive: string): ReadonlyMap<string, string> {
  const folder = freshFolder(context);
  execFileSync("tar", ["-xzf", archive, "-C", folder]);
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return new Map(files.map((name) => [name.replace(/^[^/]+\//, ""), readFileSync(join(folder, name), "utf8")]));
}

async function bundled(context: TestContext, shop: Pick<Shop, "home">, file: string): Promise<Bundle> {
  const ended = await run(context, ["bundle", "--out", file, "--json", "--home", shop.home]);
  assert.equal(ended.code, 0, ended.stderr);
  return JSON.parse(ended.stdout) as Bundle;
}

function assertNothingLeaves(files: ReadonlyMap<string, string>, home: string): void {
  const token = readFileSync(join(home, "data", "admin.token"), "utf8").trim();
  for (const [name, text] of files) {
    for (const planted of [
      token,
      "hunter",
      Buffer.from(SECRET).toString("base64"),
      CARD,
      "MIIEvQ",
      "root:x:",
      "\u202E",
    ])
      assert(
        !text.includes(planted),
        `${planted} is in ${name}: ${text.slice(Math.max(0, text.indexOf(planted) - 200), text.indexOf(planted) + 60)}`,
      );
    assert.doesNotMatch(text, /[^\P{Cc}\n\t]/u, name);
  }
}

test(
  "a bundle tells what is known and nothing that is secret, with the daemon running and stopped",
  LIMIT,
  async (context) => {
    const shop = await openShop(context);
    const { id } = await shop.till.sale(1_250, { reference: "T-1" }).ended;
    plant(shop.home);
    const folder = freshFolder(context);

    const file = join(folder, "running.tar.gz");
    const told = await bundled(context, shop, file);
    const files = unpacked(context, file);
    assert.equal(statSync(file).mode & 0o077, 0, "for its owner alone");
    assert.deepEqual([...files.keys()].toSorted(), ["CONTENTS.txt", ...told.files.map(({ path }) => path)].toSorted());
    assertNothingLeaves(files, shop.home);
    for (const name of [
      "config.json",
      "crashes/crash-2026-01-02T03-04-05.000Z.json",
      "daemon/health.json",
      "daemon/metrics.txt",
      "daemon/terminals.json",
      "doctor.json",
      "journal/transactions.json",
      "journal/verify.json",
      "logs/tillbridge.1.log",
      "logs/tillbridge.log",
      "pos.json",
      "system.json",
      `traces/2026-01-02T03-04-05.000Z-${TERMINAL}.jsonl`,
      "transactions.json",
      "versions.json",
    ])
      assert(files.has(name), `${name} is missing`);
    assert.match(files.get("transactions.json") ?? "", new RegExp(`"${id}"[^]*The terminal asks for the card`));
    assert.match(files.get("journal/verify.json") ?? "", /"faults": \[\]/);
    assert.match(files.get("pos.json") ?? "", /"till-1"/);
    const contents = files.get("CONTENTS.txt") ?? "";
    assert.match(
      contents,
      /logs\/tillbridge\.1\.log +\d+ .*first \d+ bytes are left out \(masked: \d+ secrets, 1 private keys, numbers of cards in 2 lines\)/,
    );
    assert.match(contents, /logs\/passwd\.log .*(?:symbolic link|no ordinary file|ELOOP)/);
    assert.match(contents, /names of operators/);

    assert.equal((await run(context, ["bundle", "--out", file, "--home", shop.home])).code, 1, "it is there already");
    assert.equal((await run(context, ["bundle", "--out", file, "--yes", "--home", shop.home])).code, 0);

    await shop.killDaemon();
    const stopped = join(folder, "stopped.tar.gz");
    const without = await bundled(context, shop, stopped);
    const left = unpacked(context, stopped);
    assertNothingLeaves(left, shop.home);
    assert(
      without.leftOut.some(({ path, why }) => path === "daemon/" && why.includes("daemon")),
      JSON.stringify(without.leftOut),
    );
    assert.match(left.get("journal/transactions.json") ?? "", new RegExp(`"${id}"[^]*"settled"`));
    assert(left.has("doctor.json"));
  },
);

test("a bundle is not made where it could do harm, and the command says why", LIMIT, async (context) => {
  const home = freshFolder(context);
  mkdirSync(join(home, "data", "secrets"), { recursive: true });
  const inside = join(home, "data", "b.tar.gz");
  const refused = await run(context, ["bundle", "--out", inside, "--home", home]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /data folder of the service/);
  assert.equal(existsSync(inside), false);

  // Nobody can tell whether what cannot be read is in the bundle.
  mkdirSync(join(home, "data", "secrets", "cloud"));
  const out = join(freshFolder(context), "b.tar.gz");
  const foreign = await run(context, ["bundle", "--out", out, "--home", home]);
  assert.equal(foreign.code, 1);
  assert.match(foreign.stderr, /may not read all of .*Run it as the user of the service/);
  assert.equal(existsSync(out), false);
});

test("the page for a customer is written once, in the language that is asked for", LIMIT, async (context) => {
  const shop = await openShop(context);
  const { id } = await shop.till.sale(1_250, { reference: "T-1" }).ended;
  const file = join(freshFolder(context), "evidence");
  const command = (...args: readonly string[]) =>
    run(context, ["transactions", "timeline", id, ...args, "--home", shop.home]);
  const written = await command("--evidence", file, "--language", "es");
  assert.equal(written.code, 0, written.stderr);
  const html = readFileSync(`${file}.html`, "utf8");
  assert.match(html, /lang="es"[^]*Qué pasó con un pago con tarjeta[^]*El terminal pide la tarjeta/);
  assert.match(readFileSync(`${file}.txt`, "utf8"), /1250 CLP/);
  assert.equal((await command("--evidence", file)).code, 1, "what is there stays");
  assert.equal((await command("--evidence", file, "--yes")).code, 0);
  assert.equal((await command("--evidence", `${file}.pdf`)).code, 2);
  const told = await command();
  assert.match(told.stdout, /till-1 asked for a payment of 1250 CLP[^]*The result was sent to the till/);
});
