import assert from "node:assert/strict";
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { lockHome } from "../../src/home/lock.ts";
import { openJournal } from "../../src/journal/sqlite.ts";
import { freshFolder } from "../support/home-folder.ts";
import { homeWithDaemon, requestsOf, run } from "./command.ts";

/** A user whom every system has. */
const NOBODY = 65_534;

test("a secret is stored without the newline at its end, for its owner alone, and never printed", async (t) => {
  const home = freshFolder(t);
  const at = ["--home", home];

  const set = await run(t, ["secret", "set", "mp", ...at], { stdin: "APP_USR-1\n\n" });
  const list = await run(t, ["secret", "list", "--json", ...at]);

  const file = join(home, "data", "secrets", "mp");
  assert.equal(set.code, 0, set.stderr);
  assert.equal(readFileSync(file, "utf8"), "APP_USR-1\n", "one newline is dropped, and only one");
  assert.equal(statSync(file).mode & 0o077, 0);
  assert.equal(list.stdout, '{"secrets":["mp"]}\n');
  assert.equal((set.stdout + set.stderr + list.stderr).includes("APP_USR"), false);
  assert.equal((await run(t, ["secret", "remove", "mp", ...at])).code, 0);
  assert.equal(existsSync(file), false);
  assert.equal((await run(t, ["secret", "remove", "mp", ...at])).code, 1);
});

const isRoot = process.getuid?.() === 0;
test(
  "what root stores while the service is stopped belongs to the service's user",
  { skip: !isRoot && "needs root" },
  async (t) => {
    const home = freshFolder(t);
    const data = join(home, "data");
    mkdirSync(data);
    for (const folder of [home, data]) chownSync(folder, NOBODY, NOBODY);

    const secret = await run(t, ["secret", "set", "mp", "--home", home], { stdin: "APP_USR-1" });
    const config = await run(t, ["config", "set", "server.port", "9000", "--home", home]);

    assert.deepEqual([secret.code, config.code], [0, 0], secret.stderr + config.stderr);
    const written = [
      join(data, "secrets"),
      join(data, "secrets", "mp"),
      join(data, "home.lock"),
      join(home, "config.json"),
    ];
    assert.deepEqual(
      written.filter((path) => statSync(path).uid !== NOBODY),
      [],
    );
  },
);

test("an empty secret, one that is no text, and a name that is none are wrong usage", async (t) => {
  const home = freshFolder(t);

  const ended = await Promise.all([
    run(t, ["secret", "set", "mp", "--home", home], { stdin: "\n" }),
    run(t, ["secret", "set", "mp", "--home", home], { stdin: Buffer.from([0x61, 0xff, 0xfe]) }),
    run(t, ["secret", "set", "mp", "--home", home], { stdin: "x".repeat(16_385) }),
    run(t, ["secret", "set", "../mp", "--home", home], { stdin: "x" }),
    run(t, ["secret", "remove", "../mp", "--home", home]),
  ]);

  assert.deepEqual(
    ended.map(({ code }) => code),
    [2, 2, 2, 2, 2],
  );
  assert.equal(existsSync(join(home, "data", "secrets", "mp")), false);
});

test("several commands at once wait for each other, with nothing lost", async (t) => {
  const home = freshFolder(t);
  const names = ["a", "b", "c", "d"];

  const ended = await Promise.all(
    names.map((name) => run(t, ["secret", "set", name, "--home", home], { stdin: `value of ${name}` })),
  );

  assert.deepEqual(
    ended.map(({ code, stderr }) => [code, stderr]),
    names.map(() => [0, ""]),
  );
  assert.deepEqual(readdirSync(join(home, "data", "secrets")).sort(), names);
});

test("where a daemon has the home, it is the daemon that stores", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.answers.set("secrets.set", () => ({}));
  const locked = lockHome(join(home, "data"));
  assert.ok(locked.kind === "locked");
  using _lock = locked.lock;

  const { code, stderr } = await run(t, ["secret", "set", "mp", "--home", home], { stdin: "APP_USR-1" });

  assert.equal(code, 0, stderr);
  assert.deepEqual(requestsOf(daemon, "secrets.set"), [{ name: "mp", value: "APP_USR-1" }]);
  assert.equal(existsSync(join(home, "data", "secrets")), false);
});

test("a secret that is not there is refused by the daemon as it is without one", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.answers.set("secrets.list", () => ({ secrets: ["other"] }));
  const locked = lockHome(join(home, "data"));
  assert.ok(locked.kind === "locked");
  using _lock = locked.lock;

  const { code, stderr } = await run(t, ["secret", "remove", "mp", "--home", home]);

  assert.equal(code, 1);
  assert.match(stderr, /There is no secret mp/);
});

