import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { freshFolder } from "../support/home-folder.ts";
import { homeWithDaemon, requestsOf, run } from "./command.ts";

async function shop(t: TestContext) {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.answers.set("pos.add", () => ({ pos: "till-1", code: "ABCD2345" }));
  daemon.answers.set("pos.update", () => ({}));
  const command = (...args: string[]) => run(t, [...args, "--home", home]);
  return { daemon, command };
}

/** A pair of keys as OpenSSL writes them, in files. */
function keyFiles(t: TestContext) {
  const folder = freshFolder(t);
  const written = (name: string, pem: string | Buffer) => {
    const path = join(folder, name);
    writeFileSync(path, pem);
    return path;
  };
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const other = generateKeyPairSync("x25519").publicKey;
  return {
    key: String(publicKey.export({ format: "jwk" }).x),
    publicFile: written("public.pem", publicKey.export({ type: "spki", format: "pem" })),
    privateFile: written("private.pem", privateKey.export({ type: "pkcs8", format: "pem" })),
    otherFile: written("other.pem", other.export({ type: "spki", format: "pem" })),
    textFile: written("text.pem", "no key"),
  };
}

test("limits are said in the currency's own units, and merged for each operation and currency", async (t) => {
  const { daemon, command } = await shop(t);
  const limits = ["sale=500.00EUR", "refund=50.00EUR/day", "refund=20.00EUR", "sale=9000CLP"];

  const { code } = await command("pos", "add", "till-1", ...limits.flatMap((limit) => ["--limit", limit]), "--lan");

  assert.equal(code, 0);
  assert.deepEqual(requestsOf(daemon, "pos.add"), [
    {
      pos: "till-1",
      limits: [
        { operation: "sale", currency: "EUR", perOperation: 50_000 },
        { operation: "refund", currency: "EUR", perDay: 5_000, perOperation: 2_000 },
        { operation: "sale", currency: "CLP", perOperation: 9_000 },
      ],
      lan: true,
    },
  ]);
});

test("a signing key is a PEM file, or the key itself", async (t) => {
  const { daemon, command } = await shop(t);
  const { key, publicFile } = keyFiles(t);

  const ended = await Promise.all([
    command("pos", "add", "till-1", "--signing-key", publicFile),
    command("pos", "set", "till-1", "--signing-key", key),
  ]);

  assert.deepEqual(
    ended.map(({ code }) => code),
    [0, 0],
  );
  assert.deepEqual(requestsOf(daemon, "pos.add"), [{ pos: "till-1", signingKey: key }]);
  assert.deepEqual(requestsOf(daemon, "pos.update"), [{ pos: "till-1", signingKey: key }]);
});

test("pos set says what is to be taken away, and asks for no code", async (t) => {
  const { daemon, command } = await shop(t);
  const away = ["--forget-limits", "--forget-signing-key", "--not-lan", "--not-shared", "--scopes", "status"];

  const { code, stdout } = await command("pos", "set", "till-1", ...away);

  assert.deepEqual([code, stdout], [0, "till-1 is changed. It counts from now on.\n"]);
  assert.deepEqual(requestsOf(daemon, "pos.update"), [
    { pos: "till-1", scopes: ["status"], shared: false, limits: [], signingKey: null, lan: false },
  ]);
  assert.deepEqual(requestsOf(daemon, "pos.add"), []);
});

test("what is typed wrongly is said, and nothing is asked of the daemon", async (t) => {
  const { daemon, command } = await shop(t);
  const { privateFile, otherFile, textFile } = keyFiles(t);
  const wrong: readonly (readonly [options: readonly string[], why: RegExp])[] = [
    [["--limit", "sale"], /sale=500\.00EUR/],
    [["--limit", "gift=5EUR"], /no operation gift/],
    [["--limit", "sale=5EUX"], /does not know EUX/],
    [["--limit", "sale=5.001EUR"], /EUR has 2 decimals/],
    [["--limit", "sale=5EUR", "--limit", "sale=6EUR"], /already/],
    [["--limit", "sale=5EUR", "--forget-limits"], /not both/],
    [["--signing-key", privateFile], /private key.*-pubout/],
    [["--signing-key", otherFile], /no Ed25519 public key/],
    [["--signing-key", textFile], /no Ed25519 public key/],
    [["--signing-key", "nowhere.pem"], /cannot be read/],
    [[], /Nothing is to be changed/],
  ];

  for (const [options, why] of wrong) {
    const { code, stderr } = await command("pos", "set", "till-1", ...options);
    assert.equal(code, 2, stderr);
    assert.match(stderr, why);
  }
  assert.deepEqual(requestsOf(daemon, "pos.update"), []);
});

test("pos list shows limits in words", async (t) => {
  const { daemon, command } = await shop(t);
  const limits = [
    { operation: "sale", currency: "EUR", perOperation: 50_000 },
    { operation: "refund", currency: "EUR", perOperation: 2_000, perDay: 5_000 },
  ];
  const till = {
    pos: "till-1",
    scopes: ["pay"],
    shared: false,
    createdAt: "2026-01-02T03:04:05Z",
    paired: true,
    sessions: 0,
  };
  daemon.answers.set("pos.list", () => ({ pos: [{ ...till, limits, signingKey: "A".repeat(43), lan: true }] }));

  const { stdout } = await command("pos");

  assert.match(stdout, /sale 500\.00 EUR, refund 20\.00 EUR and 50\.00 EUR\/day$/m);
  assert.match(stdout, /^till-1 +pay +yes +no +yes +yes/m);
});
