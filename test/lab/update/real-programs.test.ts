import assert from "node:assert/strict";
import { execFileSync, fork, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { readTrial } from "../../../src/home/program/installed.ts";
import { readCurrent, writeCurrent } from "../../../src/home/program/switching.ts";
import type { UpdateStep } from "../../../src/cli/update/ports.ts";
import { startTerminal, type SimulatedTerminal } from "../../support/simulated-terminal.ts";
import { until } from "../../support/until.ts";
import { InstalledService, told } from "./installed-service.ts";

const [OLD, NEW, SICK] = ["1.0.0", "1.1.0", "1.2.0"] as const;
const folder = mkdtempSync(join(tmpdir(), "tillbridge-real-update-"));
const installation = join(folder, "opt");
const home = join(folder, "home");
const packages = join(folder, "packages");
const service = new InstalledService(installation, home);
const node = process.execPath;

/** Three programs as they are built for shops: one that runs, one that follows, and one that cannot start. */
before(async () => {
  mkdirSync(packages, { recursive: true });
  mkdirSync(home);
  const key = join(folder, "key");
  execFileSync(node, ["scripts/sign.ts", "--new-key", key]);
  for (const version of [OLD, NEW]) build(version, `${key}.public.pem`);
  const built = join(folder, "built", "linux-x64");
  sicken(join(built, `tillbridge-${NEW}`), join(built, `tillbridge-${SICK}`));
  for (const version of [NEW, SICK]) pack(built, version);
  const files = [NEW, SICK].map(packageOf);
  execFileSync(node, ["scripts/sign.ts", ...files, "--key", `${key}.private.pem`]);
  mkdirSync(join(installation, "versions"), { recursive: true });
  cpSync(join(built, `tillbridge-${OLD}`), join(installation, "versions", OLD), { recursive: true });
  for (const name of ["start-version", "tillbridge"]) {
    copyFileSync(join("installers", "linux", name), join(installation, name));
  }
  execFileSync("chmod", ["+x", join(installation, "tillbridge")]);
  await writeCurrent(installation, OLD);
});

after(async () => {
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

function build(version: string, key: string): void {
  const words = ["--platform", "linux-x64", "--version", version, "--update-key", key, "--no-archive"];
  execFileSync(node, ["scripts/build.ts", ...words, "--out", join(folder, "built")], { stdio: "inherit" });
}

/** It says of itself that it can run, and ends as soon as it is started. */
function sicken(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
  const description = join(to, "program.json");
  writeFileSync(description, readFileSync(description, "utf8").replace(NEW, SICK));
  const main = join(to, "app", "main.js");
  writeFileSync(main, `if (process.argv.includes("daemon")) process.exit(3);\n${readFileSync(main, "utf8")}`);
}

function packageOf(version: string): string {
  return join(packages, `tillbridge-${version}-linux-x64.tar.gz`);
}

/** As the build packs it, and faster. */
function pack(built: string, version: string): void {
  const words = ["--format=ustar", "--owner=0", "--group=0", "-I", "gzip -1", "-C", built, `tillbridge-${version}`];
  execFileSync("tar", ["-cf", packageOf(version), ...words]);
}

type Applied = { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly said: string };

async function apply(file: string, step: UpdateStep | "none"): Promise<Applied> {
  const version = (await readCurrent(installation)) ?? "";
  const program = join(installation, "versions", version);
  const child = fork(new URL("applier-process.ts", import.meta.url), [program, home, file, step], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  let said = "";
  child.stdout?.on("data", (part) => (said += String(part)));
  child.on("message", (what) => {
    void service.ask(typeof what === "string" ? what : "").then((state) => child.connected && child.send(state));
  });
  // Not `exit`: what it said can come after that.
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { code, signal, said };
}

type Health = { readonly health: { readonly version: string; readonly intake: string } };

async function untilPaymentsAreTaken(): Promise<string> {
  let health: Health["health"] | undefined;
  await until(() => {
    try {
      health = (told(installation, home, "status") as Health).health;
    } catch {
      return false; // It starts.
    }
    return health.intake === "open";
  });
  assert.ok(health !== undefined);
  return health.version;
}

const inDoubt = () =>
  (told(installation, home, "status") as { readonly inDoubt: readonly { readonly id: string }[] }).inDoubt;

test("given a sale in doubt, when real programs are put in and the applier is killed at every step, then a proven version runs and the sale is still in doubt", async (t) => {
  const counter = await startTerminal(t);
  const away = await startTerminal(t, {
    scenario: { rules: [{ when: { command: "sale" }, then: [{ kind: "silent" }] }] },
  });
  const terminals = Object.entries({ counter, away }).map(([id, { vendor, link }]) => {
    return { id, vendor, link, settings: { currency: "CLP" } };
  });
  writeFileSync(join(home, "config.json"), JSON.stringify({ server: { port: 0 }, terminals }));
  await service.start();
  const doubtful = await saleInDoubt(t, away);

  const killed: readonly UpdateStep[] = [
    "held",
    "unpacked",
    "preflightPassed",
    "inPlace",
    "trialWritten",
    "switched",
    "restarted",
    "healthy",
  ];
  for (const step of killed) {
    const { signal } = await apply(packageOf(NEW), step);
    assert.equal(signal, "SIGKILL", step);
    if (step === "switched") await service.powerCut();
    assert.equal(await untilPaymentsAreTaken(), OLD, `killed at ${step}`);
    assert.deepEqual(
      inDoubt().map(({ id }) => id),
      [doubtful],
      step,
    );
  }

  const back = await apply(packageOf(SICK), "none");
  assert.deepEqual([back.code, (JSON.parse(back.said) as { outcome: string }).outcome], [1, "rolledBack"]);
  assert.equal(await untilPaymentsAreTaken(), OLD);

  const updated = await apply(packageOf(NEW), "none");
  assert.deepEqual(JSON.parse(updated.said), { from: OLD, to: NEW, outcome: "updated" });
  assert.equal(await untilPaymentsAreTaken(), NEW);
  assert.deepEqual(
    inDoubt().map(({ id }) => id),
    [doubtful],
  );
  assert.equal((told(installation, home, "journal", "verify") as { faults: readonly string[] }).faults.length, 0);
  assert.equal(await readTrial(installation), undefined);
  assert.deepEqual(readdirSync(join(installation, "versions")).toSorted(), [OLD, NEW]);
});

type Status = {
  readonly open: readonly { readonly state: string }[];
  readonly inDoubt: readonly { readonly id: string }[];
};

/** The terminal goes away in the middle of it, for good. Answers the transaction. */
async function saleInDoubt(t: TestContext, terminal: SimulatedTerminal): Promise<string> {
  const words = ["sale", "--terminal", "away", "--amount", "1250", "--currency", "CLP", "--yes", "--home", home];
  const sale = spawn(join(installation, "tillbridge"), words, { stdio: "ignore" });
  t.after(() => void sale.kill("SIGKILL"));
  const status = () => told(installation, home, "status") as Status;
  await until(() => status().open.some(({ state }) => state === "dispatched"));
  terminal.program.kill("SIGKILL");
  await until(() => status().inDoubt.length === 1);
  return status().inDoubt[0]?.id ?? "";
}
