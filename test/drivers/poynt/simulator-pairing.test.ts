import assert from "node:assert/strict";
import { constants, generateKeyPairSync, privateDecrypt } from "node:crypto";
import { test } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { SimulatedAnswer } from "../../../src/drivers/simulator.ts";
import type { TerminalBench } from "../../support/terminal-bench.ts";
import {
  answersOf,
  ask,
  assertSealed,
  CODE,
  given,
  jsonOf,
  posted,
  sale,
  SALES,
  shape,
  signatureOf,
  stringOf,
  textOf,
  unpaired,
} from "./simulated-client.ts";

const PAIR = "/devices/cat/pair";
const PAIR_WITH_KEY = "/devices/cat/pairWithKey";
const PING = "/devices/cat/ping";
const ID = "2a3f8c1e-6f0b-4b7e-9d53-0c1d2e3f4a5b";
const WITH_ID = `{"poyntRequestId":"${ID}"}`;

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const PUBLIC_KEY = publicKey.export({ type: "spki", format: "der" }).toString("base64");

/** As the vendor's Windows client writes it: no signature, no poyntRequestId (poynt.md 1.3.2). */
const pairingRequest = (key: string = PUBLIC_KEY): string =>
  `{"pairingRequest":{"pairingCode":"NQehGe","publicKey":"${key}"}}`;

function pairWithKey(bench: TerminalBench, body = pairingRequest(), client = "till-1"): void {
  const { signature: _unsigned, ...headers } = posted(PAIR_WITH_KEY, body, {
    headers: { "poynt-client": client },
  }).headers;
  bench.request({ ...posted(PAIR_WITH_KEY, body), headers });
}

/** The secret, as a client decrypts it. */
function secretIn(answer: SimulatedAnswer | undefined): string {
  assert(answer !== undefined, "the pairing is answered");
  const encrypted = Buffer.from(stringOf(jsonOf(answer)["encryptedSecret"]), "base64");
  const key = { key: privateKey, padding: constants.RSA_PKCS1_PADDING };
  return privateDecrypt(key, encrypted).toString("utf8");
}

const ping = (bench: TerminalBench, key: string = CODE): number => ask(bench, PING, WITH_ID, { key }).status;

test("a pairing by the terminal's code is answered byte for byte, with the signature that openssl makes", () => {
  const bench = unpaired({ identity: { serialNumber: "P61SWA231FS000383" } });

  const answer = ask(bench, PAIR, WITH_ID, {
    headers: { signature: "BC6D7F18A0BDB62A215EAB1F3904DF682B1DF121ADA4DFD1F2E47B5C2AFB7225" },
  });

  assert.deepEqual([answer.status, answer.reason], [200, "OK"]);
  assert.equal(
    textOf(answer),
    `{"status":"SUCCESS", "poyntRequestId":"${ID}","serialNumber":"P61SWA231FS000383"}`,
    "the blank is in the vendor's capture",
  );
  assert.deepEqual(answer.headers, [
    ["Connection", "Keep-Alive"],
    ["Signature", "A1734B43DD56AD4612CF9AB8226A442C5A44456620922367C5634E8914BBFAEF"],
    ["Content-Length", "112"],
    ["Content-Type", "application/json"],
  ]);
  assert.equal(ping(bench), 200);
});

test("a wrong code is refused as the vendor documents it, signed with the right one", () => {
  const bench = unpaired();

  const answer = ask(bench, PAIR, WITH_ID, { key: "WRONGC" });

  assert.deepEqual([answer.status, answer.reason, answer.body.length], [400, "Unknown", 134]);
  assert.equal(answer.headers[1]?.[1], "42C84F4BCB359FAF72A7D26E309FE76CE8B074F0E7DD1C0BCEDDCB23DA743F54");
  assert.deepEqual(jsonOf(answer)["error"], {
    description: "Pairing code mismatch. Please re-pair the devices",
    errorName: "REQUEST_SIGNATURE_MISMATCH",
    errorCode: 114,
  });
});

test("a wrong code is refused with the terminal's code also where another client is paired", () => {
  const bench = given({ pairedWith: "OTHER1" });
  assertSealed(ask(bench, PAIR, WITH_ID, { key: "WRONGC" }), CODE);
  assertSealed(ask(bench, PING, WITH_ID, { key: "WRONGC" }), "OTHER1");
});

