import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { freshFolder } from "../support/home-folder.ts";
import { homeWithDaemon, run } from "./command.ts";

const ON = ["--terminal", "counter-1", "--yes"];

const WRONG: readonly (readonly [what: string, args: readonly string[], says: RegExp])[] = [
  [
    "an amount with too many decimals",
    ["sale", ...ON, "--amount", "12.505", "--currency", "EUR"],
    /at most 2 after a point/,
  ],
  ["an amount of a currency without decimals", ["sale", ...ON, "--amount", "1.5", "--currency", "CLP"], /whole number/],
  ["a comma", ["sale", ...ON, "--amount", "12,50", "--currency", "EUR"], /no amount in EUR/],
  ["a negative amount", ["sale", ...ON, "--amount", "-5", "--currency", "EUR"], /no amount in EUR/],
  ["zero", ["sale", ...ON, "--amount", "0.00", "--currency", "EUR"], /zero moves no money/],
  ["too much", ["sale", ...ON, "--amount", "10000000000", "--currency", "EUR"], /no amount in EUR/],
  ["an unknown currency", ["sale", ...ON, "--amount", "1", "--currency", "XBT"], /no currency XBT/],
  ["a currency in small letters", ["sale", ...ON, "--amount", "1", "--currency", "eur"], /capital letters/],
  ["no currency", ["sale", ...ON, "--amount", "1"], /--currency/],
  ["no amount", ["sale", ...ON, "--currency", "EUR"], /--amount/],
  ["no terminal", ["sale", "--yes", "--amount", "1", "--currency", "EUR"], /--terminal/],
  ["two amounts", ["sale", ...ON, "--amount", "1", "--amount", "2", "--currency", "EUR"], /--amount is given twice/],
  ["two homes", ["--home", "one", "status", "--home", "two"], /--home is given twice/],
  ["a void of nothing", ["void", ...ON], /--original/],
  ["a refund of nothing", ["refund", ...ON], /--amount/],
  ["an unknown command", ["sail"], /unknown command 'sail'/],
  ["an unknown word of a group", ["terminals", "frobnicate"], /no `tillbridge terminals frobnicate`/],
  ["a word too many in a group", ["terminals", "list", "all"], /no `tillbridge terminals list all`/],
  ["an unknown option", ["status", "--frobnicate"], /unknown option '--frobnicate'/],
  ["a word too many", ["status", "now"], /too many arguments/],
  ["a word too few", ["terminals", "show"], /missing required argument 'ID'/],
  ["no word at all", [], /Usage: tillbridge/],
  ["an option without its value", ["sale", "--amount"], /argument missing/],
  ["a value that is not among those allowed", ["transactions", "--state", "open"], /accepted, dispatched, settled/],
  ["no whole number", ["transactions", "--limit", "many"], /no whole number/],
  ["a port that does not exist", ["daemon", "--port", "65536"], /0 to 65535/],
  [
    "a terminal connected two ways",
    ["terminals", "add", "x", "--vendor", "v", "--tcp", "a:1", "--serial", "b"],
    /one of/,
  ],
  ["an address without a port", ["terminals", "add", "x", "--vendor", "v", "--tcp", "a"], /HOST:PORT/],
  [
    "a setting without a value",
    ["terminals", "add", "x", "--vendor", "v", "--tcp", "a:1", "--setting", "b"],
    /NAME=VALUE/,
  ],
  ["an unknown scope", ["pos", "add", "till-1", "--scopes", "pay,fly"], /no scope fly/],
  ["a doctor's unknown language", ["doctor", "--language", "ger"], /en, es, pt, de, .* not ger/],
  [
    "a timeline's unknown language",
    ["transactions", "timeline", "T1", "--language", "german"],
    /en, es, pt, de, .* not german/,
  ],
  ["an unknown topic", ["help", "cooking"], /no help about cooking/],
  ["a decision without a reason", ["transactions", "resolve", "T1", "--outcome", "declined"], /--reason/],
  ["a transaction named twice", ["transactions", "show", "T1", "--request-id", "R1"], /by its id or by its request id/],
  ["a vendor that is not simulated", ["simulate", "nobody", "--pty"], /no vendor nobody/],
];

test("wrong usage ends with 2, says what is wrong, and reaches nobody", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  const waiting = [...WRONG];
  const check = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [what, args, says] = next;
      const { code, stdout, stderr } = await run(t, args, { environment: { TILLBRIDGE_HOME: home } });
      assert.equal(code, 2, `${what}: ${stderr}`);
      assert.match(stderr, says, what);
      assert.equal(stdout, "", what);
      assert.equal(stderr.includes("    at "), false, `${what}: a stack`);
    }
  };
  await Promise.all([check(), check()]);
  assert.equal(daemon.requests.length, 0);
});

