import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { describe, it } from "node:test";
import { GivenSecrets } from "../../../src/daemon/account/given-secrets.ts";
import { Keyring } from "../../../src/daemon/terminal/keyring.ts";
import type { GivenSecret } from "../../../src/drivers/account.ts";
import { HomeFailure } from "../../../src/home/store.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { nodeCrypto } from "../../support/terminal-bench.ts";

const TOKEN: GivenSecret = { name: "access", setting: "accessToken", secret: "mp", holds: "text" };
const KEY: GivenSecret = { name: "key", setting: "privateKey", secret: "app-key", holds: "rsaPrivateKey" };

async function house(...given: readonly GivenSecret[]) {
  const files = new Map<string, string>();
  const values = {
    read: (name: string) =>
      name === "unreadable" ? Promise.reject(new HomeFailure("It cannot be read.")) : Promise.resolve(files.get(name)),
    set: (name: string, value: string) => Promise.resolve(void files.set(name, value)),
    remove: (name: string) => Promise.resolve(files.delete(name)),
  };
  const keyring = await Keyring.open("an account", values, nodeCrypto, createKeptLog(), "account");
  return { files, keyring, secrets: new GivenSecrets(given, values, keyring) };
}

describe("what a person keeps for an account", () => {
  it("is asked for by its name and its setting where it is not there", async () => {
    const { secrets, keyring } = await house(TOKEN);
    const read = await secrets.read();
    assert.match(
      read.kind === "missing" ? read.why : "",
      /settings\.accessToken .* secret mp, .* `tillbridge secret set mp`/,
    );
    assert.equal(keyring.described["access"], undefined);
  });

  it("is known by its name, and by a version that tells nothing of it", async () => {
    const { files, secrets, keyring } = await house(TOKEN);
    files.set("mp", "APP_USR-1");
    assert.deepEqual(await secrets.read(), { kind: "given", changed: true });
    assert.equal(keyring.reveal("access"), "APP_USR-1");
    assert.doesNotMatch(JSON.stringify(keyring.described), /APP_USR/);
  });

  it("is another one once it was changed, and the same while it was not", async () => {
    const { files, secrets, keyring } = await house(TOKEN);
    files.set("mp", "APP_USR-1");
    await secrets.read();
    const before = keyring.described["access"]?.version;
    assert.deepEqual(await secrets.read(), { kind: "given", changed: false });
    files.set("mp", "APP_USR-2");
    assert.deepEqual(await secrets.read(), { kind: "given", changed: true });
    assert.notEqual(keyring.described["access"]?.version, before);
  });

  it("is missed when it was taken away, and what runs with it comes to its end", async () => {
    const { files, secrets, keyring } = await house(TOKEN);
    files.set("mp", "APP_USR-1");
    await secrets.read();
    files.delete("mp");
    assert.equal((await secrets.read()).kind, "missing");
    assert.equal(keyring.reveal("access"), "APP_USR-1");
  });

  it("is a key where a key is wanted, and not anything else", async () => {
    const { files, secrets } = await house(KEY);
    for (const wrong of ["no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"]) {
      files.set("app-key", wrong);
      const read = await secrets.read();
      assert.match(read.kind === "missing" ? read.why : "", /no RSA private key in PEM/);
    }
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    files.set("app-key", privateKey.export({ type: "pkcs8", format: "pem" }).toString());
    assert.equal((await secrets.read()).kind, "given");
  });

  it("that cannot be read is told as that", async () => {
    const { secrets } = await house({ ...TOKEN, secret: "unreadable" });
    const read = await secrets.read();
    assert.match(read.kind === "missing" ? read.why : "", /cannot be read/);
  });
});
