import assert from "node:assert/strict";
import { test } from "node:test";
import { Intake } from "../../../src/daemon/intake.ts";
import { journalWithAudit, openCounter } from "../../support/counter.ts";
import { SALE } from "../../support/fake-till.ts";
import { ADMINISTRATOR_TOKEN, serveProtocol } from "../../support/protocol-server.ts";
import { until } from "../../support/until.ts";

const START = { terminal: "counter-1", requestId: "r-1", operation: SALE };

test("given an administrator, when he holds new transactions, then he hears what runs, and his release opens again", async (t) => {
  const intake = new Intake();
  const { administrator, open, till } = await serveProtocol(t, { ports: { intake } });
  const pos = await open();
  await pos.request("transactions.start", START);
  const started = await till.journal.get("T1");
  assert.ok(started !== undefined);
  till.underWay.push(started);
  const client = await administrator();

  const held = await client.request("transactions.hold", { reason: "version 2 is put in" });
  assert.equal(intake.state, "held");
  const { id: transaction } = started;
  assert.deepEqual(held.result, {
    open: [{ transaction, pos: "till-1", terminal: "counter-1", operation: "sale", state: "accepted" }],
  });

  till.underWay.length = 0;
  assert.deepEqual((await client.request("transactions.hold", { reason: "version 2 is put in" })).result, { open: [] });
  await client.request("transactions.release", {});
  assert.equal(intake.state, "open");
  assert.deepEqual((await client.request("transactions.release", {})).result, {});
});

test("given a hold, when the session that asked for it is gone, then nobody is held up any more", async (t) => {
  const intake = new Intake();
  const { administrator } = await serveProtocol(t, { ports: { intake } });
  const [first, second] = [await administrator(), await administrator()];
  await first.request("transactions.hold", { reason: "one" });
  await second.request("transactions.hold", { reason: "two" });

  first.socket.terminate();
  second.socket.terminate();

  await until(() => intake.state === "open");
});

test("given a card's number in the reason of a hold, when that is kept, then it is masked", async () => {
  const { journal, entries } = journalWithAudit();
  const operator = openCounter(undefined, { journal }).arrive();
  await operator.open("cli", ADMINISTRATOR_TOKEN);

  await operator.request("transactions.hold", { reason: "card 4111111111111111 hangs" });

  assert.equal(entries.at(-1)?.detail, "card ************1111 hangs");
});

test("given a till, when it asks for a hold, then that is not its to ask", async (t) => {
  const intake = new Intake();
  const { open } = await serveProtocol(t, { ports: { intake } });
  const pos = await open();

  const answer = await pos.request("transactions.hold", { reason: "lunch" });

  assert.equal(answer.error?.data["reason"], "forbidden");
  assert.equal(intake.state, "open");
});
