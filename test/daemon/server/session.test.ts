import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message } from "../../support/protocol-client.ts";
import { APPROVED, CALLBACKS, SALE } from "../../support/fake-till.ts";
import { ADMINISTRATOR_TOKEN, serveProtocol, TILL_TOKEN, tillRecord } from "../../support/protocol-server.ts";

const reasonOf = (message: Message) => message.error?.data["reason"];
const client = (installation?: string) => ({
  client: { name: "pos", version: "1", ...(installation && { installation }) },
});

test("the server speaks first, and a session tells what the POS has to know", async (t) => {
  const { connect, till } = await serveProtocol(t);
  const socket = await connect();
  assert.deepEqual(socket.messages[0], {
    jsonrpc: "2.0",
    method: "hello",
    params: {
      product: "tillbridge",
      version: "0.1.0",
      protocol: { min: 1, max: 1 },
      instance: "I1",
      journal: "J1",
      time: "2026-01-02T03:04:05.000Z",
      features: ["signature"],
    },
  });

  const { result } = await socket.request("session.open", { protocol: 1, pos: "till-1", token: TILL_TOKEN });

  const { session, terminals, ...rest } = result ?? {};
  assert.match(String(session), /^[0-9A-Z]{20}$/);
  assert.equal((terminals as { id: string }[])[0]?.id, "counter-1");
  assert.deepEqual(rest, {
    pos: "till-1",
    scopes: ["status", "pay", "refund"],
    limits: { messageBytes: 65_536, requestsInFlight: 16, requestsPerSecond: 50, sockets: 64 },
    lastEvent: 0,
    resume: "none",
    open: [],
    unacknowledged: [],
    more: false,
  });
  assert.deepEqual(till.presence, ["arrived till-1"]);
});

test("before the session nothing is answered but how to get one; after it, no second one", async (t) => {
  const { connect, open } = await serveProtocol(t);
  const socket = await connect();
  for (const method of ["ping", "transactions.start", "no.such.method"]) {
    assert.equal(reasonOf(await socket.request(method, {})), "notOpen", method);
  }
  const other = await open();
  for (const method of ["session.open", "session.pair"]) {
    assert.equal(reasonOf(await other.request(method, {})), "sessionAlreadyOpen", method);
  }
});

test("what is sent right behind session.open waits for the session", async (t) => {
  const { connect } = await serveProtocol(t);
  const socket = await connect();
  const opening = socket.request("session.open", { protocol: 1, pos: "till-1", token: TILL_TOKEN });
  const pinged = await socket.request("ping");
  assert.ok((await opening).result);
  assert.deepEqual(pinged.result, { time: "2026-01-02T03:04:05.000Z" });
});

test("a stranger learns nothing: unknown name, wrong token and revoked token are answered alike", async (t) => {
  const { connect } = await serveProtocol(t, {
    records: [{ ...tillRecord({ pos: "till-2" }), tokenHash: "0".repeat(64) }],
  });
  const answers = [];
  for (const [pos, token] of [
    ["till-1", "wrong"],
    ["nobody", TILL_TOKEN],
    ["till-2", TILL_TOKEN],
    ["cli", "wrong"],
    ["cli", TILL_TOKEN],
  ]) {
    answers.push((await (await connect()).request("session.open", { protocol: 1, pos, token })).error);
  }
  assert.equal(answers[0]?.data["reason"], "unauthorized");
  for (const answer of answers) assert.deepEqual(answer, answers[0]);
});

test("another version of the protocol is named as such, whatever else its session.open holds", async (t) => {
  const { connect } = await serveProtocol(t);
  const socket = await connect();
  const refused = await socket.request("session.open", { protocol: 2, who: "till-1", proof: {} });
  assert.equal(reasonOf(refused), "protocolUnsupported");
  assert.equal(reasonOf(await socket.request("session.open", { protocol: "1" })), "invalidParams");
});

test("one name is used by one installation at a time, on as many sockets as it likes", async (t) => {
  const { open, till } = await serveProtocol(t);
  const first = await open(client("A"));
  const second = await open(client("A"));
  assert.ok(second.opened.result);
  assert.equal(reasonOf((await open(client("B"))).opened), "posInUse");
  assert.equal(reasonOf((await open(client())).opened), "posInUse");

  first.socket.close();
  await first.closed;
  assert.equal(reasonOf((await open(client("B"))).opened), "posInUse");
  second.socket.close();
  await second.closed;

  assert.ok((await open(client("B"))).opened.result);
  assert.deepEqual(till.presence, ["arrived till-1", "left till-1", "arrived till-1"]);
});