test("config: path, the defaults, a field set, a fault named, and a broken change that changes nothing", async (t) => {
  const home = freshFolder(t);
  const config = (...args: string[]) => run(t, ["config", ...args, "--home", home]);
  const file = join(home, "config.json");

  assert.equal((await config("path")).stdout, `${file}\n`);
  const defaults = JSON.parse((await config("show", "--json")).stdout) as { server: { port: number } };
  assert.equal(defaults.server.port, 8455);
  const absent = await config("check");
  assert.deepEqual([absent.code, absent.stdout], [0, `There is no ${file}: the defaults are used.\n`]);

  const set = await config("set", "server.port", "9000");
  assert.equal(set.code, 0, set.stderr);
  assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), { server: { port: 9000 } });

  const wrong = await config("set", "server.prot", "9000");
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /server\.prot/);
  assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), { server: { port: 9000 } });

  writeFileSync(file, JSON.stringify({ terminals: [{ id: "counter-1", vendor: "nobody", link: { type: "tcp" } }] }));
  const checked = await config("check", "--json");
  assert.equal(checked.code, 1);
  const { valid, faults } = JSON.parse(checked.stdout) as { valid: boolean; faults: string[] };
  assert.equal(valid, false);
  assert.match(faults.join(), /terminals\.0\.vendor is "nobody"/);

  writeFileSync(file, "{");
  const shown = await config("show");
  assert.equal(shown.code, 1);
  assert.ok(shown.stderr.startsWith(`tillbridge: ${file} cannot be used:\n`), shown.stderr);
});

test("a list that is set to something else is shown as it has to be typed, and nothing is written", async (t) => {
  const home = freshFolder(t);
  const typed: readonly (readonly [field: string, text: string, form: string])[] = [
    ["server.allowedOrigins", "http://x", '["http://x"]'],
    [
      "server.allowedOrigins",
      "[https://a.example.com,https://b.example.com]",
      '["https://a.example.com","https://b.example.com"]',
    ],
    ["server.lan.names", "192.168.1.20", '["192.168.1.20"]'],
    ["discovery.interfaces", "eth0", '["eth0"]'],
  ];
  for (const [field, text, form] of typed) {
    const { code, stderr } = await run(t, ["config", "set", field, text, "--home", home]);
    assert.equal(code, 1);
    assert.ok(stderr.includes(`\`tillbridge config set ${field} '${form}' --home ${home}\``), stderr);
  }
  assert.equal(existsSync(join(home, "config.json")), false);
  const set = await run(t, ["config", "set", "server.lan.names", '["till-pc.local"]', "--home", home]);
  assert.equal(set.code, 0, set.stderr);
});

test("config set beside a daemon says when it counts", async (t) => {
  const home = freshFolder(t);
  mkdirSync(join(home, "data"));
  const locked = lockHome(join(home, "data"));
  assert.ok(locked.kind === "locked");
  using _lock = locked.lock;

  const { code, stderr } = await run(t, ["config", "set", "logging.level", "debug", "--home", home]);

  assert.equal(code, 0);
  assert.match(stderr, /when it starts again/);
});

test("a journal is verified, and one that is damaged or missing ends with 1", async (t) => {
  const home = freshFolder(t);
  const directory = join(home, "data");
  mkdirSync(directory);
  const verify = () => run(t, ["journal", "verify", "--json", "--home", home]);

  const missing = await verify();
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /^tillbridge: /);

  const journal = await openJournal({ directory });
  await journal.close();
  const before = readdirSync(directory);
  const whole = await verify();
  assert.equal(whole.code, 0, whole.stderr);
  assert.deepEqual(JSON.parse(whole.stdout), { transactions: 0, facts: 0, faults: [] });
  assert.deepEqual(readdirSync(directory), before);

  writeFileSync(join(directory, "journal.db"), "not a database at all");
  assert.equal((await verify()).code, 1);
});

test("a journal is exported into a new file, or to standard output, and a checkpoint is expected by its hash", async (t) => {
  const home = freshFolder(t);
  const directory = join(home, "data");
  mkdirSync(directory);
  const journal = await openJournal({ directory });
  await journal.audit({ at: "2026-03-01T10:00:00.000Z", what: "pos.paired", by: "technician", detail: "till-1" });
  await journal.close();
  const file = join(home, "journal.jsonl");
  const tell = (...words: string[]) => run(t, ["journal", ...words, "--home", home]);

  const toFile = await tell("export", "--out", file);
  const again = await tell("export", "--out", file);
  const toOutput = await tell("export");
  const wrong = await tell("export", "--from", "yesterday");

  assert.deepEqual([toFile.code, again.code, toOutput.code, wrong.code], [0, 1, 0, 2], toFile.stderr);
  assert.match(again.stderr, /it is there already; name another file/);
  assert.equal(statSync(file).mode & 0o077, 0);
  const kinds = (text: string) =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { kind: string }).kind);
  assert.deepEqual(kinds(readFileSync(file, "utf8")), ["header", "audit", "checkpoint", "trailer"]);
  assert.deepEqual(kinds(toOutput.stdout), ["header", "audit", "checkpoint", "trailer"]);

  const [, hash = ""] = /([0-9a-f]{64})/.exec((await tell("verify")).stdout) ?? [];
  assert.equal((await tell("verify", "--expect", hash)).code, 0);
  assert.equal(
    (
      await tell(
        "verify",
        "--expect",
        hash.replace(/^./, (digit) => (digit === "0" ? "1" : "0")),
      )
    ).code,
    1,
  );
  assert.equal((await tell("verify", "--expect", "abc")).code, 2);
});