test("the code is told when the terminal is switched on", () => {
  assert.match(unpaired().log.join("\n"), /the pairing code is ZHED2L/);
  assert.match(unpaired({ pairingCode: "TBK4LW" }).log.join("\n"), /TBK4LW/);
});

test("a ping has an empty body: 200 for the client that is paired, 500 for every other", () => {
  const bench = given();
  const right = ask(bench, PING, WITH_ID);
  assert.deepEqual([right.status, textOf(right)], [200, ""]);
  assert.equal(right.headers[1]?.[1], "F98A4A4A052E3D7A1445424FD73B267C7487C1AD277408630EE2F963E6BD845C");
  assertSealed(right);

  const wrong = ask(bench, PING, WITH_ID, { key: "WRONGC" });
  assert.deepEqual([wrong.status, textOf(wrong)], [500, ""]);
  assertSealed(wrong);
});

test("a signature in lower case is good, a missing one and a body that was not sent as text are not", () => {
  const bench = given();
  const status = (headers: Readonly<Record<string, string>>) => ask(bench, PING, WITH_ID, { headers }).status;
  assert.equal(status({ signature: signatureOf(WITH_ID).toLowerCase() }), 200);
  assert.equal(status({ "content-type": "text/plain; charset=utf-8" }), 200);
  assert.equal(status({ signature: "" }), 500);
  assert.equal(status({ "content-type": "application/json" }), 500);
  assert.equal(status({ "content-type": "text/plainer" }), 500);
});

test("the client's key gets a fresh secret when somebody confirms, and that is the key from then on", () => {
  const bench = unpaired({ confirmMs: 4_000 });

  pairWithKey(bench);
  bench.elapse(3_999);
  assert.equal(shape(bench.done), "");
  assert.match(bench.log.join("\n"), /till-1 wants to pair: NQehGe/);
  bench.elapse(1);

  const [answer] = answersOf(bench);
  const secret = secretIn(answer);
  assert.match(secret, /^[A-Z0-9]{6}$/);
  assert(answer !== undefined);
  assertSealed(answer, secret);
  assert.equal(ping(bench, secret), 200);
  assert.equal(ping(bench), 500);
});

test("the secret can be the client's code, and its base64 can be wrapped as Android wraps it", () => {
  for (const [secretLines, wrapped] of [
    ["one", /^\{"encryptedSecret":"[A-Za-z0-9+/=]{344}"\}$/],
    ["escaped", /^\{"encryptedSecret":"([A-Za-z0-9+/]{76}\\n){4}[A-Za-z0-9+/=]{40}\\n"\}$/],
    ["raw", /^\{"encryptedSecret":"([A-Za-z0-9+/]{76}\n){4}[A-Za-z0-9+/=]{40}\n"\}$/],
  ] as const) {
    const bench = unpaired({ secret: "clientCode", secretLines });
    pairWithKey(bench);
    const [answer] = answersOf(bench);
    assert(answer !== undefined);
    assert.match(textOf(answer), wrapped);
    if (secretLines !== "raw") assert.equal(secretIn(answer), "NQehGe");
    assert.equal(ping(bench, "NQehGe"), 200);
  }
});

test("nobody confirms: canceled, or over after 30 s, and the terminal is paired with nobody", () => {
  const outcome = (scenario: JsonObject) => {
    const bench = unpaired(scenario);
    pairWithKey(bench);
    bench.elapse(60_000);
    assert.equal(ping(bench, "NQehGe"), 500);
    return bench.done.slice(0, 1).map((entry) => `${entry.atMs} ${shape([entry])}`);
  };
  const rules = [{ when: { command: "pairWithKey" }, then: [{ kind: "cancels" }] }];
  assert.deepEqual(outcome({ secret: "clientCode", confirmMs: 2_000, rules }), ["2000 400:REQUEST_CANCELED"]);
  assert.deepEqual(outcome({ secret: "clientCode", confirmMs: 40_000 }), ["30000 400:REQUEST_TIMED_OUT"]);
});

test("a pairing request that makes no sense is refused", () => {
  const cases: readonly (readonly [body: string, client: string])[] = [
    ["{}", "till-1"],
    [pairingRequest("bm8ga2V5"), "till-1"],
    [pairingRequest("%%%"), "till-1"],
    [pairingRequest(), ""],
    ["nonsense", "till-1"],
  ];
  for (const [body, client] of cases) {
    const bench = unpaired();
    pairWithKey(bench, body, client);
    assert.equal(shape(bench.done), "400:INVALID_REQUEST", body);
  }
});