test("--version tells the version and needs no home", async (t) => {
  const { code, stdout } = await run(t, ["--version"]);

  assert.equal(code, 0);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

test("what the daemon finds wrong in what was typed is wrong usage too", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.fate = ({ method }) => (method === "terminals.get" ? { refuse: "invalidParams" } : undefined);

  const { code } = await run(t, ["terminals", "show", "?", "--home", home]);

  assert.equal(code, 2);
});

test("--home, --json and --yes stand before, between or after the words, and the home may come from the environment", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.answers.set("terminals.list", () => ({ terminals: [] }));

  const ended = await Promise.all([
    run(t, ["--home", home, "--json", "terminals", "list"]),
    run(t, ["terminals", "--home", home, "list", "--json"]),
    run(t, ["terminals", "--json", "--yes"], { environment: { TILLBRIDGE_HOME: home } }),
    run(t, ["terminals", "--json", `--home=${home}`], { environment: { TILLBRIDGE_HOME: "/nowhere" } }),
  ]);

  for (const { code, stdout, stderr } of ended) {
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), { terminals: [] });
  }
});

test("no daemon, no rights, or a daemon that refuses: a clear sentence, and 3 where nobody was reached", async (t) => {
  const empty = freshFolder(t);
  const missing = await run(t, ["status", "--home", empty]);
  assert.equal(missing.code, 3);
  assert.ok(missing.stderr.includes(join(empty, "data", "daemon.json")));
  assert.ok(missing.stderr.includes(`tillbridge daemon --home ${empty}`));
  assert.equal(missing.stdout, "");

  const { home, daemon } = await homeWithDaemon(t);
  daemon.fate = ({ method }) => (method === "session.open" ? { refuse: "unauthorized" } : undefined);
  const refused = await run(t, ["status", "--home", home, "--json"]);
  assert.equal(refused.code, 1);
  assert.match(refused.stdout, /"unauthorized"/);
});

test("the token goes to no program that has the port of a daemon that was killed, and to no proxy", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.answers.set("terminals.list", () => ({ terminals: [] }));
  const proxy = createServer((socket) => socket.end()).listen(0, "127.0.0.1");
  t.after(() => proxy.close());
  await once(proxy, "listening");
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const environment = { NODE_USE_ENV_PROXY: "1", HTTP_PROXY: address, http_proxy: address, NO_PROXY: "", no_proxy: "" };

  const past = await run(t, ["terminals", "--home", home], { environment });
  assert.equal(past.code, 0, past.stderr);

  const ended = spawnSync(process.execPath, ["--version"]).pid;
  const file = join(home, "data", "daemon.json");
  writeFileSync(file, readFileSync(file, "utf8").replace(/"pid":\d+/, `"pid":${ended}`));
  const before = daemon.requests.length;
  const sale = ["sale", ...ON, "--amount", "1", "--currency", "EUR"];
  for (const args of [["status"], sale]) {
    const { code, stderr } = await run(t, [...args, "--home", home]);
    assert.equal(code, 3);
    assert.match(stderr, /No daemon is running on this home/);
  }
  assert.equal(daemon.requests.length, before);
});

test("help is on standard output and ends with 0", async (t) => {
  const [whole, command, topic, flag] = await Promise.all([
    run(t, ["help"]),
    run(t, ["help", "terminals", "add"]),
    run(t, ["help", "golden-rule"]),
    run(t, ["sale", "--help"]),
  ]);

  for (const { code, stderr } of [whole, command, topic, flag]) assert.equal(code, 0, stderr);
  for (const word of [
    "daemon",
    "status",
    "terminals",
    "pos",
    "sale",
    "transactions",
    "simulate",
    "secret",
    "journal",
  ]) {
    assert.match(whole.stdout, new RegExp(`^ +${word}\\b`, "m"));
  }
  assert.match(command.stdout, /--setting <NAME=VALUE>/);
  assert.match(topic.stdout, /never with a new one/);
  assert.match(flag.stdout, /--request-id/);
});

test("whoever closes the pipe early gets no stack, and the exit code stays", async () => {
  const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
  const child = spawn(process.execPath, [main, "--help"], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy(); // As `head` does when it has its line; here before the first one.
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const [code] = (await once(child, "close")) as [number | null];
  assert.deepEqual([code, stderr], [0, ""]);
});