test("a shared name is used by several installations at once, and so is the administrator's", async (t) => {
  const { open } = await serveProtocol(t, { records: [tillRecord({ shared: true })] });
  assert.ok((await open(client("A"))).opened.result);
  assert.ok((await open(client("B"))).opened.result);
  const administrator = { pos: "cli", token: ADMINISTRATOR_TOKEN };
  assert.deepEqual((await open({ ...administrator, ...client("A") })).opened.result?.["scopes"], ["admin"]);
  assert.ok((await open({ ...administrator, ...client("B") })).opened.result);
});

test("a POS pairs with the operator's code and opens with the token; only a hash is kept", async (t) => {
  const { administrator, connect, registry } = await serveProtocol(t);
  const operator = await administrator();
  const added = await operator.request("pos.add", { pos: "till-9", scopes: ["status", "pay"] });
  const { code, expiresAt } = added.result ?? {};
  assert.match(String(code), /^[2-9A-HJ-NP-Z]{8}$/);
  assert.equal(expiresAt, "2026-01-02T03:06:05.000Z");

  const pos = await connect();
  const typed = `${String(code).slice(0, 4)}-${String(code).slice(4)}`.toLowerCase();
  const paired = await pos.request("session.pair", { pos: "till-9", code: typed });
  const token = String(paired.result?.["token"]);

  assert.equal(Buffer.from(token, "base64url").length, 32);
  assert.ok(!JSON.stringify(registry.list()).includes(token));
  const again = await pos.request("session.pair", { pos: "till-9", code });
  assert.equal(reasonOf(again), "pairingFailed", "a code is good once");
  const opened = await pos.request("session.open", { protocol: 1, pos: "till-9", token });
  assert.deepEqual(opened.result?.["scopes"], ["status", "pay"]);
});

test("a token that a browser got is good for its Origin alone, and the administrator's for no foreign page", async (t) => {
  const { administrator, connect, open, server } = await serveProtocol(t, {
    settings: { allowedOrigins: ["https://pos.example.com", "https://other.example"] },
  });
  const operator = await administrator();
  const code = (await operator.request("pos.add", { pos: "web" })).result?.["code"];
  const page = await connect({ origin: "https://pos.example.com" });
  const token = (await page.request("session.pair", { pos: "web", code })).result?.["token"];
  const openFrom = async (origin?: string) =>
    reasonOf((await open({ pos: "web", token }, origin === undefined ? {} : { origin })).opened);

  assert.equal(await openFrom("https://other.example"), "unauthorized");
  assert.equal(await openFrom(), "unauthorized");
  assert.equal(await openFrom("https://pos.example.com"), undefined);

  const asAdministrator = async (origin: string) =>
    reasonOf((await open({ pos: "cli", token: ADMINISTRATOR_TOKEN }, { origin })).opened);
  assert.equal(await asAdministrator("https://pos.example.com"), "unauthorized");
  assert.equal(await asAdministrator(`http://127.0.0.1:${server.port}`), undefined);
});

test("revoking ends the POS's sockets at once with 4001, a new token with 4004", async (t) => {
  const { administrator, open, registry } = await serveProtocol(t);
  const operator = await administrator();
  const till = await open();
  const [listed] = (await operator.request("pos.list")).result?.["pos"] as { sessions: number }[];
  assert.equal(listed?.sessions, 1);
  const made = await operator.request("pos.add", { pos: "till-1", token: true });
  assert.equal(await till.closed, 4004);
  assert.equal(reasonOf((await open()).opened), "unauthorized");

  const anew = await open({ token: made.result?.["token"] });
  assert.ok(anew.opened.result);
  assert.deepEqual((await operator.request("pos.revoke", { pos: "till-1" })).result, {});
  assert.equal(await anew.closed, 4001);
  assert.equal(registry.find("till-1"), undefined);
  assert.equal(reasonOf(await operator.request("pos.revoke", { pos: "till-1" })), "invalidParams");
});

