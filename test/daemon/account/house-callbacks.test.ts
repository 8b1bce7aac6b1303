import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import { Agent, request } from "node:https";
import { CallDesk } from "../../../src/daemon/account/call-desk.ts";
import { openHouseCallbacks } from "../../../src/daemon/account/house-callbacks.ts";
import { systemCrypto } from "../../../src/daemon/crypto.ts";
import { Keyring } from "../../../src/daemon/terminal/keyring.ts";
import type { Config } from "../../../src/home/config-schema.ts";
import { HomeFailure } from "../../../src/home/store.ts";
import { realClock } from "../../support/clock.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const LOOPBACK = { host: "127.0.0.1", port: 0 };
const fixture = (name: string) =>
  readFileSync(new URL(`../../transports/fixtures/${name}.pem`, import.meta.url), "utf8");

type Wanted = {
  readonly settings?: Config["callbacks"];
  readonly secrets?: Readonly<Record<string, string>>;
  readonly clock?: typeof realClock;
};

/** The house's callbacks with the desk of an account behind them, as the daemon composes both. */
async function house(context: TestContext, { settings = LOOPBACK, secrets = {}, clock = realClock }: Wanted = {}) {
  const log = createKeptLog();
  const files = new Map(Object.entries(secrets));
  const values = {
    read: (name: string) => Promise.resolve(files.get(name)),
    set: (name: string, value: string) => Promise.resolve(void files.set(name, value)),
    remove: (name: string) => Promise.resolve(files.delete(name)),
  };
  const opened = await openHouseCallbacks({ settings, secrets: values, clock, crypto: systemCrypto, log });
  context.after(() => opened[Symbol.asyncDispose]());
  const { callbacks } = opened;
  if (callbacks === undefined) return { log };
  const heard: string[] = [];
  const answering = { isSlow: false };
  let arrived = (): void => undefined;
  const desk = await CallDesk.open<string>({
    rules: { open: ({ body }) => ({ kind: "message", message: new TextDecoder().decode(body) }) },
    callbacks,
    keyring: await Keyring.open("an account", values, systemCrypto, log, "account"),
    crypto: systemCrypto,
    log,
    vendorNow: () => 0,
    called: (call, message) => {
      heard.push(message);
      if (!answering.isSlow) desk.respond(call, 200);
      arrived();
    },
  });
  context.after(() => desk[Symbol.dispose]());
  return { log, desk, heard, answering, nextCall: () => new Promise<void>((resolve) => (arrived = resolve)) };
}

async function opened(context: TestContext, wanted: Wanted = {}) {
  const made = await house(context, wanted);
  assert.ok(made.desk !== undefined, made.log.whole.join());
  const { pathname } = new URL(made.desk.url);
  return { ...made, path: `/${pathname.split("/").at(-1) ?? ""}` };
}

