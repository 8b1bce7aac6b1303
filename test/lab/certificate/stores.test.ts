// needs: libnss3-tools, ca-certificates, openssl, root
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { freshFolder } from "../../support/home-folder.ts";

const MAIN = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));
const CERTS = "/etc/ssl/certs";
const ANCHORS = "/usr/local/share/ca-certificates";
/** What the system runs for others who keep a list of their own. */
const HOOKS = "/etc/ca-certificates/update.d";

/** Root with a home of its own, on copies of what the system trusts, and without the people of this machine. */
function rootsMachine(t: TestContext) {
  const folder = freshFolder(t);
  const at = (name: string) => join(folder, name);
  for (const made of ["root", "tillbridge", "tillbridge/data"]) mkdirSync(at(made), { mode: 0o700 });
  for (const [place, copy] of [
    [CERTS, "certs"],
    [ANCHORS, "anchors"],
  ] as const)
    execFileSync("cp", ["-a", place, at(copy)]);
  const mounts = [
    `mount --bind ${at("certs")} ${CERTS}`,
    `mount --bind ${at("anchors")} ${ANCHORS}`,
    `mount -t tmpfs tmpfs ${HOOKS}`,
    "mount -t tmpfs tmpfs /home",
  ];
  const run = (program: string, ...args: readonly string[]) =>
    spawnSync("unshare", ["--mount", "sh", "-ec", `${mounts.join("; ")}; exec "$@"`, "sh", program, ...args], {
      encoding: "utf8",
      env: { ...process.env, HOME: at("root") },
    });
  const certificate = (...args: readonly string[]) =>
    run(process.execPath, MAIN, "certificate", ...args, "--home", at("tillbridge"));
  /** Names, where links lead, and the list that programs read. */
  const systemStore = () => ({
    entries: readdirSync(at("certs"), { withFileTypes: true })
      .map((entry) =>
        entry.isSymbolicLink() ? `${entry.name} -> ${readlinkSync(join(at("certs"), entry.name))}` : entry.name,
      )
      .sort(),
    list: readFileSync(join(at("certs"), "ca-certificates.crt"), "utf8"),
    anchors: readdirSync(at("anchors")).sort(),
  });
  const authorities = () => readdirSync(at("anchors")).filter((name) => name.startsWith("tillbridge-"));
  return { home: at("root"), tillbridge: at("tillbridge"), run, certificate, systemStore, authorities };
}

/** Its profile: a Firefox that is installed and was never started trusts nobody, which ends with another exit code. */
function startedFirefox(home: string): string {
  const profile = join(home, ".mozilla", "firefox", "abc.default");
  mkdirSync(profile, { recursive: true });
  execFileSync("certutil", ["-N", "-d", `sql:${profile}`, "--empty-password"]);
  return profile;
}

const nicknamesIn = (folder: string) =>
  execFileSync("certutil", ["-L", "-d", `sql:${folder}`], { encoding: "utf8" })
    .split("\n")
    .filter((line) => /,.*,/.test(line) && !line.includes("S/MIME"))
    .map((line) => line.trim().replace(/\s+/g, " "));

test("installed twice and removed as root: the system and NSS trust the second one alone, then all is as before", (t) => {
  const { home, tillbridge, run, certificate, systemStore, authorities } = rootsMachine(t);
  const profile = startedFirefox(home);
  run("update-ca-certificates", "--fresh"); // What it mends by itself is no change of ours.
  assert.deepEqual(certificate("remove").status, 0, "of an installation that this machine may have");
  const before = systemStore();

  const first = certificate("install", "--json");
  const installed = certificate("install", "--json");

  assert.equal(installed.status, 0, first.stderr + installed.stderr);
  const pem = join(tillbridge, "data", "certificate", "authority.pem");
  const shared = join(home, ".pki", "nssdb");
  for (const folder of [profile, shared]) {
    const [nickname = "", ...others] = nicknamesIn(folder);
    assert.match(nickname, /^Tillbridge local authority [0-9a-f]{16} C,,$/);
    assert.deepEqual(others, []);
    const valid = spawnSync("certutil", ["-V", "-u", "L", "-d", `sql:${folder}`, "-n", nickname.slice(0, -4)], {
      encoding: "utf8",
    });
    assert.match(valid.stdout + valid.stderr, /certificate is valid/);
  }
  assert.equal(authorities().length, 1);
  assert.match(run("openssl", "verify", "-CApath", CERTS, pem).stdout, /: OK/);

  const removed = certificate("remove");

  assert.equal(removed.status, 0, removed.stderr);
  assert.deepEqual(systemStore(), before);
  assert.deepEqual(nicknamesIn(profile), []);
  assert.equal(existsSync(join(home, ".pki")), false);
  assert.deepEqual(readdirSync(join(tillbridge, "data")), []);
});

test("where root installs for the service's user, the files are that user's", (t) => {
  const { home, tillbridge, certificate } = rootsMachine(t);
  startedFirefox(home);
  const data = join(tillbridge, "data");
  for (const folder of [join(tillbridge, ".."), tillbridge, data]) chownSync(folder, 12_345, 12_345);

  const { status, stderr } = certificate("install");

  assert.equal(status, 0, stderr);
  for (const path of ["certificate", "certificate/installed.pem", "certificate/authority.pem"]) {
    const { uid, gid, mode } = statSync(join(data, path));
    assert.deepEqual([uid, gid, mode & 0o077], [12_345, 12_345, 0], path);
  }
});

test("a Firefox profile with a primary password is said and left as it was", (t) => {
  const { home, certificate } = rootsMachine(t);
  const profile = join(home, ".mozilla", "firefox", "abc.default");
  mkdirSync(profile, { recursive: true });
  const password = join(home, "password");
  writeFileSync(password, "a password\n");
  execFileSync("certutil", ["-N", "-d", `sql:${profile}`, "-f", password]);

  const { status, stderr } = certificate("install");

  assert.equal(status, 1);
  assert.match(stderr, /abc\.default: .*primary password/);
  assert.deepEqual(nicknamesIn(profile), []);
});
