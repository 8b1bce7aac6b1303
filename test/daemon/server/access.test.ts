import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HERE, journalWithAudit, LAN, openCounter, scriptedRecorder, type Visitor } from "../../support/counter.ts";
import { SALE } from "../../support/fake-till.ts";
import type { Message } from "../../support/protocol-client.ts";
import { ADMINISTRATOR_TOKEN, serveProtocol, TILL_TOKEN, tillRecord } from "../../support/protocol-server.ts";

const reasonOf = (message: Message | undefined) => message?.error?.data["reason"];
const from = (installation?: string) => ({
  protocol: 1,
  pos: "till-1",
  token: TILL_TOKEN,
  ...(installation === undefined ? {} : { client: { name: "pos", version: "1", installation } }),
});
const start = (requestId: string) => ({ terminal: "counter-1", requestId, operation: SALE });
const asAdministrator = (visitor: Visitor) => visitor.open("cli", ADMINISTRATOR_TOKEN);

describe("A POS's name", () => {
  it("is one installation's at a time, also while its session is still being opened", async () => {
    const { journal, hold, release, entries } = journalWithAudit();
    const { arrive } = openCounter(undefined, { journal });
    const [first, second] = [arrive(), arrive()];
    hold();
    first.ask("session.open", from("A"));
    const refused = await second.request("session.open", from("B"));
    release();

    assert.equal(reasonOf(refused), "posInUse");
    assert.ok((await first.request("ping"))?.result);
    assert.deepEqual(
      entries.map(({ what }) => what),
      ["refused: posInUse"],
    );
  });

  it("is not taken by an opening that failed", async () => {
    const { journal } = journalWithAudit();
    let isBroken = true;
    const lastSeq = () => (isBroken ? Promise.reject(new Error("broken")) : Promise.resolve(0));
    const { arrive } = openCounter(undefined, { journal: { ...journal, lastSeq } });
    assert.equal(reasonOf(await arrive().request("session.open", from("A"))), "internal");
    isBroken = false;

    assert.ok((await arrive().request("session.open", from("B")))?.result);
  });

  it("is one for all programs that name no installation, and they are another one than those that do", async () => {
    const { arrive } = openCounter();
    assert.ok((await arrive().request("session.open", from()))?.result);

    assert.ok((await arrive().request("session.open", from()))?.result);
    assert.equal(reasonOf(await arrive().request("session.open", from("A"))), "posInUse");
  });

  it("stays a dead socket's until that is cut, and keeps its own installation from nothing", async () => {
    const { arrive, clock } = openCounter();
    const [dead, anew] = [arrive(), arrive()];
    assert.ok((await dead.request("session.open", from("A")))?.result);
    assert.ok((await anew.request("session.open", from("A")))?.result, "the same installation, connected anew");
    anew.hangUp();
    assert.equal(reasonOf(await arrive().request("session.open", from("B"))), "posInUse");

    await clock.advance(35_000);
    assert.equal(dead.closed, 1006);
    assert.ok((await arrive().request("session.open", from("B")))?.result);
  });
});

describe("Revoking a POS", () => {
  it("ends a session that is just being opened: nothing that came behind it is begun", async () => {
    const { journal, hold, release } = journalWithAudit();
    const { arrive, till } = openCounter(undefined, { journal });
    const [operator, pos] = [arrive(), arrive()];
    assert.ok((await asAdministrator(operator))?.result);
    hold();
    pos.ask("session.open", from());
    pos.ask("transactions.start", start("r1"));
    assert.ok((await operator.request("pos.revoke", { pos: "till-1" }))?.result);
    release();
    await operator.request("ping");

    assert.equal(pos.closed, 4001);
    assert.deepEqual(till.started, []);
    assert.equal(pos.replies.length, 1, "the greeting alone");
    assert.deepEqual(till.presence, ["arrived cli", "arrived till-1", "left till-1"]);
  });

  it("leaves what was accepted to go on, and begins nothing more", async (t) => {
    const { administrator, open, till } = await serveProtocol(t);
    const operator = await administrator();
    const pos = await open();
    const release = till.holdNext();
    pos.post("transactions.start", start("r1"));
    await pos.request("ping");
    assert.ok((await operator.request("pos.revoke", { pos: "till-1" })).result);
    pos.post("transactions.start", start("r2"));
    release();

    assert.equal(await pos.closed, 4001);
    const { result } = await operator.request("transactions.list", {});
    const listed = (result?.["transactions"] as { requestId: string }[]).map(({ requestId }) => requestId);
    assert.deepEqual(listed, ["r1"]);
    assert.equal(reasonOf((await open()).opened), "unauthorized");
  });

  it("ends what it listens to: other POS's events do not reach it any more", async () => {
    const records = [tillRecord(), tillRecord({ pos: "back-office", scopes: ["admin"] })];
    const { arrive, till, reception } = openCounter(records);
    const [operator, listener] = [arrive(), arrive()];
    await asAdministrator(operator);
    await listener.open("back-office");
    assert.ok((await listener.request("events.subscribe", { all: true }))?.result);
    assert.ok((await operator.request("pos.revoke", { pos: "back-office" }))?.result);
    const before = listener.replies.length;
    till.emit({ kind: "progress", pos: "till-1", transaction: "T1", requestId: "r1", stage: "enterPin" });

    assert.equal(listener.closed, 4001);
    assert.equal(listener.replies.length, before);
    assert.equal(reception.context.sessions.of("back-office").length, 0);
  });
});