test("offering a code ends no session: the old token is good until the new one is fetched", async (t) => {
  const { administrator, connect, open } = await serveProtocol(t);
  const operator = await administrator();
  const till = await open();
  const { code } = (await operator.request("pos.add", { pos: "till-1" })).result ?? {};
  assert.ok((await till.request("ping")).result);

  const anew = await connect();
  assert.ok((await anew.request("session.pair", { pos: "till-1", code })).result);
  assert.equal(await till.closed, 4004);
});

test("scopes decide, those of now: what the administrator takes away is gone in the open session", async (t) => {
  const { administrator, open, till } = await serveProtocol(t);
  const operator = await administrator();
  const pos = await open();
  const start = async (operation: unknown, requestId: string) =>
    reasonOf(await pos.request("transactions.start", { terminal: "counter-1", requestId, operation }));

  assert.equal(await start(SALE, "r1"), undefined);
  assert.equal(await start({ ...SALE, type: "refund" }, "r2"), "forbidden", "unreferenced");
  assert.equal(await start({ ...SALE, type: "refund", original: { transaction: "T1" } }, "r3"), undefined);
  assert.equal(await start({ type: "void", original: { transaction: "T1" } }, "r4"), undefined);
  assert.equal(await start({ type: "reconciliation" }, "r5"), "forbidden");
  assert.equal(await start({ type: "nonsense" }, "r6"), "invalidParams");
  for (const method of [
    "pos.list",
    "callbacks.list",
    "terminals.remove",
    "transactions.resolve",
    "diagnostics.trace",
    "events.subscribe",
  ]) {
    assert.equal(reasonOf(await pos.request(method, { nonsense: 1 })), "forbidden", `${method}: scope before params`);
  }
  assert.equal(reasonOf(await pos.request("nobody.knows", {})), "methodNotFound", "method before scope");

  await operator.request("pos.add", { pos: "till-1", scopes: ["status"] });
  assert.equal(await start(SALE, "r7"), "forbidden");
  assert.equal(reasonOf(await pos.request("transactions.cancel", { requestId: "r1" })), "forbidden");
  await operator.request("pos.add", { pos: "till-1", scopes: ["settle", "unreferencedRefund"] });
  assert.equal(await start({ type: "reconciliation" }, "r8"), undefined);
  assert.equal(await start({ ...SALE, type: "refund" }, "r9"), undefined);
  assert.equal(await start({ type: "void", original: { transaction: "T1" } }, "r10"), "forbidden");
  assert.equal(till.started.length, 5);
});

test("an administrator hears where vendors can call", async (t) => {
  const { administrator } = await serveProtocol(t);
  const operator = await administrator();

  assert.deepEqual((await operator.request("callbacks.list", {})).result, { callbacks: [CALLBACKS] });
});

test("the session tells what is open and what nobody acknowledged, and that there is more", async (t) => {
  const { open, till, clock } = await serveProtocol(t);
  const pos = await open();
  for (let count = 1; count <= 52; count += 1) {
    const start = { terminal: "counter-1", requestId: `r${count}`, operation: SALE };
    await pos.request("transactions.start", start);
    await clock.advance(100);
    if (count > 1) await till.settle(`T${count}`, APPROVED);
  }
  const later = await open();
  const { open: running, unacknowledged, more, lastEvent } = later.opened.result ?? {};
  assert.deepEqual(
    (running as { id: string }[]).map(({ id }) => id),
    ["T1"],
  );
  assert.equal((unacknowledged as unknown[]).length, 50);
  assert.equal(more, true);
  assert.equal(lastEvent, 52 + 51 * 2);
});

test("what nobody has decided for years does not fill the reply: those that run come first, and it says that there are more", async (t) => {
  const { open, till, clock } = await serveProtocol(t);
  const pos = await open();
  for (let count = 1; count <= 103; count += 1) {
    await pos.request("transactions.start", { terminal: "counter-1", requestId: `r${count}`, operation: SALE });
    await clock.advance(100);
    if (count < 103) await till.settle(`T${count}`, { kind: "unknown", since: "timeout", advice: "askOperator" });
  }
  const { open: told, moreOpen } = (await open()).opened.result ?? {};
  const ids = (told as { id: string }[]).map(({ id }) => id);
  assert.equal(ids.length, 100);
  assert.deepEqual(ids.slice(0, 3), ["T103", "T102", "T101"]);
  assert.equal(moreOpen, true);
});
