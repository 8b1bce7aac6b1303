import assert from "node:assert/strict";
import { constants, createPublicKey, publicEncrypt } from "node:crypto";
import { describe, it } from "node:test";
import { forgetSecrets, Keyring } from "../../../src/daemon/terminal/keyring.ts";
import { HomeFailure } from "../../../src/home/store.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { nodeCrypto } from "../../support/terminal-bench.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const hex = (value: Uint8Array) => Buffer.from(value).toString("hex");

/** Where the values lie: a folder that can be full. */
function folder() {
  const files = new Map<string, string>();
  const state = { isFull: false };
  const values = {
    read: (name: string) => Promise.resolve(files.get(name)),
    set: (name: string, value: string) => {
      if (state.isFull) return Promise.reject(new HomeFailure("The disk is full."));
      files.set(name, value);
      return Promise.resolve();
    },
    remove: (name: string) => Promise.resolve(files.delete(name)),
  };
  const log = createKeptLog();
  const open = (terminal = "counter-1") => Keyring.open(terminal, values, nodeCrypto, log);
  return { files, state, values, log, open };
}

describe("the secrets of a terminal", () => {
  it("sign with what was typed before it is stored, and after a restart with what was stored", async () => {
    const home = folder();
    const keyring = await home.open();
    keyring.label("code", "ZHED2L");
    // printf '{"requestId":"1"}' | openssl dgst -sha256 -hmac ZHED2L
    const expected = "bf40e5580ac1eeaa5b19fbad2ae274283798a602c75bf0973a75e57b30a0b678";
    assert.equal(hex(keyring.hmacSha256("code", bytes('{"requestId":"1"}'))), expected);
    await keyring.store({ pairing: "code" }, { serialNumber: "S1" });

    const next = await home.open();
    assert.equal(hex(next.hmacSha256("pairing", bytes('{"requestId":"1"}'))), expected);
    assert.deepEqual(next.described["pairing"]?.about, { serialNumber: "S1" });
  });

  it("are described by a version that is another one after each storing, and never by their value", async () => {
    const keyring = await folder().open();
    keyring.label("code", "ZHED2L");
    await keyring.store({ pairing: "code" }, {});
    const first = keyring.described["pairing"]?.version;
    keyring.label("code", "ZHED2L");
    await keyring.store({ pairing: "code" }, {});
    assert.notEqual(keyring.described["pairing"]?.version, first);
    assert.doesNotMatch(JSON.stringify(keyring.described), /ZHED2L/);
  });

  it("that cannot be stored are not used as if they were", async () => {
    const home = folder();
    const keyring = await home.open();
    keyring.label("code", "ZHED2L");
    home.state.isFull = true;
    await assert.rejects(keyring.store({ pairing: "code" }, {}), HomeFailure);
    assert.deepEqual(keyring.described, {});
  });

  it("that somebody else wrote are said aloud, and the terminal has to be paired again", async () => {
    for (const text of ["", "[]", "{", '{"pairing":"x"}', '{"pairing":{"version":1,"value":"x","about":{}}}']) {
      const home = folder();
      home.files.set("terminal.counter-1", text);
      const keyring = await home.open();
      assert.deepEqual(keyring.described, {}, text);
      assert.match(home.log.lines.join("\n"), /paired again/);
    }
  });

  it("go with the terminal", async () => {
    const home = folder();
    const keyring = await home.open();
    keyring.label("code", "ZHED2L");
    await keyring.store({ pairing: "code" }, {});
    await forgetSecrets("counter-1", home.values, nodeCrypto);
    assert.equal(home.files.size, 0);
  });

  it("of two terminals with the longest names lie in two files", async () => {
    const home = folder();
    for (const end of ["a", "b"]) {
      const keyring = await home.open(`${"x".repeat(63)}${end}`);
      keyring.label("code", end);
      await keyring.store({ pairing: "code" }, {});
    }
    assert.equal(home.files.size, 2);
    for (const name of home.files.keys()) assert.match(name, /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
  });

  it("decrypt what was encrypted with their public key, and refuse what was not without a throw", async () => {
    const keyring = await folder().open();
    const publicKey = await keyring.createKeyPair("exchange");
    const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), type: "spki", format: "der" });
    const sealed = publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.from("fresh secret"));
    assert.equal(Buffer.from(keyring.decryptRsa("exchange", sealed) ?? []).toString(), "fresh secret");
    for (const wrong of [bytes("too short"), new Uint8Array(256), new Uint8Array(1_000)])
      assert.notEqual(Buffer.from(keyring.decryptRsa("exchange", wrong) ?? []).toString(), "fresh secret");
  });
});