describe("A scope that is taken away", () => {
  it("ends what was begun with it: the events of others, and the trace", async () => {
    const { trace, recorder } = scriptedRecorder();
    const records = [tillRecord(), tillRecord({ pos: "back-office", scopes: ["admin"] })];
    const { arrive, till } = openCounter(records, { recorder });
    const [operator, listener] = [arrive(), arrive()];
    await asAdministrator(operator);
    await listener.open("back-office");
    await listener.request("events.subscribe", { all: true });
    await listener.request("diagnostics.trace", { enable: true });
    const tell = () => {
      till.emit({ kind: "progress", pos: "till-1", transaction: "T1", requestId: "r1", stage: "enterPin" });
      trace("counter-1", { sent: "hello" });
    };
    const types = () => listener.replies.map(({ params }) => params?.["type"]).filter((type) => type !== undefined);
    tell();
    assert.deepEqual(types(), ["transaction.progress", "trace"]);

    await operator.request("pos.add", { pos: "back-office", scopes: ["status"] });
    tell();

    assert.equal(types().length, 2);
    assert.equal(listener.closed, undefined);
  });
});

describe("From the shop's LAN", () => {
  const records = [tillRecord(), tillRecord({ pos: "tablet", lan: true })];

  it("only those come whom the administrator let in there, and a stranger hears no difference", async () => {
    const { journal, entries } = journalWithAudit();
    const { arrive } = openCounter(records, { journal });

    assert.ok((await arrive(LAN).open("tablet"))?.result);
    const till = await arrive(LAN).open("till-1");
    const stranger = await arrive(LAN).open("nobody");
    assert.equal(reasonOf(till), "unauthorized");
    assert.deepEqual(till?.error, stranger?.error);
    assert.deepEqual(
      entries.map(({ what }) => what),
      ["refused: lan", "refused: unauthorized"],
    );
    assert.match(entries[0]?.detail ?? "", /may not connect from the LAN/);
  });

  it("the administrator's token opens nothing, whatever page it comes from", async () => {
    const { arrive } = openCounter(records);
    for (const origin of [undefined, "http://127.0.0.1:8455"]) {
      assert.equal(reasonOf(await asAdministrator(arrive({ origin, from: "lan" }))), "unauthorized");
      assert.ok((await asAdministrator(arrive({ origin, from: "thisMachine" })))?.result);
    }
    assert.equal(
      reasonOf(await asAdministrator(arrive({ ...HERE, origin: "https://pos.example.com" }))),
      "unauthorized",
    );
  });

  it("a code is of no use to one that may not come from there, and is not used up by trying", async () => {
    const { arrive } = openCounter(records);
    const operator = arrive();
    await asAdministrator(operator);
    const { code } = (await operator.request("pos.add", { pos: "till-1" }))?.result ?? {};
    for (let tries = 0; tries < 6; tries += 1) {
      assert.equal(reasonOf(await arrive(LAN).request("session.pair", { pos: "till-1", code })), "pairingFailed");
    }
    assert.ok((await arrive().request("session.pair", { pos: "till-1", code }))?.result);

    const { code: tabletCode } = (await operator.request("pos.add", { pos: "tablet" }))?.result ?? {};
    assert.ok((await arrive(LAN).request("session.pair", { pos: "tablet", code: tabletCode }))?.result);
  });

  it("a POS is put out at once when it may not come any more; its session on this machine stays", async () => {
    const { arrive } = openCounter(records);
    const [operator, here, there] = [arrive(), arrive(), arrive(LAN)];
    await asAdministrator(operator);
    await here.open("tablet");
    await there.open("tablet");
    await operator.request("pos.add", { pos: "tablet", lan: false });

    assert.equal(there.closed, 4001);
    assert.equal(here.closed, undefined);
  });
});
