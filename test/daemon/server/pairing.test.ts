import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { PosRegistry } from "../../../src/core/pos.ts";
import type { Message } from "../../support/protocol-client.ts";
import { serveProtocol, tillRecord } from "../../support/protocol-server.ts";

const WRONG = "00000000";
const MINUTE_MS = 60_000;

const reasonOf = (message: Message) => message.error?.data["reason"];

/** Each try from a socket of its own: what one socket may try is another rule. */
async function house(t: TestContext) {
  const served = await serveProtocol(t);
  const offer = async (pos = "till-3") =>
    (await (await served.administrator()).request("pos.add", { pos })).result as {
      code: string;
      expiresAt: string;
      codeGoodFrom?: string;
    };
  const pair = async (code: string, pos = "till-3") => (await served.connect()).request("session.pair", { pos, code });
  const killCode = async () => {
    for (let tries = 1; tries < 5; tries += 1) assert.equal(reasonOf(await pair(WRONG)), "pairingFailed");
    const last = await pair(WRONG);
    assert.equal(reasonOf(last), "pairingLocked");
    return last.error?.data["retryAfterMs"];
  };
  return { ...served, offer, pair, killCode };
}

test("a code dies after five wrong tries, and the next one is good at once: that may have been a person", async (t) => {
  const { offer, pair, killCode } = await house(t);
  const { code } = await offer();

  assert.equal(await killCode(), 0);

  const late = await pair(code);
  assert.equal(reasonOf(late), "pairingLocked", "the right code is of no use any more");
  assert.match(late.error?.message ?? "", /tillbridge pos add/);
  const anew = await offer();
  assert.equal(anew.codeGoodFrom, undefined);
  assert.ok((await pair(anew.code)).result);
});

test("a code dies after two minutes", async (t) => {
  const { offer, pair, clock } = await house(t);
  const { code } = await offer();
  await clock.advance(2 * MINUTE_MS);

  assert.equal(reasonOf(await pair(code)), "pairingFailed");
});

test("each code that dies doubles the time for which none of the name is taken, also a right new one", async (t) => {
  const { offer, pair, killCode, clock } = await house(t);
  const locks = [];
  for (let codes = 1; codes <= 8; codes += 1) {
    await offer();
    const lockMs = Number(await killCode());
    locks.push(lockMs);
    await clock.advance(lockMs);
  }
  assert.deepEqual(
    locks.map((ms) => ms / 1_000),
    [0, 30, 60, 120, 240, 480, 900, 900],
  );

  await offer();
  await killCode();
  const { code, codeGoodFrom, expiresAt } = await offer();
  assert.equal(Date.parse(String(codeGoodFrom)), clock.now() + 15 * MINUTE_MS);
  assert.equal(Date.parse(expiresAt), clock.now() + 17 * MINUTE_MS, "it has its two minutes after that");
  await clock.advance(15 * MINUTE_MS - 1);
  const early = await pair(code);
  assert.deepEqual([reasonOf(early), early.error?.data["retryAfterMs"]], ["pairingLocked", 1]);
  await clock.advance(1);
  assert.ok((await pair(code)).result);

  await offer();
  assert.equal(await killCode(), 0, "a success is a clean sheet");
});

test("an hour without a wrong try is a clean sheet", async (t) => {
  const { offer, killCode, clock } = await house(t);
  await offer();
  await killCode();
  await offer();
  assert.equal(await killCode(), 30_000);
  await clock.advance(60 * MINUTE_MS);

  await offer();
  assert.equal(await killCode(), 0);
});

test("a name that nobody made a code for cannot be locked beforehand", async (t) => {
  const { offer, pair } = await house(t);
  for (let tries = 0; tries < 20; tries += 1) assert.equal(reasonOf(await pair(WRONG)), "pairingFailed");

  assert.ok((await pair((await offer()).code)).result);
});

test("a lock is one name's: the till beside it is paired meanwhile, and a token needs no code", async (t) => {
  const { offer, pair, killCode, administrator } = await house(t);
  await offer();
  await killCode();
  await offer();
  await killCode();

  assert.ok((await pair((await offer("till-4")).code, "till-4")).result);
  const operator = await administrator();
  assert.ok((await operator.request("pos.add", { pos: "till-3", token: true })).result?.["token"]);
});

test("a POS that is revoked while something of it is being changed stays revoked", async (t) => {
  const { registry, whenSaving, release } = slowRegistry();
  const { administrator, open } = await serveProtocol(t, { ports: { registry } });
  const operator = await administrator();

  const changed = operator.request("pos.add", { pos: "till-1", scopes: ["status"] });
  await whenSaving;
  const revoked = operator.request("pos.revoke", { pos: "till-1" });
  assert.ok((await operator.request("ping")).result);
  release();

  assert.ok((await changed).result);
  assert.ok((await revoked).result);
  assert.equal(registry.find("till-1"), undefined);
  assert.equal(reasonOf((await open()).opened), "unauthorized");
});

test("a code that ends in a change that was asked for before is not good behind it", async (t) => {
  const { registry, whenSaving, release } = slowRegistry(2);
  const { administrator, connect, open } = await serveProtocol(t, { ports: { registry } });
  const operator = await administrator();
  const { code } = (await operator.request("pos.add", { pos: "till-1" })).result as { readonly code: string };
  const changed = operator.request("pos.update", { pos: "till-1", shared: false });
  await whenSaving;
  const withToken = operator.request("pos.add", { pos: "till-1", token: true });
  assert.ok((await operator.request("ping")).result);

  const paired = (await connect()).request("session.pair", { pos: "till-1", code });
  assert.ok((await operator.request("ping")).result);
  release();

  assert.ok((await changed).result);
  const { token } = (await withToken).result as { readonly token: string };
  assert.equal(reasonOf(await paired), "pairingFailed");
  assert.equal((await open({ token })).opened.result?.["pos"], "till-1");
});

/** Like the one on the disk, a change counts when it is written; at this one of them the disk waits to be released. */
function slowRegistry(slowSave = 1) {
  let saves = 0;
  const records = new Map([["till-1", tillRecord()]]);
  const saving = Promise.withResolvers<undefined>();
  const released = Promise.withResolvers<undefined>();
  const registry: PosRegistry = {
    list: () => [...records.values()],
    find: (pos) => records.get(pos),
    unreadable: () => [],
    save: async (record) => {
      saves += 1;
      if (saves === slowSave) {
        saving.resolve(undefined);
        await released.promise;
      }
      records.set(record.pos, record);
    },
    remove: async (pos) => void records.delete(pos),
  };
  return { registry, whenSaving: saving.promise, release: () => released.resolve(undefined) };
}