test("while one pairing is confirmed another one is turned away", () => {
  const bench = unpaired({ confirmMs: 5_000 });
  pairWithKey(bench);
  pairWithKey(bench, pairingRequest(), "till-2");
  bench.elapse(5_000);
  assert.equal(shape(bench.done), "400:TERMINAL_BUSY 200:done");
});

test("a restart takes the question from the screen, and another pairing can begin", () => {
  const rules = [{ when: { command: "ping" }, then: [{ kind: "restart", at: "request" }] }];
  const bench = unpaired({ confirmMs: 5_000, rules });
  pairWithKey(bench);
  bench.request(posted(PING, WITH_ID));
  pairWithKey(bench);
  bench.elapse(5_000);
  assert.equal(shape(bench.done), "off on 200:done");
});

test("another client evicts the one that is paired, or is refused", () => {
  const evicting = given({ secret: "clientCode" });
  pairWithKey(evicting);
  assert.equal(ping(evicting), 500);
  assert.equal(ping(evicting, "NQehGe"), 200);

  const refusing = unpaired({ secondPairing: "refused", secret: "clientCode" });
  ask(refusing, PAIR, WITH_ID);
  pairWithKey(refusing, pairingRequest(), "till-2");
  pairWithKey(refusing, pairingRequest(), "till-1");
  assert.equal(shape(refusing.done), "200:SUCCESS 400:ALREADY_PAIRED 200:done");
});

test("what an unpaired terminal answers can be chosen", () => {
  const answers = (scenario: JsonObject): string => {
    const bench = unpaired(scenario);
    bench.request(posted(PING, WITH_ID));
    bench.request(posted(SALES, sale()));
    bench.elapse(60_000);
    return shape(bench.done);
  };
  assert.equal(answers({}), "500: 400:REQUEST_SIGNATURE_MISMATCH");
  assert.equal(answers({ unpaired: "error" }), "500: 400:NOT_PAIRED");
  assert.equal(answers({ unpaired: "silent" }), "");
});

test("another client pairs at the nth request or at a time: the old key is good for nothing", () => {
  const rules = [{ when: { command: "ping", nth: 2 }, then: [{ kind: "otherClientPairs", at: "request" }] }];
  const counted = given({ rules });
  assert.deepEqual([ping(counted), ping(counted)], [200, 500]);
  const refused = ask(counted, SALES, sale());
  assert.equal(jsonOf(refused)["payment"], undefined);
  assert.equal(shape(counted.done.slice(-1)), "400:REQUEST_SIGNATURE_MISMATCH");
  assert.match(refused.headers[1]?.[1] ?? "", /^[0-9A-F]{64}$/);
  assert.equal(ask(counted, PAIR, WITH_ID).status, 200);
  assert.equal(ping(counted), 200);

  const timed = given({ otherClientPairsMs: 50_000 });
  assert.deepEqual([ping(timed), ping(timed)], [200, 500]);
});

test("somebody ends the pairing at the terminal after a sale: its answer comes, and the next request is a stranger's", () => {
  const rules = [{ when: { command: "sale" }, then: [{ kind: "unpairs", at: "afterReply" }] }];
  const bench = given({ rules });
  ask(bench, SALES, sale());
  assert.equal(ping(bench), 500);
  assert.equal(shape(bench.done), "money 200:COMPLETED 500:");
});

test("a pairing by code can want a confirmation as well", () => {
  const bench = unpaired({ confirmsCode: true, confirmMs: 3_000 });
  bench.request(posted(PAIR, WITH_ID));
  bench.elapse(10_000);
  assert.deepEqual(
    bench.done.map((entry) => `${entry.atMs} ${shape([entry])}`),
    ["3000 200:SUCCESS"],
  );
});

test("the pairing survives a restart that forgets, and another process with the same memory", () => {
  const rules = [
    { when: { command: "ping", nth: 1 }, then: [{ kind: "restart", at: "afterReply", memory: "forgets" }] },
  ];
  const bench = unpaired({ rules });
  ask(bench, PAIR, WITH_ID);
  assert.equal(ping(bench), 200);
  assert.equal(ping(bench), 200);

  assert.equal(ping(given({ pairedWith: "OTHER1" }, bench.memory())), 200);
  assert.equal(ping(given({ pairedWith: "OTHER1" }, { version: 99 })), 500);
});
