import assert from "node:assert/strict";
import { chownSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import type { Call } from "../../src/cli/call.ts";
import { openCommand, type Desktop, type Person } from "../../src/cli/commands/open.ts";
import { CommandFailure, EXIT } from "../../src/cli/exit.ts";
import { writeLoginFile } from "../../src/cli/login-file.ts";
import { freshFolder } from "../support/home-folder.ts";
import { homeWithDaemon, run } from "./command.ts";
import { keptOutput } from "./told.ts";

const LOGIN = { url: "http://127.0.0.1:8455/#login=c0de", expiresAt: "2026-01-02T03:05:05.000Z" };
const PATH = "/home/ana maria/tillbridge-open-1/open.html";
const FILE_URL = "file:///home/ana%20maria/tillbridge-open-1/open.html";
const SCREEN = { DISPLAY: ":0" };

/** What the daemon says of the code, asked again and again. */
type Became = "waiting" | "used" | "over";

async function openOn(
  t: TestContext,
  desktop: Partial<Desktop>,
  flags: readonly string[] = [],
  url = LOGIN.url,
  became: readonly Became[] = ["used"],
) {
  const { home, daemon } = await homeWithDaemon(t);
  const left = [...became];
  const codes: unknown[] = [];
  daemon.answers.set("page.code", ({ code }) => {
    codes.push(code);
    return { state: left.shift() ?? "over" };
  });
  daemon.answers.set("page.login", () => ({ ...LOGIN, url }));
  const { out, told } = keptOutput();
  const begun: string[][] = [];
  const persons: (Person | undefined)[] = [];
  const files: string[] = [];
  const command = openCommand({
    platform: "linux",
    environment: SCREEN,
    isRoot: false,
    users: () => "root:x:0:0:root:/root:/bin/sh\nana:x:1000:1000:Ana:/home/ana:/bin/sh\n",
    isThere: () => false,
    begin: async (program, args, folder, person) => {
      persons.push(person);
      begun.push([program, ...args, folder]);
      return true;
    },
    write: (there) => {
      files.push(`written: ${there}`);
      const path = desktop.platform === "win32" ? "C:\\Users\\A&B\\tillbridge-open-1\\open.html" : PATH;
      return { path, remove: () => void files.push("removed") };
    },
    pause: async () => undefined,
    ...desktop,
  });
  const ended = command({
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
  const code = await ended.catch((error: unknown) => {
    if (error instanceof CommandFailure) return error.message;
    throw error;
  });
  return { code, begun, persons, told, files, codes };
}

test("open opens a file that leads to the login's address: the code stands in no list of processes", async (t) => {
  const { code, begun, told, files, codes } = await openOn(t, {}, [], LOGIN.url, ["waiting", "waiting", "used"]);

  assert.equal(code, EXIT.done);
  assert.deepEqual(begun, [["xdg-open", FILE_URL, "/"]]);
  assert.equal(told.result, undefined);
  assert.deepEqual(files, [`written: ${LOGIN.url}`, "removed"]);
  assert.deepEqual(codes, ["c0de", "c0de", "c0de"]);
  const windows = await openOn(t, { platform: "win32", environment: {} });
  assert.deepEqual(windows.begun, [
    ["cmd.exe", "/d", "/c", "start", "", ".\\tillbridge-open-1\\open.html", "C:\\Users\\A&B"],
  ]);
});

test("a code that no browser used in its minute is said to be over, and its file is gone", async (t) => {
  const { code, files } = await openOn(t, {}, [], LOGIN.url, ["waiting", "over"]);
  assert.match(String(code), /No browser has opened the page.*--print/);
  assert.deepEqual(files.at(-1), "removed");
});

test("the file is for its owner alone, leads to the address, and is removed with its folder", async (t) => {
  const home = freshFolder(t);
  const file = writeLoginFile(LOGIN.url, home);
  assert.match(readFileSync(file.path, "utf8"), /<meta http-equiv="refresh" content="0; url=[^"]+#login=c0de">/);
  if (process.platform !== "win32") {
    assert.deepEqual([statSync(file.path).mode & 0o777, statSync(dirname(file.path)).mode & 0o777], [0o600, 0o700]);
  }
  assert.match(readdirSync(home).join(), /^tillbridge-open-/, "a visible name, which a sandboxed browser may read");
  file.remove();
  file.remove();
  assert.deepEqual(readdirSync(home), []);
  assert.deepEqual(process.listeners("SIGTERM"), []);
});

test("root writes it with the rights of the user behind sudo alone", { skip: process.getuid?.() !== 0 }, (t) => {
  const home = freshFolder(t);
  const owner = { uid: 65_534, gid: 65_534 };
  assert.throws(() => writeLoginFile(LOGIN.url, home, owner), { code: "EACCES" });
  assert.deepEqual([process.geteuid?.(), process.getegid?.()], [0, 0]);
  chownSync(home, owner.uid, owner.gid);
  const file = writeLoginFile(LOGIN.url, home, owner);
  assert.deepEqual([statSync(file.path).uid, statSync(dirname(file.path)).uid], [65_534, 65_534]);
  file.remove();
  assert.deepEqual(readdirSync(home), []);
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
    const { code, files } = await openOn(t, { platform: "win32", environment: {}, begin }, [], url);
    assert.match(String(code), /nothing is opened/, url);
    assert.deepEqual([begun, files], [[], []]);
  }
});

test("without a screen, as root, with --print, or where no browser is to be had, the address is printed", async (t) => {
  const failing = async () => false;
  for (const [desktop, flags] of [
    [{ environment: {} }, []],
    [{ isRoot: true }, []],
    [{}, ["print"]],
    [{ begin: failing }, []],
    [{ write: () => undefined }, []],
  ] as const) {
    const { code, begun, told, files } = await openOn(t, desktop, flags);
    assert.deepEqual([code, begun, told.text, told.result], [EXIT.done, [], LOGIN.url, LOGIN]);
    assert.notEqual(files.at(-1), `written: ${LOGIN.url}`, "what was written is removed");
  }
});

test("behind sudo the browser is the user's own, in the user's session and with no right of root", async (t) => {
  const sudo = { ...SCREEN, SUDO_UID: "1000", SUDO_GID: "1000", SUDO_USER: "ana", ROOTS_SECRET: "x", PATH: "/usr/bin" };
  const { begun, persons } = await openOn(t, { isRoot: true, environment: sudo });

  assert.deepEqual(begun, [["xdg-open", FILE_URL, "/"]]);
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
