import assert from "node:assert/strict";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { Call } from "../../src/cli/call.ts";
import { openCommand, type Desktop, type Person } from "../../src/cli/commands/open.ts";
import { EXIT } from "../../src/cli/exit.ts";
import { homeWithDaemon, run } from "./command.ts";
import { keptOutput } from "./told.ts";

const LOGIN = { url: "http://127.0.0.1:8455/#login=c0de", expiresAt: "2026-01-02T03:05:05.000Z" };
const SCREEN = { DISPLAY: ":0" };

async function openOn(t: TestContext, desktop: Partial<Desktop>, flags: readonly string[] = [], url = LOGIN.url) {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.answers.set("page.login", () => ({ ...LOGIN, url }));
  const { out, told } = keptOutput();
  const begun: string[][] = [];
  const persons: (Person | undefined)[] = [];
  const command = openCommand({
    platform: "linux",
    environment: SCREEN,
    isRoot: false,
    users: () => "root:x:0:0:root:/root:/bin/sh\nana:x:1000:1000:Ana:/home/ana:/bin/sh\n",
    isThere: () => false,
    begin: async (program, args, person) => {
      persons.push(person);
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
  return { code, begun, persons, told };
}

test("open opens the system's browser at the login's address", async (t) => {
  const { code, begun, told } = await openOn(t, {});

  assert.equal(code, EXIT.done);
  assert.deepEqual(begun, [["xdg-open", LOGIN.url]]);
  assert.equal(told.result, undefined);
  const windows = await openOn(t, { platform: "win32", environment: {} });
  assert.deepEqual(windows.begun, [["cmd.exe", "/d", "/c", "start", "", LOGIN.url]]);
});

test("an address that is not the page's own, as a stranger's home folder could lead to, is not opened and not printed", async (t) => {
  for (const url of [
    "http://127.0.0.1:8455/#login=c0de&calc.exe",
    "http://evil.example/#login=c0de",
    "file:///etc/passwd",
    "http://127.0.0.1:8455@evil.example/#login=c0de",
    '--gpu-launcher="calc"',
  ]) {
    const begun: string[] = [];
    const begin = async (program: string) => begun.push(program) > 0;
    await assert.rejects(openOn(t, { platform: "win32", environment: {}, begin }, [], url), /nothing is opened/, url);
    assert.deepEqual(begun, []);
  }
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

test("behind sudo the browser is the user's own, in the user's session and with no right of root", async (t) => {
  const sudo = { ...SCREEN, SUDO_UID: "1000", SUDO_GID: "1000", SUDO_USER: "ana", ROOTS_SECRET: "x", PATH: "/usr/bin" };
  const { begun, persons } = await openOn(t, { isRoot: true, environment: sudo });

  assert.deepEqual(begun, [["xdg-open", LOGIN.url]]);
  const [person] = persons;
  assert.deepEqual([person?.uid, person?.gid, person?.environment["HOME"]], [1_000, 1_000, "/home/ana"]);
  assert.equal(person?.environment["DBUS_SESSION_BUS_ADDRESS"], "unix:path=/run/user/1000/bus");
  assert.equal("ROOTS_SECRET" in person.environment, false);
  for (const environment of [
    { ...sudo, SUDO_UID: "0" },
    { ...sudo, SUDO_UID: "1001" },
    { ...sudo, SUDO_UID: "x" },
    { ...sudo, DISPLAY: "" },
  ]) {
    assert.deepEqual((await openOn(t, { isRoot: true, environment })).begun, []);
  }
  const wayland = await openOn(t, { isRoot: true, environment: { ...sudo, DISPLAY: "" }, isThere: () => true });
  assert.equal(wayland.persons[0]?.environment["WAYLAND_DISPLAY"], "wayland-0");
});

test("with --json the login is told to a program, and no browser is opened", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.answers.set("page.login", () => LOGIN);

  const { stdout } = await run(t, ["open", "--json", "--home", home]);

  assert.deepEqual(JSON.parse(stdout), LOGIN);
});
