import assert from "node:assert/strict";
import { existsSync, chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openAdminToken } from "../../src/home/admin-token.ts";
import { openSecrets } from "../../src/home/secrets.ts";
import { HomeFailure } from "../../src/home/store.ts";
import { freshFolder } from "../support/home-folder.ts";

const rightsOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe("secrets", () => {
  it("are files that their owner alone can read, in a directory that nobody else may enter", async (context) => {
    const data = freshFolder(context);

    await openSecrets(data).set("mp", "APP_USR-1");

    assert.equal(rightsOf(join(data, "secrets", "mp")), "600");
    assert.equal(rightsOf(join(data, "secrets")), "700");
  });

  it("are kept as they are, listed by name and removed", async (context) => {
    const secrets = openSecrets(freshFolder(context));
    await secrets.set("b", "two\n");
    await secrets.set("a", "one");

    assert.equal(await secrets.read("b"), "two\n");
    assert.deepEqual(await secrets.names(), ["a", "b"]);
    assert.equal(await secrets.remove("a"), true);
    assert.equal(await secrets.remove("a"), false);
    assert.deepEqual(await secrets.names(), ["b"]);
  });

  for (const name of ["", ".hidden", "../admin.token", "a/b", "a\\b", "x".repeat(65), "é"]) {
    it(`refuse ${JSON.stringify(name)} as a name`, async (context) => {
      await assert.rejects(openSecrets(freshFolder(context)).set(name, "value"), HomeFailure);
    });
  }

  it("refuse an empty value and one without an end", async (context) => {
    const secrets = openSecrets(freshFolder(context));

    await assert.rejects(secrets.set("a", ""), HomeFailure);
    await assert.rejects(secrets.set("a", "x".repeat(65_537)), HomeFailure);
    assert.deepEqual(await secrets.names(), []);
  });

  it("leave no copy of a secret about after an interrupted write", async (context) => {
    const data = freshFolder(context);
    mkdirSync(join(data, "secrets"));
    writeFileSync(join(data, "secrets", "mp.tmp-1234567890abcdef"), "half a sec");
    const secrets = openSecrets(data);
    assert.deepEqual(await secrets.names(), []);

    await secrets.set("mp", "whole");

    assert.deepEqual(readdirSync(join(data, "secrets")), ["mp"]);
  });

  it("say in words that a leftover cannot be removed, and store nothing", async (context) => {
    const data = freshFolder(context);
    const secrets = openSecrets(data);
    await secrets.set("mp", "old");
    const leftover = join(data, "secrets", "mp.tmp-0a1b");
    mkdirSync(leftover);

    await assert.rejects(secrets.set("mp", "new"), (failure) => {
      assert(failure instanceof HomeFailure);
      assert(failure.message.startsWith(`${leftover} cannot be removed: `), failure.message);
      return true;
    });
    assert.equal(await secrets.read("mp"), "old");
  });
});

describe("the administrator's token", () => {
  it("is made at the first start, 256 bits for its owner alone, and stays", async (context) => {
    const path = join(freshFolder(context), "admin.token");

    const first = await openAdminToken(path);
    const second = await openAdminToken(path);

    assert.equal(first.made, "now");
    assert.match(first.token.reveal(), /^[0-9a-f]{64}$/);
    assert.equal(rightsOf(path), "600");
    assert.equal(readFileSync(path, "utf8").trim(), first.token.reveal());
    assert.deepEqual([second.token.reveal(), second.made], [first.token.reveal(), "before"]);
  });

  it("is made anew where the first start was cut off", async (context) => {
    const path = join(freshFolder(context), "admin.token");
    writeFileSync(path, "abc", { mode: 0o600 });

    assert.equal((await openAdminToken(path)).made, "now");
  });

  it("is made anew where others could read it", async (context) => {
    const path = join(freshFolder(context), "admin.token");
    const { token } = await openAdminToken(path);
    chmodSync(path, 0o644);

    const next = await openAdminToken(path);

    assert.equal(next.made, "now");
    assert.notEqual(next.token.reveal(), token.reveal());
    assert.equal(rightsOf(path), "600");
  });

  it("gets its rights from the system's own tool on Windows, the folder's before it is made", async (context) => {
    const folder = freshFolder(context);
    const path = join(folder, "admin.token");
    const ran: { readonly command: string; readonly isThere: boolean }[] = [];
    const windows = {
      systemRoot: "C:\\Windows",
      run: async (program: string, args: readonly string[]) => {
        ran.push({ command: [program, ...args].join(" "), isThere: existsSync(path) });
        return program.includes("whoami") ? '"shop\\till","S-1-5-21-1-2-3-1001"\r\n' : "";
      },
    };

    const { exposed } = await openAdminToken(path, windows);

    assert.equal(exposed, undefined);
    const whoami = "C:\\Windows\\System32\\whoami.exe /user /fo csv /nh";
    const icacls = (what: string, grant: string) =>
      `C:\\Windows\\System32\\icacls.exe ${what} /inheritance:r /grant:r *S-1-5-18:${grant} *S-1-5-32-544:${grant} *S-1-5-21-1-2-3-1001:${grant} /q`;
    assert.deepEqual(ran, [
      { command: whoami, isThere: false },
      { command: icacls(folder, "(OI)(CI)F"), isThere: false },
      { command: whoami, isThere: true },
      { command: icacls(path, "F"), isThere: true },
    ]);
  });

  it("says that others may read it where Windows refuses, and is used all the same", async (context) => {
    const path = join(freshFolder(context), "admin.token");
    const refuses = (program: string) =>
      program.includes("whoami")
        ? Promise.resolve('"shop\\till","S-1-5-21-1"')
        : Promise.reject(new Error("icacls.exe ended with 5"));
    const knowsNobody = () => Promise.resolve("");

    for (const [run, why] of [
      [refuses, "icacls.exe ended with 5"],
      [knowsNobody, "who this user is"],
    ] as const) {
      const { token, exposed } = await openAdminToken(path, { systemRoot: "C:\\Windows", run });
      assert.match(token.reveal(), /^[0-9a-f]{64}$/);
      assert.ok(exposed?.includes(why), exposed);
      assert.match(exposed ?? "", /Set them by hand: icacls/);
    }
  });
});