const post = (url: string, body: Uint8Array | string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(url, { method: "POST", body, headers: { Connection: "close", ...headers } });

describe("vendors that call the house", () => {
  it("reach the account at its own address, packed or not, and nobody else reaches anybody", async (context) => {
    const { desk, heard, log, path } = await opened(context);

    assert.equal((await post(desk.url, "plain")).status, 200);
    assert.equal((await post(desk.url, gzipSync("packed"), { "Content-Encoding": "gzip" })).status, 200);

    const { origin } = new URL(desk.url);
    for (const stranger of [origin, `${origin}/${"a".repeat(32)}`, `${origin}/hook${path}`]) {
      assert.equal((await post(stranger, "stranger")).status, 404, stranger);
    }
    assert.equal((await fetch(desk.url, { headers: { Connection: "close" } })).status, 404);
    assert.deepEqual(heard, ["plain", "packed"]);
    assert.ok(!log.whole.join().includes(path.slice(1)));
  });

  it("are refused where they say too much, packed or not, and the longest is heard", async (context) => {
    const { desk, heard } = await opened(context);
    const longest = "x".repeat(262_144);

    assert.equal((await post(desk.url, `${longest}x`)).status, 413);
    assert.equal((await post(desk.url, gzipSync(`${longest}x`), { "Content-Encoding": "gzip" })).status, 400);
    assert.equal((await post(desk.url, longest)).status, 200);

    assert.deepEqual(heard, [longest]);
  });

  it("are answered in the time for which a terminal waits, also when nobody has an answer", async (context) => {
    const clock = createVirtualClock();
    const { desk, answering, nextCall } = await opened(context, { clock });
    answering.isSlow = true;
    const arrived = nextCall();
    const answer = post(desk.url, "hello");
    await arrived;

    await clock.advance(2_500);

    assert.equal((await answer).status, 503);
  });

  it("call the address that a proxy has, which passes the path on as it is or without its own part", async (context) => {
    const settings = { ...LOOPBACK, publicUrl: "https://shop.example.com/terminals/1/" };
    const { desk, heard, log, path } = await opened(context, { settings });

    assert.equal(desk.url, `https://shop.example.com/terminals/1${path}`);
    const { port } = JSON.parse(log.whole[0] ?? "{}") as { readonly port: number };
    const inside = `http://127.0.0.1:${port}`;
    assert.equal((await post(`${inside}${path}`, "short")).status, 200);
    assert.equal((await post(`${inside}/terminals/1${path}`, "whole")).status, 200);
    assert.equal((await post(`${inside}/terminals${path}`, "wrong")).status, 404);
    desk[Symbol.dispose]();
    assert.equal((await post(`${inside}${path}`, "late")).status, 404);
    assert.equal((await post(`${inside}/terminals/1${path}`, "late")).status, 404);
    assert.deepEqual(heard, ["short", "whole"]);
  });

  it("speak TLS, where the house has a certificate", async (context) => {
    const pem = fixture("signed-terminal");
    const settings = { ...LOOPBACK, certificate: { secret: "cert" }, key: { secret: "key" } };
    const { desk, heard } = await opened(context, { settings, secrets: { cert: pem, key: pem } });

    assert.match(desk.url, /^https:/);
    const agent = new Agent({ ca: fixture("authority"), servername: "terminal.test" });
    const sent = request(desk.url, { method: "POST", agent }).end("encrypted");
    const [{ statusCode }] = (await once(sent, "response")) as [{ readonly statusCode: number }];

    assert.equal(statusCode, 200);
    assert.deepEqual(heard, ["encrypted"]);
  });
});

describe("where nobody can call the house", () => {
  it("nothing is listened on, and nothing is said, where nobody wanted it", async (context) => {
    const { desk, log } = await house(context, { settings: { port: 8_457 } });

    assert.deepEqual([desk, log.lines], [undefined, []]);
  });

  it("it is told why, with what to do, and the house goes on", async (context) => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    context.after(() => holder.close());
    const { port } = holder.address() as AddressInfo;
    const certificate = { secret: "cert" };
    const key = { secret: "key" };
    const cases: readonly (readonly [Wanted, RegExp, RegExp])[] = [
      [{ settings: { host: "127.0.0.1", port } }, /in use by another program/, /another port for the callbacks/],
      [{ settings: { host: "0.0.0.0", port: 0 } }, /nobody can call that/, /callbacks\.publicUrl/],
      [{ settings: { host: "::", port: 0 } }, /nobody can call that/, /callbacks\.publicUrl/],
      [{ settings: { ...LOOPBACK, certificate } }, /certificate is said without callbacks\.key/, /both/],
      [{ settings: { ...LOOPBACK, key } }, /key is said without callbacks\.certificate/, /both/],
      [{ settings: { ...LOOPBACK, certificate, key } }, /secret cert, which is not there/, /secret set cert/],
      [{ settings: { ...LOOPBACK, certificate, key }, secrets: { cert: "x", key: "y" } }, /cannot be read/, /PEM text/],
    ];
    for (const [wanted, why, remedy] of cases) {
      const { desk, log } = await house(context, wanted);
      assert.equal(desk, undefined);
      assert.equal(log.lines.length, 1);
      assert.match(log.lines[0] ?? "", /^error Nobody can call this house/);
      assert.match(log.whole[0] ?? "", why);
      assert.match(log.whole[0] ?? "", remedy);
    }
  });

  it("a secret that cannot be read is told as well", async (context) => {
    const log = createKeptLog();
    const opened = await openHouseCallbacks({
      settings: { ...LOOPBACK, certificate: { secret: "cert" }, key: { secret: "key" } },
      secrets: { read: () => Promise.reject(new HomeFailure("the file may not be read")) },
      clock: realClock,
      crypto: systemCrypto,
      log,
    });
    context.after(() => opened[Symbol.asyncDispose]());

    assert.equal(opened.callbacks, undefined);
    assert.match(log.whole[0] ?? "", /the file may not be read/);
  });
});
