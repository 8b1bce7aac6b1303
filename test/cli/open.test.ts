import assert from "node:assert/strict";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { Call } from "../../src/cli/call.ts";
import { openCommand, type Desktop } from "../../src/cli/commands/open.ts";
import { EXIT } from "../../src/cli/exit.ts";
import { homeWithDaemon, run } from "./command.ts";
import { keptOutput } from "./told.ts";

const LOGIN = { url: "http://127.0.0.1:8455/#login=c0de", expiresAt: "2026-01-02T03:05:05.000Z" };
const SCREEN = { DISPLAY: ":0" };

async function openOn(t: TestContext, desktop: Partial<Desktop>, flags: readonly string[] = []) {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.answers.set("page.login", () => LOGIN);
  const { out, told } = keptOutput();
  const begun: string[][] = [];
  const command = openCommand({
    platform: "linux",
    environment: SCREEN,
    isRoot: false,
    begin: async (program, args) => {
      begun.push([program, ...args]);
      return true;
    },
    ...desktop,
  });
  const code = await command({
    home: {
      configFile: join(home, "config.json"),
      dataDirectory: join(home, "data"),
      adminTokenFile: join(home, "data", "admin.token"),
      runningDaemonFile: join(home, "data", "daemon.json"),
    },
    homeOption: home,
    flag: (name: string) => flags.includes(name),
    out: { ...out, json: false },
  } as unknown as Call);
  return { code, begun, told };
}

test("open opens the system's browser at the login's address", async (t) => {
  const { code, begun, told } = await openOn(t, {});

  assert.equal(code, EXIT.done);
  assert.deepEqual(begun, [["xdg-open", LOGIN.url]]);
  assert.equal(told.result, undefined);
  const windows = await openOn(t, { platform: "win32", environment: {} });
  assert.deepEqual(windows.begun, [["cmd.exe", "/d", "/c", "start", "", LOGIN.url]]);
});

test("without a screen, as root, with --print, or where no browser is to be had, the address is printed", async (t) => {
  const failing = async () => false;
  for (const [desktop, flags] of [
    [{ environment: {} }, []],
    [{ isRoot: true }, []],
    [{}, ["print"]],
    [{ begin: failing }, []],
  ] as const) {
    const { code, begun, told } = await openOn(t, desktop, flags);
    assert.deepEqual([code, begun, told.text, told.result], [EXIT.done, [], LOGIN.url, LOGIN]);
  }
});

test("with --json the login is told to a program, and no browser is opened", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.answers.set("page.login", () => LOGIN);

  const { stdout } = await run(t, ["open", "--json", "--home", home]);

  assert.deepEqual(JSON.parse(stdout), LOGIN);
});
