import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { Secret } from "../../../src/core/secret.ts";
import { CallDesk } from "../../../src/daemon/account/call-desk.ts";
import { Keyring } from "../../../src/daemon/terminal/keyring.ts";
import { CALLBACK, type CallRules, type ReceivedCall } from "../../../src/drivers/account.ts";
import type { Call } from "../../../src/transports/callback-call.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { nodeCrypto } from "../../support/terminal-bench.ts";

const files = new Map<string, string>();
const values = {
  read: (name: string) => Promise.resolve(files.get(name)),
  set: (name: string, value: string) => Promise.resolve(void files.set(name, value)),
  remove: (name: string) => Promise.resolve(files.delete(name)),
};

/** Believes what begins with "ours". */
const rules = {
  open: ({ body }: ReceivedCall) => {
    const message = new TextDecoder().decode(body);
    return message.startsWith("ours")
      ? ({ kind: "message", message } as const)
      : ({ kind: "garbled", why: "it is not ours" } as const);
  },
};

async function desk(by: CallRules<string> = rules) {
  const log = createKeptLog();
  const keyring = await Keyring.open("an account", values, nodeCrypto, log, "account");
  const doors = new Map<string, (call: Call) => void>();
  const heard: (readonly [call: string, message: string])[] = [];
  const calls = await CallDesk.open<string>({
    rules: by,
    callbacks: {
      register: (path, called) => {
        doors.set(path, called);
        return { url: `https://shop.test${path}`, [Symbol.dispose]: () => void doors.delete(path) };
      },
    },
    keyring,
    crypto: nodeCrypto,
    log,
    vendorNow: () => 0,
    called: (...call) => heard.push(call),
  });
  const [path = ""] = doors.keys();
  const answers: number[] = [];
  const post = (body: Uint8Array | string, headers: Readonly<Record<string, string>> = {}): void => {
    doors.get(path)?.({
      method: "POST",
      query: "",
      headers,
      body: typeof body === "string" ? new TextEncoder().encode(body) : body,
      remoteAddress: "192.0.2.7",
      respond: (status) => {
        answers.push(status);
        return { kind: "given" };
      },
    });
  };
  return { calls, keyring, doors, path, heard, answers, post, log };
}

describe("whoever calls an account", () => {
  it("does so at an address that nobody can guess, and that is the same after a restart", async () => {
    const first = await desk();
    const second = await desk();
    assert.match(first.path, /^\/[A-Za-z0-9_-]{32}$/);
    assert.equal(second.path, first.path);
    assert.equal(first.keyring.reveal(CALLBACK), `https://shop.test${first.path}`);
    assert.doesNotMatch(first.log.whole.join("\n"), new RegExp(first.path.slice(1)));
  });

  it("is heard where it can be believed, and answered when that is said", async () => {
    const { calls, heard, answers, post } = await desk();
    post("ours: a payment");
    assert.deepEqual(answers, []);
    const [call = "", message] = heard[0] ?? [];
    assert.equal(message, "ours: a payment");
    calls.respond(call, 200);
    calls.respond(call, 200);
    assert.deepEqual(answers, [200]);
  });

  it("is answered 400 and counted where it cannot", async () => {
    const { heard, answers, post, log } = await desk();
    post("a stranger's");
    post("another one's");
    assert.deepEqual([heard, answers], [[], [400, 400]]);
    assert.match(log.whole.at(-1) ?? "", /"refused":2/);
  });

  it("is not believed while nobody has given the secret that proves it, and is from then on", async () => {
    const { keyring, heard, answers, post, log } = await desk({
      provenBy: "webhook",
      open: (call, keys) => {
        keys.reveal("webhook");
        return rules.open(call);
      },
    });
    post("ours: a payment");
    assert.deepEqual([heard, answers], [[], [400]]);
    assert.match(log.whole.at(-1) ?? "", /nobody has given the secret webhook/);

    keyring.give("webhook", new Secret("the secret"));
    post("ours: a payment");
    assert.equal(heard.length, 1);
  });

  it("may pack what it says", async () => {
    const { heard, post } = await desk();
    post(gzipSync("ours, packed"), { "content-encoding": "gzip" });
    assert.deepEqual(heard[0]?.[1], "ours, packed");
  });

  it("is not unpacked beyond a limit, nor where it is no gzip, nor in another way", async () => {
    const { heard, answers, post } = await desk();
    post(gzipSync(`ours${"0".repeat(1_000_000)}`), { "content-encoding": "gzip" });
    post("ours, not packed at all", { "content-encoding": "gzip" });
    post("ours", { "content-encoding": "br" });
    assert.deepEqual([heard, answers], [[], [400, 400, 400]]);
  });

  it("is told to come again when the house closes", async () => {
    const { calls, doors, answers, post } = await desk();
    post("ours: a payment");
    calls[Symbol.dispose]();
    assert.deepEqual([answers, doors.size], [[503], 0]);
  });
});
